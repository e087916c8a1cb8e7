import { describe, expect, it } from "vitest";
import { parseSpiffeBundleMap } from "../../src/trust/spiffe-bundle-map.js";
import { expectWimseError } from "../support/wit-fixtures.js";
import { a, b } from "./bundle-support.js";

describe("a bundle map", () => {
  it("BUNDLE-5.1.1.01: gives the bundles by trust domain, and may have none", () => {
    const map = { trust_domains: { "example.org": { keys: [a], spiffe_sequence: 3 }, "b_1.example": { keys: [] } } };
    for (const form of [map, JSON.stringify(map), Buffer.from(JSON.stringify(map))]) {
      expect([...parseSpiffeBundleMap(form)]).toEqual([
        ["example.org", { sequence: 3n, witKeys: [a], problems: [] }],
        ["b_1.example", { witKeys: [], problems: [] }],
      ]);
    }
    expect(parseSpiffeBundleMap('{"trust_domains":{},"other":1}').size).toBe(0);
  });

  it("BUNDLE-4.1.1.04: keeps all digits of each sequence number", () => {
    const bundle = (digits: string): string => `{"keys":[],"spiffe_sequence":${digits}}`;
    const text = `{"trust_domains":{"2":${bundle("9007199254740993")},"1":${bundle("18446744073709551615")}}}`;
    const map = parseSpiffeBundleMap(text);
    expect([map.get("2")?.sequence, map.get("1")?.sequence]).toEqual([9007199254740993n, 18446744073709551615n]);
  });

  it.each<[what: string, text: string]>([
    ["a trust domain twice", '{"trust_domains":{"a":{"keys":[]},"a":{"keys":[]}}}'],
    ["a trust domain twice, once with an escape", String.raw`{"trust_domains":{"a":{"keys":[]},"\u0061":{"keys":[]}}}`],
    ["trust_domains twice", '{"trust_domains":{},"trust_domains":{}}'],
  ])("BUNDLE-5.1.1.02, BUNDLE-5.1.1.03: is refused with %s", async (_what, text) => {
    await expectWimseError(() => parseSpiffeBundleMap(text), "trust_bundle_malformed", "BUNDLE-4.01");
  });

  it.each<[what: string, map: unknown]>([
    ["no trust_domains", {}],
    ["trust_domains null", { trust_domains: null }],
    ["trust_domains an array", { trust_domains: [{ keys: [] }] }],
    ["a bundle in its place", { keys: [a] }],
    ["a bundle null", { trust_domains: { "example.org": null } }],
    ["a bundle as text", { trust_domains: { "example.org": '{"keys":[]}' } }],
    ["an empty name", { trust_domains: { "": { keys: [] } } }],
    ["an upper-case name", { trust_domains: { "Example.org": { keys: [] } } }],
    ["a SPIFFE ID as a name", { trust_domains: { "spiffe://example.org": { keys: [] } } }],
    ["a name with a port", { trust_domains: { "example.org:443": { keys: [] } } }],
    ["a name with a path", { trust_domains: { "example.org/a": { keys: [] } } }],
    ["a name with a space", { trust_domains: { "example.org a": { keys: [] } } }],
    ["a name with a question mark", { trust_domains: { "example.org?": { keys: [] } } }],
    ["a name that is too long", { trust_domains: { ["a".repeat(256)]: { keys: [] } } }],
    ["too many", { trust_domains: Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`d${i}`, {}])) }],
  ])("BUNDLE-5.1.1.01: is refused with %s", async (_what, map) => {
    await expectWimseError(() => parseSpiffeBundleMap(map as object), "trust_bundle_malformed", "BUNDLE-5.1.1.01");
  });

  it("BUNDLE-5.1.1.01: may have ten thousand trust domains", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `d${i}`);
    const map = { trust_domains: Object.fromEntries(names.map((name) => [name, { keys: [] }])) };
    expect([...parseSpiffeBundleMap(map).keys()]).toEqual(names);
  });

  it("is refused as a whole for one malformed bundle", async () => {
    const map = {
      trust_domains: { "example.org": { keys: [a] }, "partner.example": { keys: [b], spiffe_sequence: "1" } },
    };
    await expectWimseError(() => parseSpiffeBundleMap(map), "trust_bundle_malformed", "BUNDLE-4.1.1.02");
  });

  it.each([null, undefined, [], "", "[]", "null", 1])("is none: %j", async (map) => {
    await expectWimseError(() => parseSpiffeBundleMap(map as object), "trust_bundle_malformed", "BUNDLE-4.01");
  });
});
