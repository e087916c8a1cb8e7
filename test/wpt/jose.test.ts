import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { expect, it } from "vitest";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { verifyWit } from "../../src/wit.js";
import { signWpt, verifyWpt } from "../../src/wpt.js";
import { AGENT, AUDIENCE, createWorld, NOW } from "../support/wpt-fixtures.js";

// jose knows nothing of this library: what one of them makes, the other has to verify.
const algorithms = ["ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

it.each(algorithms)("WPT-2.04, WPT-2.26: a WPT that jose made with %s is accepted", async (alg) => {
  const { issuer, trust, runtime } = await createWorld();
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const token = await issuer.issue(AGENT, { ...(await exportJWK(publicKey)), alg });
  const wit = await verifyWit(token, { trust, runtime });
  const wpt = await new SignJWT({ wth: sha256Base64url(token) })
    .setProtectedHeader({ alg, typ: "wpt+jwt" })
    .setAudience(AUDIENCE)
    .setExpirationTime(NOW + 60)
    .setJti("made by jose")
    .sign(privateKey);
  const proof = await verifyWpt(wpt, wit, { audience: [AUDIENCE], runtime });
  expect(proof.tokenId).toBe("made by jose");
});

it.each(algorithms)(
  "WPT-2.05, WPT-2.07, WPT-2.10, WPT-2.12: a WPT made here with %s verifies with jose",
  async (alg) => {
    const { credential, key, runtime } = await createWorld(alg);
    const wpt = await signWpt({ audience: AUDIENCE }, credential, { runtime });
    const { payload, protectedHeader } = await jwtVerify(wpt, await importJWK(key.publicJwk as JWK, alg), {
      algorithms: [alg],
      audience: AUDIENCE,
      typ: "application/wpt+jwt",
      requiredClaims: ["aud", "exp", "jti", "wth"],
      currentDate: new Date(NOW * 1000),
    });
    expect(protectedHeader).toEqual({ alg, typ: "wpt+jwt" });
    expect(payload).toEqual({
      aud: AUDIENCE,
      exp: NOW + 60,
      jti: expect.any(String),
      wth: sha256Base64url(credential.wit),
    });
  },
);
