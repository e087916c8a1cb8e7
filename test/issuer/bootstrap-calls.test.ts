import { expect, it } from "vitest";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";
import type { BootstrapGrant } from "../../src/issuer/bootstrap.js";
import { enrolment, problemIn, testServer } from "../support/issuer-fixtures.js";

const TEXT = "words of the check";

/** What a client gets when a check says something. */
async function answerTo(check: () => unknown): Promise<{ status: number; code: string; text: string }> {
  const world = await testServer({ bootstrap: [{ type: "enrolment-token", check: check as () => BootstrapGrant }] });
  return problemIn(await world.server(await enrolment(world)));
}

it.each<[WimseErrorCode, WimseErrorCode, number]>([
  ["enrolment_bootstrap_refused", "enrolment_bootstrap_refused", 403],
  ["enrolment_denied", "enrolment_denied", 403],
  ["enrolment_overloaded", "enrolment_overloaded", 429],
  ["trust_keys_unavailable", "trust_keys_unavailable", 503],
  ["issuer_state_unavailable", "issuer_state_unavailable", 503],
  ["replay_store_unavailable", "replay_store_unavailable", 503],
  ["enrolment_malformed", "enrolment_bootstrap_refused", 403],
  ["wit_expired", "enrolment_bootstrap_refused", 403],
  ["signature_invalid", "enrolment_bootstrap_refused", 403],
])(
  "a check that says %s, with words and a status of its own: the client gets %s and other words",
  async (said, code, status) => {
    const error = Object.assign(new WimseError(said, TEXT), { status: 200 });
    const thrown = () => {
      throw error;
    };
    const grant = { caller: { type: "enrolment-token", name: "a" } };
    for (const check of [thrown, () => Promise.reject(error), () => ({ ...grant, claim: thrown })]) {
      const answer = await answerTo(check);
      expect(answer).toMatchObject({ status, code });
      expect(answer.text).not.toContain(TEXT);
    }
  },
);

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["no caller", {}],
  ["a caller without a name", { caller: { type: "enrolment-token" } }],
  ["a caller without a type", { caller: { name: "b" } }],
  ["a workload as the caller", { caller: { type: "workload", name: "wimse://example.com/agents/7" } }],
  ["a caller of another check", { caller: { type: "jwt", name: "b" } }],
  ["a use that is not confirmed", { caller: { type: "enrolment-token", name: "b" }, claim: () => undefined }],
])("a check that returns %s refuses", async (_what, grant) => {
  expect(await answerTo(() => grant)).toMatchObject({ status: 403, code: "enrolment_bootstrap_refused" });
});
