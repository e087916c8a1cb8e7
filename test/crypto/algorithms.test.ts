import { describe, expect, it } from "vitest";
import { algorithmNamed, algorithms, supportedAlgorithms, WIT_SVID_ALGORITHMS } from "../../src/crypto/algorithms.js";
import { withNodeCrypto } from "./support.js";

const CLASSICAL = [
  "ES256",
  "ES384",
  "ES512",
  "Ed25519",
  "EdDSA",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
] as const;
const ML_DSA = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];

describe("algorithmNamed", () => {
  // CREDS-5.1.18: ES256 is always there
  it.each(CLASSICAL)("knows %s", (name) => {
    expect(algorithmNamed(name)?.name).toBe(name);
    expect(supportedAlgorithms).toContain(name);
  });

  it.each([
    "none", // CREDS-5.1.02, CREDS-5.1.15
    "None",
    "NONE",
    "HS256", // CREDS-5.1.01, CREDS-5.1.16
    "HS384",
    "HS512",
    "ECDH-ES", // CREDS-5.1.17
    "RSA-OAEP",
    "RSA-OAEP-256",
    "A128KW",
    "A256GCM",
    "dir",
    "ES256K",
    "ES521",
    "Ed448",
    "RS1",
    "es256",
    "ES256 ",
    "ES256\0",
    "",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "valueOf",
  ])("knows nothing of %j", (name) => {
    expect(algorithmNamed(name)).toBeUndefined();
    expect(supportedAlgorithms).not.toContain(name);
  });

  it.each([[undefined], [null], [256], [true], [["ES256"]], [{ toString: () => "ES256" }], [new String("ES256")]])(
    "knows nothing of what is no string: %o",
    (name) => {
      expect(algorithmNamed(name)).toBeUndefined();
    },
  );
});

describe("the table", () => {
  // RFC 9421 section 3.3; RFC 9053, RFC 8230, RFC 8812, RFC 9864 for COSE
  it.each([
    ["ES256", "ecdsa-p256-sha256", -7, 64],
    ["ES384", "ecdsa-p384-sha384", -35, 96],
    ["ES512", undefined, -36, 132],
    ["Ed25519", "ed25519", -19, 64],
    ["EdDSA", "ed25519", -8, 64],
    ["RS256", "rsa-v1_5-sha256", -257, undefined],
    ["RS384", undefined, -258, undefined],
    ["RS512", undefined, -259, undefined],
    ["PS256", undefined, -37, undefined],
    ["PS384", undefined, -38, undefined],
    ["PS512", "rsa-pss-sha512", -39, undefined],
  ])("%s is %s in HTTP signatures and %i in COSE", (name, httpSignature, cose, signatureLength) => {
    expect(algorithmNamed(name)).toMatchObject({ cose });
    expect(algorithmNamed(name)?.httpSignature).toBe(httpSignature);
    expect(algorithmNamed(name)?.signatureLength).toBe(signatureLength);
  });

  it.each(["ES512", "RS384", "RS512", "PS256", "PS384"])("gives %s no empty name in HTTP signatures", (name) => {
    expect(algorithmNamed(name)).not.toHaveProperty("httpSignature");
  });

  it.each(["Ed25519", "EdDSA"])("names no digest beside the one that %s has", (name) => {
    expect(algorithmNamed(name)?.node).toStrictEqual({ digest: null });
  });

  it("has each COSE number once", () => {
    expect(new Set(algorithms.map(({ cose }) => cose)).size).toBe(algorithms.length);
  });

  it("gives a new Ed25519 key the fully specified name", () => {
    expect(algorithms.find(({ crv }) => crv === "Ed25519")?.name).toBe("Ed25519");
  });

  it("WITSVID-2.3.01, WITSVID-3.2.04: lists exactly the algorithms of a WIT-SVID", () => {
    const expected = ["RS", "ES", "PS"].flatMap((family) => [256, 384, 512].map((bits) => `${family}${bits}`));
    expect([...WIT_SVID_ALGORITHMS].sort()).toEqual(expected.sort());
    for (const name of WIT_SVID_ALGORITHMS) expect(supportedAlgorithms).toContain(name);
  });

  it("cannot be changed", () => {
    expect(Object.isFrozen(supportedAlgorithms) && Object.isFrozen(WIT_SVID_ALGORITHMS)).toBe(true);
    expect(Object.isFrozen(algorithms)).toBe(true);
  });
});

describe("ML-DSA", () => {
  const loadTable = () => import("../../src/crypto/algorithms.js");
  const load = async () => (await loadTable()).supportedAlgorithms;
  const createPublicKey = ({ key, format }: { key: { alg: string; pub: string }; format: string }) => {
    expect(format).toBe("jwk");
    return { asymmetricKeyType: key.alg.toLowerCase() };
  };

  it("is all there or not at all, as this runtime has it", () => {
    expect([[], ML_DSA]).toContainEqual(supportedAlgorithms.filter((name) => name.startsWith("ML-DSA")));
  });

  it("is there when node:crypto makes keys of it", async () => {
    expect(await withNodeCrypto({ createPublicKey }, load)).toEqual([...CLASSICAL, ...ML_DSA]);
  });

  // FIPS 204 section 4, table 2; RFC 9964 for COSE
  it.each([
    ["ML-DSA-44", -48, 1312, 2420],
    ["ML-DSA-65", -49, 1952, 3309],
    ["ML-DSA-87", -50, 2592, 4627],
  ])(
    "%s is %i in COSE, with keys of %i bytes and signatures of %i",
    async (name, cose, publicKeyLength, signatureLength) => {
      const table = await withNodeCrypto({ createPublicKey }, loadTable);
      expect(table.algorithmNamed(name)).toStrictEqual({
        name,
        kty: "AKP",
        node: { digest: null },
        webCrypto: { key: { name }, operation: { name } },
        cose,
        signatureLength,
        publicKeyLength,
      });
    },
  );

  it.each([
    [
      "refuses its keys",
      {
        createPublicKey: () => {
          throw new Error("unsupported");
        },
      },
    ],
    ["makes something else of its keys", { createPublicKey: () => ({ asymmetricKeyType: "ec" }) }],
  ])("is absent when node:crypto %s", async (_name, crypto) => {
    expect(await withNodeCrypto(crypto, load)).toEqual(CLASSICAL);
  });

  it.each([
    ["says so", { supports: () => true }, [...CLASSICAL, ...ML_DSA]],
    [
      "verifies one of them",
      { supports: (...asked: string[]) => `${asked}` === "verify,ML-DSA-65" },
      [...CLASSICAL, "ML-DSA-65"],
    ],
    ["denies it", { supports: () => false }, CLASSICAL],
    ["cannot be asked", {}, CLASSICAL],
    ["is absent", undefined, CLASSICAL],
  ])("without node:crypto depends on WebCrypto, which %s", async (_name, SubtleCrypto, expected) => {
    const original = Object.getOwnPropertyDescriptor(globalThis, "SubtleCrypto");
    Object.defineProperty(globalThis, "SubtleCrypto", { value: SubtleCrypto, configurable: true, writable: true });
    try {
      expect(await withNodeCrypto(undefined, load)).toEqual(expected);
    } finally {
      if (original) Object.defineProperty(globalThis, "SubtleCrypto", original);
    }
  });
});
