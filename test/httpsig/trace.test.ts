import { describe, expect, it } from "vitest";
import { checkRequestSignature } from "../../src/httpsig/check-request-signature.js";
import { findProfileSignature, revisionOf } from "../../src/httpsig/profile.js";
import { verifyWit } from "../../src/wit.js";
import { type SignedRequestParts, signedRequest } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, NOW } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const wit = await verifyWit(world.wit, { trust: world.trust, runtime: world.runtime });
const rules = { clockTolerance: 5, maxProofLifetime: 300 };

/** What whoever listens is told, check by check. */
async function told(parts: SignedRequestParts): Promise<[string, string | undefined][]> {
  const checks: [string, string | undefined][] = [];
  const view = await signedRequest(world, parts);
  const received = findProfileSignature(view);
  if (received === undefined) throw new Error("the request has no signature");
  const found = { received, revision: revisionOf(received.input, false) };
  const trace = { begin: (check: string, detail?: string) => void checks.push([check, detail]) };
  try {
    await checkRequestSignature(found, view, wit, rules, ["other", AUDIENCE], NOW + 0.12345, trace);
  } catch {
    // what was told before the refusal is what is looked at
  }
  return checks;
}

describe("whoever listens is told every check of a signature, with what it compares", () => {
  it("of a sound one", async () => {
    expect(await told({ parameters: { created: `${NOW - 10}` } })).toEqual([
      ["signature.parameters", undefined],
      ["signature.expiration", `expires ${NOW + 60}, now ${NOW + 0.123}`],
      ["signature.created", `created ${NOW - 10}, now ${NOW + 0.123}`],
      ["signature.lifetime", "70 s, at most 300 s"],
      ["signature.audience", `${AUDIENCE}; accepted: other, ${AUDIENCE}`],
      ["signature.coverage", "@method @path @query workload-identity-token content-type content-digest"],
      ["signature.components", "6 components"],
      ["signature.verification", wit.confirmation.thumbprint],
    ]);
  });

  it("up to the one that fails", async () => {
    const last = async (parts: SignedRequestParts) => (await told(parts)).at(-1)?.[0];
    expect(await last({ parameters: { nonce: undefined } })).toBe("signature.parameters");
    expect(await last({ parameters: { expires: `${NOW - 60}` } })).toBe("signature.expiration");
    expect(await last({ parameters: { created: `${NOW + 60}` } })).toBe("signature.created");
    expect(await last({ parameters: { expires: `${NOW + 999}` } })).toBe("signature.lifetime");
    expect(await last({ parameters: { "wimse-aud": '"another"' } })).toBe("signature.audience");
    expect(await last({ components: ['"@method"'] })).toBe("signature.coverage");
    expect(await last({ components: (sound) => [...sound, '"@unknown"'], values: { '"@unknown"': "" } })).toBe(
      "signature.components",
    );
  });
});
