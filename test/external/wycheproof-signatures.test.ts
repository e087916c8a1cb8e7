import { describe, expect, it } from "vitest";
import { supportedAlgorithms } from "../../src/crypto/algorithms.js";
import { readPublicJwk } from "../../src/crypto/public-key.js";
import {
  disagreements,
  keyOfGroup,
  type WycheproofCase,
  type WycheproofGroup,
  wycheproofGroups,
  wycheproofPresent,
} from "./wycheproof.js";
import { CLASSICAL_RUNS, ED448, ML_DSA_RUNS, type Run, verifiesHere } from "./wycheproof-signatures.js";

it("the Wycheproof suite is present wherever CI is set", () => {
  expect(wycheproofPresent || !process.env["CI"]).toBe(true);
});

/** Where a curve is slow, the backends that Node does not use are asked about a sample: every so many-th case. */
const STRIDE: { readonly [name: string]: number } = { ES256: 2, ES384: 4, ES512: 7 };

/** The same keys and signatures under the older name. */
const eddsa = CLASSICAL_RUNS.filter(({ name }) => name === "Ed25519").map((run): Run => ({ ...run, name: "EdDSA" }));

describe.runIf(wycheproofPresent).each([...CLASSICAL_RUNS, ...eddsa])(
  "Wycheproof $file as $name",
  ({ file, name, backends, count, differenceOf }) => {
    const expected = (test: WycheproofCase): boolean => verifiesHere(test, { differenceOf });

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

const missing = ML_DSA_RUNS.filter(({ name }) => !supportedAlgorithms.includes(name));
if (wycheproofPresent && missing.length > 0) {
  console.warn(`left out: Wycheproof ML-DSA, because Node ${process.versions.node} does not have it (Node 24 does)`);
}

it("ML-DSA is there in CI from Node 24 on", () => {
  const must = process.env["CI"] !== undefined && Number(process.versions.node.split(".")[0]) >= 24;
  expect(must ? missing : []).toEqual([]);
});

describe.runIf(wycheproofPresent).each(ML_DSA_RUNS)(
  "Wycheproof $file as $name",
  ({ file, name, backends, count, differenceOf }) => {
    const available = supportedAlgorithms.includes(name);
    const groups = wycheproofGroups(file);
    const jwkOf = ({ publicKey }: WycheproofGroup) => ({
      kty: "AKP",
      alg: name,
      pub: Buffer.from(String(publicKey), "hex").toString("base64url"),
    });

    it("has as many cases as are told here", () => {
      expect(groups.flatMap(({ tests }) => tests)).toHaveLength(count);
    });

    // Exactly one of the two: the algorithm is verified, or it is said not to be there.
    it.each(available ? [] : ["the key check"])("is left out by %s where the runtime does not have it", () => {
      for (const group of groups) expect(readPublicJwk(jwkOf(group)).kind).toBe("unsupported");
    });

    it.each(available ? backends : [])("by %s", async (backend) => {
      const expected = (test: WycheproofCase): boolean => verifiesHere(test, { differenceOf });
      const wrong: string[] = [];
      for (const group of groups) {
        const reading = readPublicJwk(jwkOf(group));
        if (group.tests.every(({ flags }) => flags.includes("IncorrectPublicKeyLength"))) {
          expect(reading.kind).toBe("refused");
          expect(group.tests.filter(expected)).toEqual([]);
          continue;
        }
        if (reading.kind !== "usable") throw new Error(reading.reason);
        wrong.push(...(await disagreements(group, reading.key, { name, backend, expected })));
      }
      expect(wrong).toEqual([]);
    });
  },
);

describe.runIf(wycheproofPresent)("Wycheproof ed448", () => {
  const groups = wycheproofGroups(ED448);

  it("has as many cases as are told here", () => {
    expect(groups.flatMap(({ tests }) => tests)).toHaveLength(87);
  });

  it("is not applicable: no key of that curve is read", () => {
    for (const { publicKeyJwk } of groups) expect(readPublicJwk(publicKeyJwk).kind).toBe("unsupported");
  });
});
