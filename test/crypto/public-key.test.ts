import { generateKeyPairSync } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import { describe, expect, it } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { fitsAlgorithm, keyMaterial, readPublicJwk } from "../../src/crypto/public-key.js";
import { b64, modulus, okp, p256, p384, p521, rsa } from "./keys.js";
import { algorithm, usable, withNodeCrypto } from "./support.js";

describe("readPublicJwk accepts", () => {
  it.each([
    ["P-256", p256],
    ["P-384", p384],
    ["P-521", p521],
    ["Ed25519", okp],
    ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" })],
    ["RSA of exactly 2048 bits", rsa],
    ["RSA of a number of bits that fills no byte", { ...rsa, n: modulus(2049) }],
    ["RSA of 16384 bits", { ...rsa, n: modulus(16384) }],
    ["RSA with e = 3", { ...rsa, e: "Aw" }],
    ["RSA with e of 64 bits", { ...rsa, e: b64(Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 1)) }],
    ["P-256 with all labels", { ...p256, kid: "k", alg: "ES256", use: "sig", key_ops: ["verify"] }],
    ["Ed25519 with the older name", { ...okp, alg: "EdDSA" }],
    ["Ed25519 with the newer name", { ...okp, alg: "Ed25519" }],
    ["P-256 for no operation", { ...p256, key_ops: [] }],
  ])("%s, key material and labels unchanged", (_name, jwk) => {
    expect(readPublicJwk(jwk)).toEqual({ kind: "usable", key: jwk });
  });

  it("nothing but key material and labels into the result, which is frozen", async () => {
    const jwk = {
      ...p256,
      kid: "k",
      ext: true,
      x5c: ["MII"],
      jku: "https://evil.example",
      iss: {},
      key_ops: ["verify"],
    };
    const key = usable(jwk);
    expect(key).toEqual({ ...p256, kid: "k", key_ops: ["verify"] });
    expect(Object.isFrozen(key) && Object.isFrozen(key.key_ops)).toBe(true);
    jwk.key_ops.push("sign");
    expect(key.key_ops).toEqual(["verify"]);
    expect(await calculateJwkThumbprint(key)).toBe(await calculateJwkThumbprint(p256));
  });

  it("members that are written as undefined like members that are absent", () => {
    expect(usable({ ...p256, d: undefined, kid: undefined, alg: undefined })).toStrictEqual(p256);
  });

  it("a member of another key type, which says nothing of the key and is left out", () => {
    expect(usable({ ...rsa, crv: "P-256", x: 1 })).toStrictEqual(rsa);
  });

  it("no member that is only inherited", () => {
    expect(readPublicJwk(Object.create(p256)).kind).toBe("refused");
  });
});

describe("readPublicJwk refuses", () => {
  const zero32 = b64(new Uint8Array(32));

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a string", "{}"],
    ["an array", [p256]],
    ["an empty object", {}],
    ["a kty that is no string", { ...p256, kty: ["EC"] }],
    // CREDS-5.1.09: no private and no symmetric key
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].map((name): [string, unknown] => [
      `a member ${name}`,
      { ...p256, [name]: zero32 },
    ]),
    ["a private member that is null", { ...rsa, d: null }],
    ["a private member of a key type that nobody knows", { kty: "XYZ", d: zero32 }],
    ["kty oct", { kty: "oct" }],
    // CREDS-5.1.15, CREDS-5.1.16
    ["alg none", { ...p256, alg: "none" }],
    ["alg None", { ...p256, alg: "None" }],
    ["alg HS256", { ...p256, alg: "HS256" }],
    ["alg HS512 of an RSA key", { ...rsa, alg: "HS512" }],
    ["an alg that is no string", { ...p256, alg: 256 }],
    ["an alg that is null", { ...p256, alg: null }],
    ["alg of another curve", { ...p256, alg: "ES384" }],
    ["alg of another key type", { ...p256, alg: "RS256" }],
    ["alg of another key type, Ed25519", { ...okp, alg: "ES256" }],
    ["alg of another key type, RSA", { ...rsa, alg: "Ed25519" }],
    ["a kid that is no string", { ...p256, kid: 1 }],
    ["a kid that is null", { ...p256, kid: null }],
    ["a use that is no string", { ...p256, use: ["sig"] }],
    ["key_ops that are no array", { ...p256, key_ops: "verify" }],
    ["key_ops that are no strings", { ...p256, key_ops: [1] }],
    ["key_ops that are not all strings", { ...p256, key_ops: ["verify", 1] }],
    ["key_ops with an operation twice", { ...p256, key_ops: ["verify", "verify"] }],
  ])("%s", (_name, jwk) => {
    expect(readPublicJwk(jwk).kind).toBe("refused");
  });

  it.each([[[p256]], [Object.assign([], p256)], ["{}"], [null]])("what is no object, as such: %j", (value) => {
    expect(readPublicJwk(value)).toEqual({ kind: "refused", reason: "a JWK must be an object" });
  });

  it("without telling anything of the key", () => {
    for (const jwk of [
      { ...p256, y: p256.x },
      { ...rsa, e: "AQ" },
      { kty: "secret-kty" },
      { ...p256, alg: "secret" },
    ]) {
      const reading = readPublicJwk(jwk);
      expect(JSON.stringify(reading)).not.toMatch(new RegExp(`secret|${p256.x}|${rsa.n}`));
    }
  });
});

