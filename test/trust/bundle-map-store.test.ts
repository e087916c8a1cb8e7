import { describe, expect, it } from "vitest";
import { spiffeBundleMap } from "../../src/trust/bundle-map-store.js";
import { expectMistake, expectWimseError } from "../support/wit-fixtures.js";
import { A, B, BOTH } from "./bundle-map-support.js";
import { a, b } from "./bundle-support.js";
import { es256, select } from "./key-source/support.js";

describe("a bundle map that is given", () => {
  it.each<[what: string, map: string | object]>([
    ["as an object", BOTH],
    ["as text", JSON.stringify(BOTH)],
  ])(
    "BUNDLE-3.01, FED-7.3.01: %s, gives each trust domain its own keys and the rules of WIT-SVIDs",
    async (_what, map) => {
      const store = spiffeBundleMap(map);
      const [first, second] = [await store.get(A), await store.get(B)];
      expect(first).toMatchObject({ origin: A, profile: "wit-svid" });
      expect((await select(first?.keys as never, "a")).jwk).toEqual(a);
      expect((await select(second?.keys as never, "a")).jwk).toEqual({ ...b, kid: "a" });
      await expectWimseError(() => first?.keys.select("c", es256), "wit_key_not_found");
      expect(await store.get("spiffe://other.example")).toBeUndefined();
      expect(await store.get("wimse://example.org")).toBeUndefined();
      expect(await store.get("example.org")).toBeUndefined();
      expect(store.state()).toEqual({ domains: 2, keys: 3, problems: [] });
      expect(await store.get(A)).toBe(first);
      await store.close();
    },
  );

  it("knows no trust domain of a name that is no text", () => {
    for (const origin of [undefined, 7, {}]) {
      expect(spiffeBundleMap({ trust_domains: {} }).get(origin as never)).toBeUndefined();
    }
  });

  it("is a mistake where it is none", async () => {
    await expectMistake(() => spiffeBundleMap({ keys: [] }), /^SPIFFE bundle map: The bundle map has no trust_domains/);
    await expectMistake(
      () => spiffeBundleMap('{"trust_domains":{"a":{"keys":[]},"a":{"keys":[]}}}'),
      /^SPIFFE bundle map: /,
    );
  });
});
