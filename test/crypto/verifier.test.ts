import { generateKeyPairSync, sign as nodeSign } from "node:crypto";
import { p256 as nobleP256 } from "@noble/curves/nist.js";
import { CompactSign, exportJWK, type GenerateKeyPairResult, generateKeyPair } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { derSignature } from "../../src/crypto/ecdsa-signature.js";
import { type Backend, importVerificationKey } from "../../src/crypto/verifier.js";
import { b64, okp, p256 } from "./keys.js";
import { algorithm, usable, withNodeCrypto } from "./support.js";

const BACKENDS = ["node", "webcrypto", "noble"] as const;
/** Whether a backend has an algorithm. */
const has = (backend: Backend, name: string): boolean => backend !== "noble" || /^E/.test(name);
const text = new TextEncoder();

/** A signature that `jose` made: what it covers, and its bytes. */
interface Sample {
  readonly key: GenerateKeyPairResult;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}
const samples = new Map<string, Sample>();

async function sample(name: string): Promise<Sample> {
  const key = await generateKeyPair(name);
  const jws = await new CompactSign(text.encode("payload")).setProtectedHeader({ alg: name }).sign(key.privateKey);
  const [header, payload, signature = ""] = jws.split(".");
  return { key, data: text.encode(`${header}.${payload}`), signature: Buffer.from(signature, "base64url") };
}

beforeAll(async () => {
  for (const name of supportedAlgorithms) samples.set(name, await sample(name));
});

async function keyOf(name: string, backend?: Backend) {
  const made = samples.get(name);
  if (!made) throw new Error("no sample");
  const jwk = usable(await exportJWK(made.key.publicKey));
  return { ...made, jwk, key: await importVerificationKey(jwk, algorithm(name), backend) };
}

/** Another public key for an algorithm; RSA keys take long to make, and they say nothing of their algorithm. */
async function another(name: string): Promise<CryptoKey> {
  const rsa = /^[RP]S/.test(name) && samples.get(name === "RS256" ? "RS384" : "RS256");
  return (rsa ? rsa.key : await generateKeyPair(name)).publicKey;
}

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
      const otherPair = await another(name);
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

describe("the backend of a key", () => {
  it("is node:crypto on Node, at once", async () => {
    const { jwk, data, signature } = await keyOf("ES256");
    const key = importVerificationKey(jwk, algorithm("ES256"));
    expect(key).not.toBeInstanceOf(Promise);
    expect((await key).verify(data, signature)).toBe(true);
  });

  const load = () => import("../../src/crypto/verifier.js");

  it.each([
    ["there is no node:crypto", undefined],
    [
      "node:crypto does not take the key",
      {
        createPublicKey: () => {
          throw new Error("unsupported");
        },
      },
    ],
  ])("is WebCrypto where %s", async (_name, replacement) => {
    const { jwk, data, signature } = await keyOf("ES256");
    const portable = await withNodeCrypto(replacement, load);
    const verify = vi.spyOn(crypto.subtle, "verify");
    try {
      const key = await portable.importVerificationKey(jwk, algorithm("ES256"));
      expect(await key.verify(data, signature)).toBe(true);
      expect(verify).toHaveBeenCalledOnce();
      verify.mockRejectedValueOnce(new Error("out of order"));
      expect(await key.verify(data, signature)).toBe(false);
    } finally {
      verify.mockRestore();
    }
  });

  it("is noble where WebCrypto does not take the key either", async () => {
    const { jwk, data, signature } = await keyOf("Ed25519");
    const portable = await withNodeCrypto(undefined, load);
    const importKey = vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new Error("unsupported"));
    try {
      const key = await portable.importVerificationKey(jwk, algorithm("Ed25519"));
      expect(await key.verify(data, signature)).toBe(true);
      const { jwk: rsa, data: covered, signature: of } = await keyOf("RS256");
      expect(await (await portable.importVerificationKey(rsa, algorithm("RS256"))).verify(covered, of)).toBe(false);
    } finally {
      importKey.mockRestore();
    }
  });

  it("stays quiet when node:crypto throws at a signature", async () => {
    const { jwk, data, signature } = await keyOf("ES256");
    const verify = vi.fn(() => {
      throw new Error(b64(signature));
    });
    const { importVerificationKey: importKey } = await withNodeCrypto({ createPublicKey: () => ({}), verify }, load);
    expect(await (await importKey(jwk, algorithm("ES256"))).verify(data, signature)).toBe(false);
    expect(verify).toHaveBeenCalledOnce();
  });
});

describe("derSignature", () => {
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const ff = (length: number): string => "ff".repeat(length);
  const one = (length: number): string => "01".repeat(length);

  it.each([
    ["the shortest numbers", "0000000100000002", "3006020101020102"],
    ["zero keeps one byte", "0000000000000000", "3006020100020100"],
    ["a high bit needs a zero byte", "80000000000000ff", "300b02050080000000020200ff"],
    ["nothing to cut", "7fffffff01020304", "300c02047fffffff020401020304"],
    ["the longest length in one byte", `00${ff(61)}00${one(61)}`, `307f023e00${ff(61)}023d${one(61)}`],
    ["the shortest length in two bytes", `00${ff(61)}${one(62)}`, `308180023e00${ff(61)}023e${one(62)}`],
    ["the longest signature, of P-521", `${ff(66)}${ff(66)}`, `30818a024300${ff(66)}024300${ff(66)}`],
  ])("%s", (_name, rs, der) => {
    derSignature(new Uint8Array(rs.length / 2).fill(0xaa)); // nothing of an earlier one stays
    expect(hexOf(derSignature(Buffer.from(rs, "hex")))).toBe(der);
  });
});
