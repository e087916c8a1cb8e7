import { isJsonObject, type JsonObject, member } from "../base/json.js";

/** Name and version of the protocol: JSON, one message a line, one answer a line, in order. */
export const PROTOCOL = "wimse-target/v1";

/** What an implementation says of one operation. */
export type Verdict =
  | { readonly result: "accept"; readonly output: JsonObject }
  /** `code` is one of the codes of `docs/errors.md`; an implementation that has no codes leaves it out. */
  | { readonly result: "reject"; readonly code?: string }
  /** The operation, or something that its context asks for, does not exist here. */
  | { readonly result: "unsupported" }
  /** The context or the input was refused before anything was judged. */
  | { readonly result: "error"; readonly message: string };

/** A verdict with the `id` of the message that it answers, whatever JSON value that was; null when there was none. */
export type Answer = Verdict & { readonly id: unknown };

/** The answer to a greeting. */
export interface Greeting {
  readonly hello: typeof PROTOCOL;
  readonly name: string;
  readonly version: string;
  readonly operations: readonly string[];
  /** The specifications, each at one revision. */
  readonly specs: readonly string[];
}

/** One operation with everything that it needs: the context is complete each time. */
export interface OperationMessage {
  readonly kind: "operation";
  readonly id: unknown;
  readonly op: string;
  readonly context: JsonObject;
  readonly input: JsonObject;
  /** The line that it was read from. */
  readonly line: string;
}

/** A line, read. */
export type Message =
  | OperationMessage
  | { readonly kind: "hello"; readonly id: unknown }
  | { readonly kind: "reset"; readonly id: unknown }
  | { readonly kind: "malformed"; readonly id: unknown; readonly message: string };

/** Reads one line. Members that are not known are left alone: a runner may carry notes of its own. */
export function readMessage(line: string): Message {
  const value = parseJson(line);
  if (!isJsonObject(value)) return malformed(null, "a line is one JSON object");
  const id = member(value, "id") ?? null;
  const hello = member(value, "hello");
  if (hello !== undefined) {
    return hello === PROTOCOL ? { kind: "hello", id } : malformed(id, `hello: the protocol is ${PROTOCOL}`);
  }
  if (member(value, "reset") === true) return { kind: "reset", id };
  const op = member(value, "op");
  if (typeof op !== "string") return malformed(id, "a message has hello, op or reset");
  const context = member(value, "context") ?? {};
  const input = member(value, "input") ?? {};
  if (!isJsonObject(context) || !isJsonObject(input)) return malformed(id, "context and input are objects");
  return { kind: "operation", id, op, context, input, line };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function malformed(id: unknown, message: string): Message {
  return { kind: "malformed", id, message };
}
