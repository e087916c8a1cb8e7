import { describe, expect, it } from "vitest";
import { generateKey } from "wimse/credential";
import { decodeUnverifiedWit } from "wimse/dangerous";
import { createTestIssuer } from "wimse/testing";
import { createTrustStore } from "wimse/trust";
import { verifyWit } from "wimse/wit";
import { clock, expectMistake, expectSilence, expectWimseError, NOW } from "../support/wit-fixtures.js";

describe("createTestIssuer", () => {
  it("has a key of its own, ES256 without a wish, and shows its public half", async () => {
    const issuer = await createTestIssuer("wimse://example.com");
    expect(issuer).toMatchObject({ origin: "wimse://example.com", kid: "test-key" });
    expect(issuer.jwks).toEqual({ keys: [{ ...issuer.signer.publicJwk, kid: "test-key" }] });
    expect(issuer.signer.algorithm).toBe("ES256");
  });

  it("issues WITs for a public key, at the runtime's time", async () => {
    const issuer = await createTestIssuer("wimse://example.com", { runtime: clock(), kid: "k2", algorithm: "Ed25519" });
    const key = await generateKey();
    const token = await issuer.issue("wimse://example.com/a", key.publicJwk);
    const trust = createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]);
    expect(await verifyWit(token, { trust, runtime: clock() })).toMatchObject({
      algorithm: "Ed25519",
      expiresAt: NOW + 3600,
    });
    expect(decodeUnverifiedWit(token).header["kid"]).toBe("k2");
  });

  it("makes a key for a workload, with its WIT", async () => {
    const issuer = await createTestIssuer("wimse://example.com", { runtime: clock() });
    const options = { claims: { jti: "t1" }, lifetime: 60, algorithm: "ES384" };
    const credential = await issuer.credential("wimse://example.com/a", options);
    expect(credential).toMatchObject({ algorithm: "ES384", expiresAt: NOW + 60 });
    expect(decodeUnverifiedWit(credential.wit).claims["jti"]).toBe("t1");
    expect((await issuer.credential("wimse://example.com/a")).algorithm).toBe("ES256");
    expectSilence(credential, credential.wit);
  });

  it("keeps to the profile that it is given", async () => {
    const issuer = await createTestIssuer("spiffe://example.org", { profile: "wit-svid" });
    expect((await issuer.credential("spiffe://example.org/a")).id.scheme).toBe("spiffe");
    await expectMistake(issuer.credential("wimse://example.org/a"), /a WIT-SVID names a SPIFFE ID/);
  });

  it("is trusted by nobody who was not told", async () => {
    const [one, two] = [await createTestIssuer("wimse://example.com"), await createTestIssuer("wimse://example.com")];
    const { wit } = await one.credential("wimse://example.com/a");
    const trust = createTrustStore([{ origin: two.origin, keys: two.jwks }]);
    await expectWimseError(verifyWit(wit, { trust }), "wit_signature_invalid");
  });
});
