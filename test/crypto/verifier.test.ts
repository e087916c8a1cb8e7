import { createHash, generateKeyPairSync, sign as nodeSign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 as nobleP256 } from "@noble/curves/nist.js";
import { exportJWK } from "jose";
import { describe, expect, it } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { derSignature } from "../../src/crypto/ecdsa-signature.js";
import { type Backend, importVerificationKey } from "../../src/crypto/verifier.js";
import { b64, okp, p256 } from "./keys.js";
import { anotherKey, keyOf } from "./samples.js";
import { algorithm, usable } from "./support.js";

const BACKENDS = ["node", "webcrypto", "noble"] as const;
/** Whether a backend has an algorithm. */
const has = (backend: Backend, name: string): boolean => backend !== "noble" || /^E/.test(name);
const text = new TextEncoder();

const changed = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe.each(BACKENDS)("verification by %s", (backend) => {
  describe.each(supportedAlgorithms.filter((name) => has(backend, name)))("%s", (name) => {
    it("accepts what jose signed", async () => {
      const { key, jwk, data, signature } = await keyOf(name, backend);
      expect(await key.verify(data, signature)).toBe(true);
      expect(key).toMatchObject({ algorithm: name, jwk });
      expect(Object.isFrozen(key)).toBe(true);
    });

    it("refuses other data, other signatures and other keys", async () => {
      const { key, jwk, data, signature } = await keyOf(name, backend);
      const last = signature.length - 1;
      expect(await key.verify(changed(data, 0), signature)).toBe(false);
      for (const at of [0, last >> 1, last]) expect(await key.verify(data, changed(signature, at))).toBe(false);
      const otherPair = await anotherKey(name);
      const other = await importVerificationKey(usable(await exportJWK(otherPair)), algorithm(name), backend);
      expect(other.jwk).not.toEqual(jwk);
      expect(await other.verify(data, signature)).toBe(false);
    });

    it("refuses every wrong length without throwing", async () => {
      const { key, data, signature } = await keyOf(name, backend);
      for (const wrong of [
        new Uint8Array(),
        signature.subarray(1),
        signature.subarray(0, -1),
        Uint8Array.of(...signature, 0),
        Uint8Array.of(0, ...signature),
        new Uint8Array(signature.length),
        new Uint8Array(signature.length).fill(255),
      ]) {
        expect(await key.verify(data, wrong)).toBe(false);
      }
    });
  });

  it.each(["ES256", "ES384", "ES512"])("%s: refuses DER and accepts r || s of the same signature", async (name) => {
    const { key, data, signature } = await keyOf(name, backend);
    expect(await key.verify(data, derSignature(signature).slice())).toBe(false);
    expect(await key.verify(data, signature)).toBe(true);
  });

  it.each(["ES256", "ES384", "ES512"])("%s: refuses r and s with a zero byte more before each", async (name) => {
    const { key, data, signature } = await keyOf(name, backend);
    const half = signature.length / 2;
    const padded = Uint8Array.of(0, ...signature.subarray(0, half), 0, ...signature.subarray(half));
    expect(await key.verify(data, padded)).toBe(false);
  });

  it("Ed25519: refuses R in an encoding that is not canonical", async () => {
    const { head, scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(7));
    expect(head).toHaveLength(32);
    const key = await importVerificationKey(usable({ ...okp, x: b64(pointBytes) }), algorithm("Ed25519"), backend);
    const data = text.encode("data");
    const { Fn } = ed25519.Point;
    // With R the neutral element, S is the hash times the secret scalar.
    const withR = (R: Uint8Array): Uint8Array => {
      const hash = createHash("sha512").update(R).update(pointBytes).update(data).digest().reverse();
      return Uint8Array.of(...R, ...Fn.toBytes(Fn.mul(Fn.create(BigInt(`0x${hash.toString("hex")}`)), scalar)));
    };
    const notCanonical = withR(Uint8Array.of(0xee, ...new Uint8Array(30).fill(0xff), 0x7f));
    expect(ed25519.verify(notCanonical, data, pointBytes, { zip215: true })).toBe(true); // nothing else is wrong with it
    expect(await key.verify(data, notCanonical)).toBe(false);
  });

  it("ES256: accepts high s and low s alike", async () => {
    const { key, data, signature } = await keyOf("ES256", backend);
    const parsed = nobleP256.Signature.fromBytes(signature, "compact");
    const negated = new nobleP256.Signature(parsed.r, nobleP256.Point.Fn.neg(parsed.s)).toBytes("compact");
    expect(await key.verify(data, negated)).toBe(true);
  });

  it.each([
    ["EdDSA", "Ed25519"],
    ["Ed25519", "EdDSA"],
  ])("verifies as %s what was signed as %s: one algorithm under two names", async (name, other) => {
    const { jwk, data, signature } = await keyOf(other, backend);
    const { alg: _alg, ...bare } = jwk;
    expect(await (await importVerificationKey(bare, algorithm(name), backend)).verify(data, signature)).toBe(true);
  });

  it("takes a key whose use and key_ops are those of a certificate authority's bundle", async () => {
    const { jwk, data, signature } = await keyOf("ES256", backend);
    const labelled = usable({ ...jwk, use: "wit-svid", key_ops: ["verify", "sign"], alg: "ES256", kid: "k" });
    expect(await (await importVerificationKey(labelled, algorithm("ES256"), backend)).verify(data, signature)).toBe(
      true,
    );
  });

  it("is not set up for a key that does not fit the algorithm", () => {
    for (const [jwk, name] of [
      [p256, "ES384"],
      [p256, "RS256"],
      [okp, "ES256"],
      [{ ...p256, alg: "ES256" }, "Ed25519"],
      [{ ...okp, alg: "EdDSA" }, "Ed25519"],
    ] as const) {
      expect(() => importVerificationKey(usable(jwk), algorithm(name), backend)).toThrow(
        expect.objectContaining({ code: "configuration_invalid" }),
      );
    }
  });

  // None of these comes out of readPublicJwk.
  it.each([
    ["ES256", { kty: "EC", crv: "P-256", x: p256.x, y: p256.x }],
    ["ES256", { kty: "EC", crv: "P-256", x: "?" }],
    ["Ed25519", { kty: "OKP", crv: "Ed25519", x: "AAAA" }],
    ["Ed25519", { kty: "OKP", crv: "Ed25519" }],
  ] as const)("%s: a key that it cannot read proves nothing: %j", async (name, broken) => {
    const { data, signature } = await keyOf(name, backend);
    const key = await importVerificationKey(broken, algorithm(name), backend);
    expect(await key.verify(data, signature)).toBe(false);
  });
});

