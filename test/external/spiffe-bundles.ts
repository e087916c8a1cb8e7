import { overridden, type Part, part } from "./suite.js";
import { testData } from "./test-data.js";

/** A SPIFFE bundle of go-spiffe, with what its tests expect of it. */
export interface SpiffeBundleCase {
  readonly file: string;
  readonly bundle: object;
  /** Whether go-spiffe takes it. */
  readonly valid: boolean;
  readonly sequence?: bigint;
  readonly refreshHint?: number;
  readonly witKeys: readonly string[];
}

/** By what comes after `spiffebundle_` in the names of the files. */
const EXPECTED: Readonly<Record<string, Omit<SpiffeBundleCase, "file" | "bundle">>> = {
  "valid_1.json": { valid: true, witKeys: [] },
  "valid_2.json": { valid: true, sequence: 1n, refreshHint: 60, witKeys: [] },
  "valid_with_wit.json": {
    valid: true,
    sequence: 1n,
    refreshHint: 60,
    witKeys: ["uNhqAaPI7NDn7IHOsa2ac1BF4O5qGxjZ", "y3UHKFp0WqPpG7gVr3FKieiEzwH8fTMm"],
  },
  "missing_kid.json": { valid: false, witKeys: [] },
  "multiple_x509.json": { valid: false, witKeys: [] },
  "no_keys.json": { valid: false, witKeys: [] },
};

const data = testData("spiffe");
export const bundles: readonly SpiffeBundleCase[] = data.files
  .filter((file) => file.includes("__spiffebundle_"))
  .map((file) => {
    const expected = EXPECTED[file.slice(file.lastIndexOf("__spiffebundle_") + "__spiffebundle_".length)];
    if (expected === undefined) throw new Error(`${file}: nothing is known of this bundle`);
    return { file, bundle: data.read<object>(file, {}), ...expected };
  });

/** Refused there for an entry that is no key for WIT-SVIDs; here that entry is none of our business. */
export const faultyForOthers = ({ valid, bundle }: SpiffeBundleCase): boolean => !valid && "keys" in bundle;

export const spiffeBundleParts: readonly Part[] = [
  part(
    "bundles",
    bundles.map(({ file }) => file),
    bundles,
    (entry) =>
      faultyForOthers(entry)
        ? overridden("an entry for other SVIDs is faulty, and left out like all of them (WITSVID-6.2.01)")
        : undefined,
  ),
];
