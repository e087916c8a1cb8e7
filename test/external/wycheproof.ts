import { createPublicKey } from "node:crypto";
import { algorithmNamed } from "../../src/crypto/algorithms.js";
import { type PublicJwk, readPublicJwk } from "../../src/crypto/public-key.js";
import { type Backend, importVerificationKey } from "../../src/crypto/verifier.js";
import { testData } from "./test-data.js";

// Wycheproof, which is not part of this project.
const data = testData("wycheproof");
export const wycheproofPresent: boolean = data.present;

/** One signature to verify. */
export interface WycheproofCase {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: "valid" | "invalid" | "acceptable";
  readonly msg: string;
  readonly sig: string;
  /** Context string of ML-DSA. */
  readonly ctx?: string;
}

/** Signatures under one key. */
export interface WycheproofGroup {
  readonly publicKeyDer?: string;
  readonly publicKeyJwk?: { readonly [name: string]: unknown };
  /** In hexadecimal digits, of ML-DSA. */
  readonly publicKey?: unknown;
  readonly tests: readonly WycheproofCase[];
}

/** The name of a file. */
export const wycheproofFile = (name: string): string => `${name}_test.json`;

/** The groups of a file; none when the suite is absent. */
export function wycheproofGroups<T = WycheproofGroup>(name: string): readonly T[] {
  return data.read(wycheproofFile(name), { testGroups: [] as readonly T[] }).testGroups;
}

/** The key of a group, from its JWK or else its SubjectPublicKeyInfo, read as every key is. */
export function keyOfGroup({ publicKeyJwk, publicKeyDer = "" }: WycheproofGroup): PublicJwk {
  const der = { key: Buffer.from(publicKeyDer, "hex"), format: "der", type: "spki" } as const;
  const reading = readPublicJwk(publicKeyJwk ?? createPublicKey(der).export({ format: "jwk" }));
  if (reading.kind !== "usable") throw new Error(reading.reason);
  return reading.key;
}

/** The cases of a group where a backend does not answer as expected; every `stride`th case is asked. */
export async function disagreements(
  group: WycheproofGroup,
  key: PublicJwk,
  {
    name,
    backend,
    expected,
    stride = 1,
  }: { name: string; backend: Backend; expected: (test: WycheproofCase) => boolean; stride?: number },
): Promise<string[]> {
  const algorithm = algorithmNamed(name);
  if (!algorithm) throw new Error(`no ${name}`);
  const verifier = await importVerificationKey(key, algorithm, backend);
  const wrong: string[] = [];
  for (const test of group.tests) {
    if (test.tcId % stride !== 0) continue;
    const accepted = await verifier.verify(Buffer.from(test.msg, "hex"), Buffer.from(test.sig, "hex"));
    if (accepted !== expected(test)) wrong.push(`${test.tcId} ${test.result} (${test.flags.join()}): ${test.comment}`);
  }
  return wrong;
}
