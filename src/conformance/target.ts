import { isConfigurationError, WimseError } from "../base/errors.js";
import { exactJsonText } from "../base/exact-json.js";
import { OPERATIONS } from "./operations.js";
import { type Answer, type Greeting, type OperationMessage, PROTOCOL, readMessage, type Verdict } from "./protocol.js";
import { createSession, type Session } from "./session.js";
import { Unsupported } from "./unsupported.js";
import { VERSION } from "./version.js";

/** An implementation under test. */
export interface Target {
  /** Answers one line with one line, both without their line ends. Never rejects; answers come in the order of calls. */
  answer(line: string): Promise<string>;
}

const GREETING: Greeting = {
  hello: PROTOCOL,
  name: "wimse",
  version: VERSION,
  operations: [...OPERATIONS.keys()],
  specs: [
    "draft-ietf-wimse-workload-creds-03",
    "draft-ietf-wimse-wpt-02",
    "draft-ietf-wimse-http-signature-07",
    "draft-ietf-wimse-identifier",
    "spiffe-id",
    "spiffe-wit-svid",
    "spiffe-bundle",
    "rfc9421",
    "rfc9530",
  ],
};

/**
 * This implementation as a target of conformance tests: it answers `wimse-target/v1`, line by line. Used proofs and
 * verified WITs are remembered from line to line, until `{"reset":true}`.
 *
 * @example
 * ```ts
 * import { createTarget } from "wimse/conformance";
 *
 * const target = createTarget();
 * const line = { id: 1, op: "parseIdentifier", input: { uri: "wimse://example.com/agent" } };
 * const { result, output } = JSON.parse(await target.answer(JSON.stringify(line)));
 * console.log(result, output.trustDomain); // accept example.com
 * ```
 */
export function createTarget(): Target {
  const session = createSession();
  let last: Promise<unknown> = Promise.resolve();
  return Object.freeze({
    answer(line: string) {
      // One after the other: what a request leaves behind must be there for the next.
      const answer = last.then(async () => lineOf(await answerLine(line, session)));
      last = answer;
      return answer;
    },
  });
}

function lineOf(answer: Answer | Greeting): string {
  try {
    return exactJsonText(answer);
  } catch {
    // an id can be nested deeper than the platform writes
    return JSON.stringify({ id: null, result: "error", message: "id: too deeply nested" } satisfies Answer);
  }
}

async function answerLine(line: string, session: Session): Promise<Answer | Greeting> {
  const message = readMessage(line);
  const { id } = message;
  switch (message.kind) {
    case "hello":
      return id === null ? GREETING : { ...GREETING, id };
    case "malformed":
      return { id, result: "error", message: message.message };
    case "reset":
      session.reset();
      return { id, result: "accept", output: {} };
    case "operation":
      return { id, ...(await perform(message, session)) };
  }
}

async function perform({ op, context, input, line }: OperationMessage, session: Session): Promise<Verdict> {
  const operation = OPERATIONS.get(op);
  if (operation === undefined) return { result: "unsupported" };
  try {
    return { result: "accept", output: await operation(context, input, session, line) };
  } catch (error) {
    return verdictOf(error);
  }
}

/** What an error of the library says; of any other no more than that there was one. */
function verdictOf(error: unknown): Verdict {
  if (error instanceof WimseError) return { result: "reject", code: error.code };
  if (error instanceof Unsupported) return { result: "unsupported" };
  if (isConfigurationError(error)) return { result: "error", message: error.message };
  return { result: "error", message: "the operation failed in a way that it should not" };
}
