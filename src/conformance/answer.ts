import { parseExactJsonObject } from "../base/exact-json.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { type Greeting, PROTOCOL, type Verdict } from "./protocol.js";

/**
 * A target that gave no usable answer: it died, was silent for too long, or wrote something that is no answer to what it
 * was asked. Nothing that it says after that can be matched to a question.
 */
export class BrokenOff extends Error {}

/** Reads the answer to a greeting. Throws {@link BrokenOff} where it is none. */
export function readGreeting(line: string): Greeting {
  const greeting = objectIn(line);
  const [name, version] = [member(greeting, "name"), member(greeting, "version")];
  const [operations, specs = []] = [member(greeting, "operations"), member(greeting, "specs")];
  if (member(greeting, "hello") !== PROTOCOL) throw new BrokenOff(`it did not greet with ${PROTOCOL}`);
  if (typeof name !== "string" || typeof version !== "string" || !areStrings(operations) || !areStrings(specs)) {
    throw new BrokenOff("its greeting lacks name, version or operations");
  }
  return { hello: PROTOCOL, name, version, operations, specs };
}

/** Reads the answer to the message with this id. Throws {@link BrokenOff} where it is none. */
export function readAnswer(line: string, id: number): Verdict {
  const answer = objectIn(line);
  if (member(answer, "id") !== id) throw new BrokenOff("it answered something else than it was asked");
  const verdict = verdictOf(answer);
  if (verdict === undefined) throw new BrokenOff("its answer is not one of the protocol");
  return verdict;
}

function verdictOf(answer: JsonObject): Verdict | undefined {
  const result = member(answer, "result");
  switch (result) {
    case "accept": {
      const output = member(answer, "output") ?? {};
      return isJsonObject(output) ? { result, output } : undefined;
    }
    case "reject": {
      const code = member(answer, "code") ?? undefined;
      if (code === undefined) return { result };
      return typeof code === "string" ? { result, code } : undefined;
    }
    case "unsupported":
      return { result };
    case "error": {
      const message = member(answer, "message") ?? "";
      return typeof message === "string" ? { result, message } : undefined;
    }
    default:
      return undefined;
  }
}

function objectIn(line: string): JsonObject {
  const value = parseExactJsonObject(line);
  if (value === undefined) throw new BrokenOff("it wrote a line that is no JSON object");
  return value;
}

function areStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
