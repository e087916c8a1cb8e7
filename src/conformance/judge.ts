import type { JsonObject } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";
import type { Verdict } from "./protocol.js";
import type { Expectation } from "./vector-file.js";

/** How a case went. What a target left out has neither passed nor failed. */
export type Outcome = "passed" | "wrong_verdict" | "wrong_reason" | "no_answer" | "unsupported";

/** A judgement about the verdict of a target. */
export interface Judgement {
  readonly outcome: Outcome;
  /** Rejected, as it should be, without a code that would say why. */
  readonly reasonUnknown: boolean;
  /** What is wrong with what was accepted. */
  readonly detail?: string;
}

/** The code of what is refused before anything is judged: an answer `error` says the same. */
const REFUSED = "configuration_invalid";

/**
 * Judges a verdict.
 *
 * @param findFault says what is wrong with an output, if anything is
 */
export async function judge(
  expect: Expectation,
  verdict: Verdict,
  findFault: (expected: JsonObject, output: JsonObject) => Awaitable<string | undefined>,
): Promise<Judgement> {
  if (verdict.result === "unsupported") return judgement("unsupported");
  if (expect.result === "either") return judgement("passed");
  if (expect.result === "accept") {
    if (verdict.result !== "accept") return judgement("wrong_verdict");
    const fault = await findFault(expect.output, verdict.output);
    return fault === undefined ? judgement("passed") : { ...judgement("wrong_verdict"), detail: fault };
  }
  if (verdict.result === "accept") return judgement("wrong_verdict");
  const { codes } = expect;
  const code = verdict.result === "reject" ? verdict.code : codes.find((known) => known === REFUSED);
  if (code === undefined) return { outcome: "passed", reasonUnknown: true };
  return judgement(codes.includes(code) ? "passed" : "wrong_reason");
}

function judgement(outcome: Outcome): Judgement {
  return { outcome, reasonUnknown: false };
}