describe("readPublicJwk tells apart what is only not supported", () => {
  it.each([
    ["another key type", { kty: "XYZ" }],
    ["another curve", { kty: "EC", crv: "secp256k1", x: p256.x, y: p256.y }],
    ["a curve with a name of every object", { kty: "EC", crv: "constructor", x: p256.x, y: p256.y }],
    ["a curve in other letters", { ...p256, crv: "p-256" }],
    ["no curve", { ...p256, crv: undefined }],
    ["Ed448", { kty: "OKP", crv: "Ed448", x: "AA" }],
    ["X25519", { ...okp, crv: "X25519" }],
    ["an EC curve with the type OKP", { ...okp, crv: "P-256" }],
    ["ECDH-ES, an encryption algorithm (CREDS-5.1.17)", { ...p256, alg: "ECDH-ES" }],
    ["RSA-OAEP, an encryption algorithm (CREDS-5.1.17)", { ...rsa, alg: "RSA-OAEP-256" }],
    ["an alg that is registered nowhere (CREDS-5.1.13)", { ...p256, alg: "foo" }],
    ["an alg that ends like a symmetric one", { ...p256, alg: "XHS256" }],
    ["an alg that begins like a symmetric one", { ...p256, alg: "HS256+X" }],
    ["an alg that begins with none", { ...p256, alg: "nonesuch" }],
    ["alg ES521", { ...p521, alg: "ES521" }],
    ["an alg in other letters", { ...p256, alg: "es256" }],
  ])("%s", (_name, jwk) => {
    expect(readPublicJwk(jwk).kind).toBe("unsupported");
  });
});

describe("ML-DSA keys", () => {
  // Whether the runtime verifies with them is another matter: here only their form is checked.
  const createPublicKey = ({ key }: { key: { alg: string } }) => ({ asymmetricKeyType: key.alg.toLowerCase() });
  const load = (crypto: object) =>
    withNodeCrypto(crypto, async () => (await import("../../src/crypto/public-key.js")).readPublicJwk);
  const pub = b64(new Uint8Array(1312).fill(7));

  it.each([
    ["of the right length", { kty: "AKP", alg: "ML-DSA-44", pub, kid: "k" }, "usable"],
    ["of another length", { kty: "AKP", alg: "ML-DSA-65", pub }, "refused"],
    ["without pub", { kty: "AKP", alg: "ML-DSA-44" }, "refused"],
    ["without alg", { kty: "AKP", pub }, "refused"],
    ["with alg of another type", { kty: "AKP", alg: "ES256", pub }, "refused"],
    ["with the seed", { kty: "AKP", alg: "ML-DSA-44", pub, priv: pub }, "refused"],
    ["of another algorithm of that type", { kty: "AKP", alg: "SLH-DSA-SHA2-128s", pub }, "unsupported"],
  ])("%s", async (_name, jwk, kind) => {
    const read = await load({ createPublicKey });
    expect(read(jwk).kind).toBe(kind);
    if (kind === "usable") expect(read(jwk)).toEqual({ kind, key: jwk });
  });

  it("are unsupported where the runtime lacks the algorithm", async () => {
    const read = await load({ createPublicKey: () => ({}) });
    expect(read({ kty: "AKP", alg: "ML-DSA-44", pub }).kind).toBe("unsupported");
  });
});

describe("fitsAlgorithm", () => {
  const fitting = (jwk: unknown): string[] => {
    const key = usable(jwk);
    return supportedAlgorithms.filter((name) => fitsAlgorithm(key, algorithm(name)));
  };

  it.each([
    ["P-256", p256, ["ES256"]],
    ["P-384", p384, ["ES384"]],
    ["P-521", p521, ["ES512"]],
    ["Ed25519", okp, ["Ed25519", "EdDSA"]],
    ["RSA", rsa, ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]],
    ["RSA that says PS256", { ...rsa, alg: "PS256" }, ["PS256"]],
    ["Ed25519 that says EdDSA", { ...okp, alg: "EdDSA" }, ["EdDSA"]],
    ["Ed25519 that says Ed25519", { ...okp, alg: "Ed25519" }, ["Ed25519"]],
  ])("%s", (_name, jwk, expected) => {
    expect(fitting(jwk)).toEqual(expected);
  });

  it("asks no curve of an algorithm that has none", () => {
    expect(fitsAlgorithm({ ...usable(rsa), crv: "P-256" }, algorithm("RS256"))).toBe(true);
  });
});

describe("keyMaterial", () => {
  it("leaves out what says how a key is meant, but for the alg of an AKP key, which is a part of it", () => {
    const labels = { kid: "k", use: "wit-svid", key_ops: ["verify"] };
    expect(keyMaterial(usable({ ...p256, ...labels, alg: "ES256" }))).toEqual(p256);
    expect(keyMaterial({ kty: "AKP", alg: "ML-DSA-44", pub: "AA", ...labels })).toEqual({
      kty: "AKP",
      alg: "ML-DSA-44",
      pub: "AA",
    });
    expect(keyMaterial({ kty: "AKP", pub: "AA", ...labels })).toStrictEqual({ kty: "AKP", pub: "AA" });
  });
});
