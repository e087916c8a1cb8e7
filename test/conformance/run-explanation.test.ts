import { describe, expect, it } from "vitest";
import { createTarget, runVectors, type VectorCase } from "../../src/conformance.js";
import { fake, named } from "./run-support.js";
import { CONTEXT, NOW, newRequest, POLICY, TRUST } from "./support.js";
import { vectorFile } from "./vectors.js";

const REJECT = { result: "reject", codes: ["identifier_malformed"] } as const;

describe("an explanation", () => {
  const explain = true;

  it("is added to a verifyRequest case that failed, with the check that decided and its requirement", async () => {
    const policy = { ...POLICY, audience: ["https://other.example/"] };
    const failing = { op: "verifyRequest", context: { ...CONTEXT, policy }, input: await newRequest() };
    const file = vectorFile(
      { ...failing, id: "a" },
      { ...failing, id: "b", expect: { result: "reject", codes: ["wpt_audience_mismatch"] } },
    );
    const { cases } = await runVectors([file], createTarget, { explain });
    expect(cases.map(({ outcome }) => outcome)).toEqual(["wrong_verdict", "passed"]);
    expect(cases[0]?.explanation).toMatchObject({ outcome: "rejected", code: "wpt_audience_mismatch" });
    expect(cases[0]?.explanation?.checks.find(({ outcome }) => outcome === "failed")).toMatchObject({
      id: "wpt.audience",
      requirement: expect.stringMatching(/^WPT-/),
    });
    expect(cases[1]?.explanation).toBeUndefined();
    const unexplained = await runVectors([file], createTarget);
    expect(unexplained.cases[0]?.explanation).toBeUndefined();
  });

  it.each<[string, Partial<VectorCase>]>([
    ["other operations", named("b", { expect: REJECT })],
    [
      "other operations, though there is a request in the input",
      named("b", { context: CONTEXT, expect: REJECT, input: { uri: "b", method: "GET", target: "/" } }),
    ],
    [
      "a context that is refused",
      named("b", { op: "verifyRequest", context: {}, expect: REJECT, input: { method: "GET", target: "/" } }),
    ],
    ["an input that is refused", named("b", { op: "verifyRequest", context: CONTEXT, expect: REJECT })],
    [
      "keys in a form that is not read",
      named("b", {
        op: "verifyRequest",
        expect: REJECT,
        context: { now: NOW, trust: { ...TRUST, "spiffe://example.org": { keys: { x509: [] } } }, policy: POLICY },
        input: { method: "GET", target: "/" },
      }),
    ],
  ])("there is none for %s", async (_what, vector) => {
    const { cases } = await runVectors([vectorFile(vector)], fake().connect, { explain });
    expect(cases[0]).toMatchObject({ outcome: "wrong_verdict" });
    expect(cases[0]).not.toHaveProperty("explanation");
  });
});
