import { describe, expect, it } from "vitest";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { checkRequestSignature } from "../../src/httpsig/check-request-signature.js";
import { findProfileSignature } from "../../src/httpsig/profile.js";
import { verificationKeyFor } from "../../src/httpsig/verification-key.js";
import { type VerifiedWit, verifyWit } from "../../src/wit.js";
import { sealVerifiedWit, verifiedWitFields } from "../../src/wit/verified-wit.js";
import { algorithm } from "../crypto/support.js";
import { type SignedRequestParts, signedRequest } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, NOW } from "../support/wpt-fixtures.js";

const world = await createWorld();
const stranger = await createWorld();
const wit = await verifyWit(world.wit, { trust: world.trust, runtime: world.runtime });
const rules = { clockTolerance: 5, maxProofLifetime: 300 };

async function check(parts: SignedRequestParts, by: VerifiedWit = wit) {
  const view = await signedRequest(world, parts);
  const received = findProfileSignature(view);
  if (received === undefined) throw new Error("the request has no signature");
  return checkRequestSignature({ received, revision: "http-signature-07" }, view, by, rules, [AUDIENCE], NOW);
}

describe("a refusal", () => {
  it.each(["created", "expires", "nonce", "wimse-aud"])("names the parameter that is missing: %s", async (name) => {
    const message = `The signature has no parameter ${name}`;
    await expect(check({ parameters: { [name]: undefined } })).rejects.toMatchObject({
      code: "signature_parameter_missing",
      message,
    });
  });

  it("HSIG-3.2.05: names the requirement that the audience violates", async () => {
    await expect(check({ parameters: { "wimse-aud": '"urn:other"' } })).rejects.toMatchObject({
      code: "signature_audience_mismatch",
      requirement: "HSIG-3.2.05",
    });
  });

  it("R9421-3.2.05: names the requirement that an alg of another algorithm violates", () => {
    const jwk = { ...verifiedWitFields(wit).confirmationKey.jwk };
    expect(() => verificationKeyFor(jwk, undefined, "ed25519")).toThrow(
      expect.objectContaining({ code: "signature_parameter_invalid", requirement: "R9421-3.2.05" }),
    );
  });
});

it("HSIG-3.42: a signature is judged by what the key says, at once or later", async () => {
  const fields = verifiedWitFields(wit);
  const key = await importVerificationKey(fields.confirmationKey.jwk, algorithm("ES256"), "webcrypto");
  expect(key.verify(new Uint8Array(), new Uint8Array(64))).toBeInstanceOf(Promise);
  for (const by of [wit, sealVerifiedWit({ ...fields, confirmationKey: key })]) {
    expect(await check({}, by)).toMatchObject({ boundTo: AUDIENCE });
    await expect(check({ signer: stranger.key }, by)).rejects.toMatchObject({
      code: "signature_invalid",
      requirement: "HSIG-3.42",
    });
  }
});
