import { describe, expect, it } from "vitest";
import { parseSpiffeBundle } from "../../src/trust/spiffe-bundle.js";
import { expectWimseError } from "../support/wit-fixtures.js";
import { key, kidsOf, other, parse } from "./spiffe-bundle-support.js";

describe("a bundle", () => {
  it("gives sequence, refresh hint and the keys for WIT-SVIDs, in order", () => {
    expect(parse({ keys: [key, other], spiffe_sequence: 7, spiffe_refresh_hint: 60 })).toEqual({
      sequence: 7n,
      refreshHint: 60,
      witKeys: [key, other],
      problems: [],
    });
  });

  it("BUNDLE-4.1.02, BUNDLE-4.1.1.01, BUNDLE-4.1.2.01: needs nothing but keys", () => {
    const bundle = parse({ keys: [key] });
    expect(bundle).toEqual({ witKeys: [key], problems: [] });
    expect(Object.keys(bundle)).toEqual(["witKeys", "problems"]);
  });

  it("BUNDLE-4.1.01: may have more, to any depth that JSON may have", () => {
    const more = { refresh_hint: "x", sequence: -1, trust_domain: "other.example", "": [[{}]], constructor: null };
    expect(parse({ ...more, keys: [{ ...key, x5c: ["AA"], x5t: 1, extra: { d: "x" } }] })).toEqual({
      witKeys: [key],
      problems: [],
    });
    expect(parseSpiffeBundle('{"__proto__":{"keys":1},"keys":[],"toString":1}').witKeys).toEqual([]);
  });

  it("BUNDLE-4.1.3.01, BUNDLE-4.1.3.03: may have no keys at all", () => {
    expect(parse({ keys: [], spiffe_sequence: 0 })).toEqual({ sequence: 0n, witKeys: [], problems: [] });
  });

  it("is frozen, and holds nothing of the document that was given", () => {
    const document = { keys: [{ ...key }] };
    const bundle = parseSpiffeBundle(document);
    document.keys.push({ ...other });
    expect(bundle.witKeys).toEqual([key]);
    for (const part of [bundle, bundle.witKeys, bundle.witKeys[0], bundle.problems]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("may have thousands of keys", () => {
    const entries = Array.from({ length: 10_000 }, (_, i) => ({
      ...(i % 100 ? { use: "jwt-svid" } : key),
      kid: `${i}`,
    }));
    expect(kidsOf({ keys: entries })).toHaveLength(100);
  });
});

describe("the sequence number", () => {
  it.each<[text: string, value: bigint]>([
    ["0", 0n],
    ["1", 1n],
    ["1.0", 1n],
    ["1e3", 1000n],
    ["9007199254740991", 9007199254740991n],
    ["9007199254740992", 9007199254740992n],
    ["9007199254740993", 9007199254740993n],
    ["9223372036854775808", 9223372036854775808n],
    ["18446744073709551615", 18446744073709551615n],
    ["340282366920938463463374607431768211456", 340282366920938463463374607431768211456n],
  ])("BUNDLE-4.1.1.02, BUNDLE-4.1.1.04: %s is read exactly", (text, value) => {
    expect(parseSpiffeBundle(`{"keys":[],"spiffe_sequence":${text}}`)).toEqual({
      sequence: value,
      witKeys: [],
      problems: [],
    });
  });

  it("BUNDLE-4.1.1.04: that an object may have rounded is told of", () => {
    const bundle = parseSpiffeBundle({ keys: [], spiffe_sequence: 2 ** 60 });
    expect(bundle.sequence).toBe(2n ** 60n);
    expect(bundle.problems).toEqual([expect.stringMatching(/^spiffe_sequence: .*lost digits/)]);
    const exact = parseSpiffeBundle({ keys: [], spiffe_sequence: 2n ** 60n + 1n });
    expect(exact).toEqual({ sequence: 2n ** 60n + 1n, witKeys: [], problems: [] });
    expect(parseSpiffeBundle({ keys: [], spiffe_sequence: 0n }).sequence).toBe(0n);
  });

  it.each([
    "-1",
    "1.5",
    "1e-3",
    '"1"',
    '""',
    "null",
    "true",
    "[]",
    "[1]",
    "{}",
    "1e400",
    "-1e400",
    "-9007199254740993",
  ])("BUNDLE-4.1.1.02: %s is none", async (text) => {
    const bundle = `{"spiffe_sequence":${text},"keys":[${JSON.stringify(key)}]}`;
    await expectWimseError(() => parseSpiffeBundle(bundle), "trust_bundle_malformed", "BUNDLE-4.1.1.02");
    await expectWimseError(() => parseSpiffeBundle(JSON.parse(bundle)), "trust_bundle_malformed", "BUNDLE-4.1.1.02");
  });

  it.each(["9007199254740993.0", "1e30", `1${"0".repeat(100)}`])(
    "BUNDLE-4.1.1.04: %s is refused, since its digits are lost",
    async (text) => {
      await expectWimseError(
        () => parseSpiffeBundle(`{"spiffe_sequence":${text},"keys":[]}`),
        "trust_bundle_malformed",
        "BUNDLE-4.1.1.04",
      );
    },
  );
});

describe("the refresh hint", () => {
  it.each([0, 1, 300, 31_536_000, Number.MAX_SAFE_INTEGER])("BUNDLE-4.1.2.02: %d seconds", (seconds) => {
    expect(parse({ keys: [], spiffe_refresh_hint: seconds }).refreshHint).toBe(seconds);
  });

  it("is no minus zero", () => {
    expect(parseSpiffeBundle('{"spiffe_refresh_hint":-0,"keys":[]}').refreshHint).toBe(0);
  });

  it.each(["-1", "0.5", '"300"', "null", "false", "[300]", "1e400", "9007199254740992", "99999999999999999999"])(
    "BUNDLE-4.1.2.02: %s is none",
    async (text) => {
      await expectWimseError(
        () => parseSpiffeBundle(`{"spiffe_refresh_hint":${text},"keys":[]}`),
        "trust_bundle_malformed",
        "BUNDLE-4.1.2.02",
      );
    },
  );
});

describe("what is no bundle", () => {
  const deep = (depth: number): string => `{"keys":[],"x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

  it.each<[what: string, text: string]>([
    ["nothing", ""],
    ["white space", " \n"],
    ["null", "null"],
    ["an array", "[]"],
    ["an array of keys", JSON.stringify([key])],
    ["a string", '"{}"'],
    ["a number", "1"],
    ["half of one", '{"keys":[{"kty":"EC"'],
    ["one with something behind it", '{"keys":[]} x'],
    ["two of them", '{"keys":[]}{"keys":[]}'],
    ["one with a byte order mark", '\ufeff{"keys":[]}'],
    ["one with a comment", '{"keys":[]/**/}'],
    ["one with a trailing comma", '{"keys":[],}'],
    ["one with keys twice", '{"keys":[],"keys":[]}'],
    ["one with keys twice, once with an escape", String.raw`{"keys":[],"\u006beys":[]}`],
    ["one with a sequence twice", '{"keys":[],"spiffe_sequence":1,"spiffe_sequence":2}'],
    ["one with a member of a key twice", '{"keys":[{"use":"jwt-svid","use":"wit-svid"}]}'],
    ["one that nests too deep", deep(17)],
    ["a certificate in PEM", "-----BEGIN CERTIFICATE-----\nMII…"],
    ["HTML", "<!DOCTYPE html><html></html>"],
  ])("BUNDLE-4.01: %s", async (_what, text) => {
    await expectWimseError(
      () => parseSpiffeBundle(text),
      "trust_bundle_malformed",
      "BUNDLE-4.01",
      text.slice(2, 40) || undefined,
    );
    await expectWimseError(() => parseSpiffeBundle(Buffer.from(text)), "trust_bundle_malformed", "BUNDLE-4.01");
  });

  it("BUNDLE-4.01: 16 levels are not too deep", () => {
    expect(parseSpiffeBundle(deep(16)).witKeys).toEqual([]);
  });

  it("FED-5.2.1.3.04: bytes that are not UTF-8", async () => {
    const bytes = Buffer.from('{"keys":[],"x":"#"}').map((byte) => (byte === 0x23 ? 0xff : byte));
    await expectWimseError(() => parseSpiffeBundle(bytes), "trust_bundle_malformed", "BUNDLE-4.01");
  });

  it.each<[what: string, value: unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["an array", []],
    ["a number", 1],
    ["a function", () => ({ keys: [] })],
  ])("BUNDLE-4.01: %s in the place of an object", async (_what, value) => {
    await expectWimseError(() => parseSpiffeBundle(value as object), "trust_bundle_malformed", "BUNDLE-4.01");
  });

  it.each<[what: string, bundle: object]>([
    ["nothing", {}],
    ["only other members", { spiffe_refresh_hint: 60, spiffe_sequence: 1 }],
    ["keys null", { keys: null }],
    ["keys an object", { keys: { a: key } }],
    ["keys one JWK", { keys: key }],
    ["keys a text", { keys: JSON.stringify([key]) }],
    ["keys a number", { keys: 0 }],
    ["a key null", { keys: [key, null] }],
    ["a key a text", { keys: ["x", key] }],
    ["a key a number", { keys: [1] }],
    ["a key an array", { keys: [[key]] }],
    ["over 10,000 keys", { keys: Array.from({ length: 10_001 }, () => ({})) }],
  ])("BUNDLE-4.1.3.01: %s", async (_what, bundle) => {
    for (const form of [bundle, JSON.stringify(bundle)]) {
      await expectWimseError(() => parseSpiffeBundle(form), "trust_bundle_malformed", "BUNDLE-4.1.3.01");
    }
  });

  it("BUNDLE-4.1.3.01: keys with a hole, keys that are inherited", async () => {
    const holes = new Array(2);
    holes[0] = key;
    for (const bundle of [{ keys: holes }, Object.create({ keys: [key] })]) {
      await expectWimseError(() => parseSpiffeBundle(bundle), "trust_bundle_malformed", "BUNDLE-4.1.3.01");
    }
  });
});
