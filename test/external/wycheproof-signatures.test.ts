import { describe, expect, it } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { readPublicJwk } from "../../src/crypto/public-key.js";
import type { Backend } from "../../src/crypto/verifier.js";
import {
  disagreements,
  keyOfGroup,
  type WycheproofCase,
  type WycheproofGroup,
  wycheproofGroups,
  wycheproofPresent,
} from "./wycheproof.js";

it("the Wycheproof suite is present wherever CI is set", () => {
  expect(wycheproofPresent || !process.env["CI"]).toBe(true);
});

const isValid = ({ result }: WycheproofCase): boolean => result === "valid";
const never = (): boolean => false;

interface Run {
  readonly file: string;
  readonly name: string;
  readonly backends: readonly Backend[];
  readonly count: number;
  readonly expected: (test: WycheproofCase) => boolean;
}

const ALL: readonly Backend[] = ["node", "webcrypto", "noble"];
const NATIVE: readonly Backend[] = ["node", "webcrypto"];

/** Where a curve is slow, the backends that Node does not use are asked about a sample: every so many-th case. */
const STRIDE: { readonly [name: string]: number } = { ES256: 2, ES384: 4, ES512: 7 };

const RUNS: readonly Run[] = [
  { file: "ecdsa_secp256r1_sha256_p1363", name: "ES256", backends: ALL, count: 262, expected: isValid },
  { file: "ecdsa_secp384r1_sha384_p1363", name: "ES384", backends: ALL, count: 280, expected: isValid },
  { file: "ecdsa_secp521r1_sha512_p1363", name: "ES512", backends: ALL, count: 318, expected: isValid },
  // RFC 7518 section 3.4 has r || s only: in DER even the valid ones are none.
  { file: "ecdsa_secp256r1_sha256", name: "ES256", backends: ALL, count: 484, expected: never },
  { file: "ecdsa_secp384r1_sha384", name: "ES384", backends: ALL, count: 504, expected: never },
  { file: "ecdsa_secp521r1_sha512", name: "ES512", backends: ALL, count: 542, expected: never },
  { file: "ed25519", name: "Ed25519", backends: ALL, count: 151, expected: isValid },
  { file: "ed25519", name: "EdDSA", backends: ["node"], count: 151, expected: isValid },
  // "acceptable" is a missing NULL in the DigestInfo: refused (RFC 8017 section 8.2.2 compares whole encodings).
  { file: "rsa_signature_2048_sha256", name: "RS256", backends: NATIVE, count: 259, expected: isValid },
  { file: "rsa_signature_3072_sha384", name: "RS384", backends: NATIVE, count: 259, expected: isValid },
  { file: "rsa_signature_4096_sha512", name: "RS512", backends: NATIVE, count: 259, expected: isValid },
  { file: "rsa_pss_2048_sha256_mgf1_32", name: "PS256", backends: NATIVE, count: 108, expected: isValid },
  { file: "rsa_pss_2048_sha384_mgf1_48", name: "PS384", backends: NATIVE, count: 141, expected: isValid },
  { file: "rsa_pss_4096_sha512_mgf1_64", name: "PS512", backends: NATIVE, count: 179, expected: isValid },
];

describe.runIf(wycheproofPresent).each(RUNS)(
  "Wycheproof $file as $name",
  ({ file, name, backends, count, expected }) => {
    it.each(backends)("by %s", async (backend) => {
      const groups = wycheproofGroups(file);
      const stride = backend === "node" ? 1 : (STRIDE[name] ?? 1);
      const wrong: string[] = [];
      for (const group of groups) {
        wrong.push(...(await disagreements(group, keyOfGroup(group), { name, backend, expected, stride })));
      }
      expect(wrong).toEqual([]);
      expect(groups.flatMap(({ tests }) => tests)).toHaveLength(count);
    });
  },
);

describe.runIf(wycheproofPresent).each([
  ["mldsa_44_verify", "ML-DSA-44", 180],
  ["mldsa_65_verify", "ML-DSA-65", 210],
  ["mldsa_87_verify", "ML-DSA-87", 241],
])("Wycheproof %s", (file, name, count) => {
  const available = supportedAlgorithms.includes(name);
  const jwkOf = ({ publicKey }: WycheproofGroup) => ({
    kty: "AKP",
    alg: name,
    pub: Buffer.from(String(publicKey), "hex").toString("base64url"),
  });

  // Exactly one of the two: the algorithm is verified, or it is said not to be there.
  it.each(available ? [] : ["the key check"])("is left out by %s where the runtime does not have the algorithm", () => {
    for (const group of wycheproofGroups(file)) expect(readPublicJwk(jwkOf(group)).kind).toBe("unsupported");
  });

  it.each(available ? NATIVE : [])("by %s", async (backend) => {
    const groups = wycheproofGroups(file);
    const wrong: string[] = [];
    for (const group of groups) {
      const reading = readPublicJwk(jwkOf(group));
      if (group.tests.every(({ flags }) => flags.includes("IncorrectPublicKeyLength"))) {
        expect(reading.kind).toBe("refused");
        continue;
      }
      if (reading.kind !== "usable") throw new Error(reading.reason);
      // JOSE signs with the empty context: a signature with another one is none.
      const expected = (test: WycheproofCase): boolean => isValid(test) && !test.ctx;
      wrong.push(...(await disagreements(group, reading.key, { name, backend, expected })));
    }
    expect(wrong).toEqual([]);
    expect(groups.flatMap(({ tests }) => tests)).toHaveLength(count);
  });
});
