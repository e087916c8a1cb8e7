import { describe, expect, it } from "vitest";
import { type AskedRequest, checkResponseSignature } from "../../src/httpsig/check-response-signature.js";
import { findProfileSignature, type ProfileRevision } from "../../src/httpsig/profile.js";
import { checkWit } from "../../src/wit/check.js";
import {
  type AnswerParts,
  COVERED,
  COVERED_06,
  createExchange,
  nonceOf,
  without,
} from "../support/response-fixtures.js";
import { caughtFrom } from "../support/wit-fixtures.js";
import { NOW } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const signed = await exchange.ask();
const rules = { clockTolerance: 5, maxProofLifetime: 300 };
const wit = await checkWit(
  exchange.service.wit,
  exchange.trust,
  { clockTolerance: 5, maxLifetime: 86400 },
  { now: () => NOW },
);

async function verified(parts: AnswerParts = {}, changes: Partial<AskedRequest> = {}) {
  const response = await exchange.answer(signed, parts);
  const received = findProfileSignature(response);
  if (received === undefined) throw new Error("the response has no signature");
  const view = { method: "POST", target: "/tools?q=1", headers: [] };
  const asked = { view, nonce: nonceOf(signed), revision: "http-signature-07" as ProfileRevision, ...changes };
  return checkResponseSignature(received, response, asked, wit, rules, NOW);
}

/** Code and requirement of the refusal. */
async function refusal(...args: Parameters<typeof verified>): Promise<string> {
  const { code, requirement } = (await caughtFrom(verified(...args))) as { code: string; requirement?: string };
  return `${code} ${requirement}`;
}

describe("the signature of a response", () => {
  it("HSIG-3.4.02: tells the nonce of the request, and its own", async () => {
    expect(await verified()).toMatchObject({
      revision: "http-signature-07",
      nonce: `response-${nonceOf(signed)}`,
      boundTo: nonceOf(signed),
      expiresAt: NOW + 60,
    });
  });

  it("of revision 06 covers the request target", async () => {
    const revision = { revision: "http-signature-06" } as const;
    expect(await verified({ covered: COVERED_06 }, revision)).toMatchObject(revision);
    expect(await refusal({ covered: COVERED }, revision)).toBe("signature_component_missing HSIG-3.14");
    expect(await refusal({ covered: COVERED_06.filter((one) => !one.includes("method")) }, revision)).toBe(
      "signature_component_missing HSIG-3.13",
    );
  });

  it.each([
    ["@status", "HSIG-3.12"],
    ["workload-identity-token", "HSIG-3.18"],
    ["content-type", "HSIG-3.16"],
    ["content-digest", "HSIG-3.17"],
  ])("has to cover %s: %s", async (name, requirement) => {
    expect(await refusal({ covered: without(name) })).toBe(`signature_component_missing ${requirement}`);
  });

  it.each([
    ["@method", "HSIG-3.13"],
    ["@path", "HSIG-3.14"],
    ["@query", "HSIG-3.15"],
  ])("has to cover %s of its request: %s", async (name, requirement) => {
    const covered = COVERED.filter((identifier) => identifier !== `"${name}";req`);
    expect(await refusal({ covered })).toBe(`signature_component_missing ${requirement}`);
    const own = [...covered, `"${name}"`];
    expect(await refusal({ covered: own })).toBe(`signature_component_missing ${requirement}`);
  });

  it("HSIG-3.4.03, HSIG-3.5.09: for another request is refused", async () => {
    expect(await refusal({}, { nonce: "another" })).toBe("signature_request_nonce_mismatch HSIG-3.5.09");
    expect(await refusal({ params: { "wimse-req-nonce": `"${nonceOf(signed)}x"` } })).toBe(
      "signature_request_nonce_mismatch HSIG-3.5.09",
    );
    const view = { method: "POST", target: "/tools?q=2", headers: [] };
    expect(await refusal({}, { view })).toBe("signature_invalid HSIG-3.42");
  });

  it("HSIG-3.4.01, HSIG-3.4.02, HSIG-3.4.03: without the nonce of the request, or with one that is no string or empty, is refused", async () => {
    expect(await refusal({ params: { "wimse-req-nonce": undefined } })).toBe("signature_parameter_missing HSIG-3.4.02");
    expect(await refusal({ params: { "wimse-req-nonce": "1" } })).toBe("signature_parameter_invalid HSIG-3.4.01");
    expect(await refusal({ params: { "wimse-req-nonce": '""' } })).toBe("signature_parameter_invalid HSIG-3.4.03");
  });
});
