import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { createSigner } from "../../src/crypto/signer.js";
import { issueWit } from "../../src/wit/issue.js";
import { verifyWit } from "../../src/wit/verify.js";
import { clock, expectWimseError, keyFor, makeTrust, NOW, SUBJECT, witClaims } from "../support/wit-fixtures.js";

/** A private and a public JWK for an algorithm: fixed ones, but for ML-DSA, whose keys are made here. */
async function pairFor(alg: string): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  if (!alg.startsWith("ML-DSA")) return keyFor(alg);
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateJwk: await exportJWK(privateKey), publicJwk: await exportJWK(publicKey) };
}

// jose shares no code with the verification and the signing here.
describe.each(supportedAlgorithms)("%s, with jose on the other side", (alg) => {
  it("CREDS-5.1.4.05: a WIT of jose's is accepted, and refused after a change", async () => {
    const { privateJwk, publicJwk } = await pairFor(alg);
    const header = { alg, kid: "k", typ: "wit+jwt" };
    const claims = { ...witClaims(), cnf: { jwk: publicJwk } };
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(privateJwk, alg));
    const options = { trust: makeTrust({ keys: { keys: [{ ...publicJwk, kid: "k" }] } }), runtime: clock() };
    const wit = await verifyWit(token, options);
    expect(wit).toMatchObject({ algorithm: alg, confirmation: { algorithm: alg, jwk: publicJwk } });
    const changed = `${token.slice(0, -6)}${token.at(-6) === "A" ? "B" : "A"}${token.slice(-5)}`;
    await expectWimseError(verifyWit(changed, options), "wit_signature_invalid", "CREDS-5.1.4.05", token);
  });

  it("a WIT of ours is accepted by jose", async () => {
    const { privateJwk, publicJwk } = await pairFor(alg);
    const signer = await createSigner(privateJwk, alg);
    const token = await issueWit({ sub: SUBJECT, cnf: publicJwk }, { signer, kid: "k", runtime: clock() });
    const options = { algorithms: [alg], typ: "wit+jwt", currentDate: new Date(NOW * 1000), requiredClaims: ["exp"] };
    const { payload, protectedHeader } = await jwtVerify(token, await importJWK(publicJwk, alg), options);
    expect(protectedHeader).toEqual({ alg, kid: "k", typ: "wit+jwt" });
    expect(payload).toEqual({ iat: NOW, sub: SUBJECT, exp: NOW + 3600, cnf: { jwk: publicJwk } });
  });
});