describe("RSA signatures", () => {
  const pssPair = generateKeyPairSync("rsa", { modulusLength: 2048 });

  it("RS256 does not verify as PS256 or RS384, nor the other way round", async () => {
    for (const [made, claimed] of [
      ["RS256", "PS256"],
      ["PS256", "RS256"],
      ["RS256", "RS384"],
      ["PS512", "PS256"],
    ] as const) {
      const { jwk, data, signature } = await keyOf(made);
      const { alg: _alg, ...bare } = jwk;
      for (const backend of ["node", "webcrypto"] as const) {
        const key = await importVerificationKey(bare, algorithm(claimed), backend);
        expect(await key.verify(data, signature)).toBe(false);
      }
    }
  });

  it.each([
    [0, false],
    [20, false],
    [32, true],
    [64, false],
  ])("PS256 wants a salt of 32 bytes: one of %i", async (saltLength, valid) => {
    const data = text.encode("data");
    const signature = nodeSign("sha256", data, { key: pssPair.privateKey, padding: 6, saltLength });
    for (const backend of ["node", "webcrypto"] as const) {
      const jwk = usable(pssPair.publicKey.export({ format: "jwk" }));
      expect(await (await importVerificationKey(jwk, algorithm("PS256"), backend)).verify(data, signature)).toBe(valid);
    }
  });
});
