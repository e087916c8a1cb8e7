import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { generateKeyPair, type JWK } from "jose";
import { describe, expect, it } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { createSigner, generateKey, type SigningKey } from "../../src/crypto/signer.js";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { ecPair, formsOf, invalid, joseVerifies, jwkOf, okpPair, rsaPair, text } from "./signing.js";
import { algorithm, usable } from "./support.js";

describe.each(supportedAlgorithms)("createSigner for %s", (name) => {
  it("takes each form of key, signs what jose verifies, and shows the public key alone", async () => {
    for (const [form, key] of await formsOf(name)) {
      const signer = await createSigner(key, name);
      expect(signer.algorithm, form).toBe(name);
      expect(signer.publicJwk.alg, form).toBe(name);
      expect(await joseVerifies(signer), form).toBe(true);
      expect(signer.publicJwk.kid).toBe(form === "private JWK with labels" ? "k" : undefined);
      const jwk = usable(signer.publicJwk); // refuses private members
      const verificationKey = await importVerificationKey(jwk, algorithm(name));
      expect(await verificationKey.verify(text.encode("x"), await signer.sign(text.encode("x"))), form).toBe(true);
    }
  });
});

it("createSigner leaves members of a JWK alone that it does not know (RFC 7517 section 4)", async () => {
  const signer = await createSigner({ ...jwkOf(ecPair.privateKey), sign: "yes", privateKey: "no" } as JWK);
  expect(signer.publicJwk).toEqual({ ...jwkOf(ecPair.publicKey), alg: "ES256" });
});

describe("the algorithm of a signer", () => {
  const rsa = jwkOf(rsaPair.privateKey);

  it.each<[string, () => SigningKey | Promise<SigningKey>, string]>([
    ["P-256", () => ecPair.privateKey, "ES256"],
    ["P-384", () => generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey, "ES384"],
    ["P-521", () => jwkOf(generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey), "ES512"],
    ["Ed25519", () => okpPair.privateKey, "Ed25519"],
    ["Ed25519 as a CryptoKey", () => generateKeyPair("Ed25519"), "Ed25519"],
    ["Ed25519 with the older name in the JWK", () => ({ ...jwkOf(okpPair.privateKey), alg: "EdDSA" }), "EdDSA"],
    ["RSA whose JWK says it", () => ({ ...rsa, alg: "PS384" }), "PS384"],
    ["RSA as a CryptoKey for PKCS #1", async () => (await generateKeyPair("RS512")).privateKey, "RS512"],
    ["RSA as a CryptoKey for PSS", async () => (await generateKeyPair("PS256")).privateKey, "PS256"],
  ])("is that of the key: %s", async (_name, make, expected) => {
    expect((await createSigner(await make())).algorithm).toBe(expected);
  });

  it("is not guessed for an RSA key", async () => {
    await expect(createSigner(rsa)).rejects.toEqual(invalid(/RSA/));
    await expect(createSigner(rsaPair.privateKey)).rejects.toEqual(invalid(/RSA/));
  });

  it.each<[string, () => SigningKey | Promise<SigningKey>, string]>([
    ["another curve", () => ecPair.privateKey, "ES384"],
    ["another key type", () => okpPair.privateKey, "ES256"],
    ["another alg than in the JWK", () => ({ ...rsa, alg: "PS256" }), "RS256"],
    ["another alg than in the JWK, of one family", () => ({ ...jwkOf(okpPair.privateKey), alg: "EdDSA" }), "Ed25519"],
    ["another hash than of the CryptoKey", async () => (await generateKeyPair("RS256")).privateKey, "RS384"],
    ["another padding than of the CryptoKey", async () => (await generateKeyPair("RS256")).privateKey, "PS256"],
  ])("must fit: %s", async (_name, make, name) => {
    await expect(createSigner(await make(), name)).rejects.toEqual(invalid(/does not fit/));
  });

  it.each(["none", "HS256", "ECDH-ES", "es256", "", "constructor"])("must be in the table: %j", async (name) => {
    await expect(createSigner(ecPair.privateKey, name)).rejects.toEqual(invalid(/must be one of/));
    await expect(generateKey(name)).rejects.toEqual(invalid(/must be one of/));
  });
});

