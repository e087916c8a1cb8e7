import { describe, expect, it } from "vitest";
import { parseSpiffeBundle } from "../../src/trust/spiffe-bundle.js";
import { expectWimseError } from "../support/wit-fixtures.js";
import { bundles, faultyForOthers } from "./spiffe-bundles.js";
import { keySets, spiffePresent as present } from "./spiffe-identifiers.js";

describe.runIf(present)("go-spiffe bundles", () => {
  it("are as many as are told here", () => {
    expect([bundles.length, bundles.filter(({ valid }) => valid).length]).toEqual([6, 3]);
    expect(bundles.filter(faultyForOthers)).toHaveLength(2);
  });

  it.each(bundles.filter(({ valid }) => valid))(
    "BUNDLE-4.1.3.02, WITSVID-6.2.02: $file is read",
    ({ bundle, sequence, refreshHint, witKeys }) => {
      const read = parseSpiffeBundle(JSON.stringify(bundle));
      expect([read.sequence, read.refreshHint]).toEqual([sequence, refreshHint]);
      expect(read.witKeys.map(({ kid }) => kid)).toEqual(witKeys);
      expect(read.problems).toEqual([]);
    },
  );

  it.each(bundles.filter(faultyForOthers))("WITSVID-6.2.01, override: $file has no key for WIT-SVIDs", ({ bundle }) => {
    expect(parseSpiffeBundle(JSON.stringify(bundle))).toEqual({ witKeys: [], problems: [] });
  });

  it.each(bundles.filter((entry) => !entry.valid && !faultyForOthers(entry)))(
    "BUNDLE-4.1.3.01: $file is refused",
    async ({ bundle }) => {
      await expectWimseError(
        () => parseSpiffeBundle(JSON.stringify(bundle)),
        "trust_bundle_malformed",
        "BUNDLE-4.1.3.01",
      );
    },
  );

  it.each(keySets)("BUNDLE-4.2.2.02: $file, a JWK Set without uses, has no key for WIT-SVIDs", ({ jwks }) => {
    const { witKeys, problems } = parseSpiffeBundle(JSON.stringify(jwks));
    expect([witKeys, problems.length]).toEqual([[], jwks.keys.length]);
  });
});