describe("createSigner refuses", () => {
  const ec = jwkOf(ecPair.privateKey);
  const otherEc = jwkOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  const symmetric = { name: "HMAC", hash: "SHA-256" };

  it.each<[string, () => unknown, RegExp]>([
    ["nothing", () => undefined, /must be a CryptoKey/],
    ["null", () => null, /must be a CryptoKey/],
    ["a string", () => "-----BEGIN PRIVATE KEY-----", /must be a CryptoKey/],
    ["an empty object", () => ({}), /private key/],
    ["a public JWK", () => jwkOf(ecPair.publicKey), /private key/],
    ["a symmetric JWK", () => ({ kty: "oct", k: "AAAA" }), /private key/],
    ["a public KeyObject", () => ecPair.publicKey, /private key/],
    ["a KeyObject of another kind", () => generateKeyPairSync("x25519").privateKey, /not supported/],
    [
      "a KeyObject of another curve",
      () => generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey,
      /not supported/,
    ],
    ["a small RSA key", () => generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey, /2048/],
    ["a public CryptoKey", async () => (await generateKeyPair("ES256")).publicKey, /private key/],
    ["a symmetric CryptoKey", () => crypto.subtle.generateKey(symmetric, false, ["sign"]), /private key/],
    [
      "a CryptoKey that may not sign",
      async () =>
        (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"])).privateKey,
      /usage sign/,
    ],
    ["half a CryptoKeyPair", async () => ({ privateKey: (await generateKeyPair("ES256")).privateKey }), /private key/],
    ["the other half of it", async () => ({ publicKey: (await generateKeyPair("ES256")).publicKey }), /private key/],
    ["a JWK for encryption", () => ({ ...ec, use: "enc" }), /not for signatures/],
    ["a JWK whose key_ops do not have sign", () => ({ ...ec, key_ops: ["verify"] }), /not for signing/],
    ["a JWK whose key_ops are no array", () => ({ ...ec, key_ops: "sign" }), /not for signing/],
    ["a JWK with an alg of another family", () => ({ ...ec, alg: "RS256" }), /does not fit/],
    ["a JWK with alg none", () => ({ ...ec, alg: "none" }), /asymmetric/],
    ["a JWK whose private member is nonsense", () => ({ ...ec, d: "AA" }), /cannot use|belong together/],
    ["a JWK whose private member is no string", () => ({ ...ec, d: 5 }), /cannot use/],
    ["a JWK off the curve", () => ({ ...ec, y: ec.x }), /point of the curve/],
    [
      "a JWK with the public half of another key",
      () => ({ ...ec, x: otherEc.x, y: otherEc.y }),
      /cannot use|belong together/,
    ],
    [
      "a CryptoKeyPair of two pairs",
      async () => ({
        privateKey: (await generateKeyPair("ES256")).privateKey,
        publicKey: (await generateKeyPair("ES256")).publicKey,
      }),
      /belong together/,
    ],
  ])("%s", async (_name, make, message) => {
    const key = (await make()) as SigningKey;
    await expect(createSigner(key, undefined)).rejects.toEqual(invalid(message));
  });

  it("a public half that belongs to another key", async () => {
    const { kty, crv, x, y } = otherEc;
    const other = { kty, crv, x, y } as JWK;
    await expect(createSigner(ecPair.privateKey, "ES256", other)).rejects.toEqual(invalid(/belong together/));
  });

  it("without repeating the key in what it says", async () => {
    const secret = "c2VjcmV0LXNlY3JldA";
    for (const bad of [
      { ...ec, d: secret },
      { kty: "RSA", d: secret, n: secret, e: secret },
      { kty: secret, d: secret },
    ]) {
      const error: unknown = await createSigner(bad).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "configuration_invalid" });
      expect(inspect(error, { depth: 9, showHidden: true }).split("\n    at ")[0]).not.toContain(secret);
    }
  });
});

describe("a signer", () => {
  it("shows its algorithm and its public key, and nothing private", async () => {
    const jwk = jwkOf(ecPair.privateKey);
    const signer = await createSigner(jwk);
    for (const shown of [JSON.stringify(signer), inspect(signer, { depth: 9, showHidden: true }), String(signer)]) {
      expect(shown).not.toContain(jwk.d);
    }
    expect(JSON.parse(JSON.stringify(signer))).toEqual({
      algorithm: "ES256",
      publicJwk: { ...jwkOf(ecPair.publicKey), alg: "ES256" },
    });
    expect(Object.isFrozen(signer) && Object.isFrozen(signer.publicJwk)).toBe(true);
  });

  it("signs nothing when its signal is aborted already", async () => {
    const signer = await generateKey();
    const reason = new Error("given up");
    await expect(signer.sign(new Uint8Array(1), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    for (const options of [{ signal: new AbortController().signal }, { signal: undefined }, {}]) {
      expect(await signer.sign(new Uint8Array(1), options)).toHaveLength(64);
    }
  });

  it("CREDS-5.1.18: is for ES256 when it is generated without a wish", async () => {
    const signer = await generateKey();
    expect(signer.algorithm).toBe("ES256");
    expect(await joseVerifies(signer)).toBe(true);
  });
});
