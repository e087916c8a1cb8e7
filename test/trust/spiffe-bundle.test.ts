import { describe, expect, it } from "vitest";
import { parseSpiffeBundle } from "../../src/trust/spiffe-bundle.js";
import { expectWimseError, issuerKey, keyFor, strangerKey, workloadKey } from "../support/wit-fixtures.js";

const key = { ...issuerKey.publicJwk, kid: "a", use: "wit-svid" };
const other = { ...workloadKey.publicJwk, kid: "b", use: "wit-svid" };
const without = (jwk: object, name: string): object => ({ ...jwk, [name]: undefined });

/** Parses the bundle as text, from its bytes and as an object, which has to come to the same. */
function parse(bundle: object): ReturnType<typeof parseSpiffeBundle> {
  const text = JSON.stringify(bundle);
  const parsed = parseSpiffeBundle(text);
  expect(parseSpiffeBundle(Buffer.from(text))).toEqual(parsed);
  expect(parseSpiffeBundle(JSON.parse(text))).toEqual(parsed);
  return parsed;
}

const kidsOf = (bundle: object): unknown[] => parse(bundle).witKeys.map(({ kid }) => kid);

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
    expect(parse({ keys: [key] })).toEqual({ witKeys: [key], problems: [] });
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

describe("entries that are ignored", () => {
  it.each<[what: string, entry: object]>([
    ["X.509-SVIDs", { ...key, use: "x509-svid", x5c: ["AA"] }],
    ["X.509-SVIDs, with nothing in it", { use: "x509-svid" }],
    ["JWT-SVIDs", { ...key, use: "jwt-svid", kid: "c" }],
    ["JWT-SVIDs, without kid", { ...without(key, "kid"), use: "jwt-svid" }],
  ])("WITSVID-6.2.01, WITSVID-6.2.03: quietly, keys for %s", (_what, entry) => {
    expect(parse({ keys: [entry] })).toEqual({ witKeys: [], problems: [] });
    expect(kidsOf({ keys: [entry, other] })).toEqual(["b"]);
  });

  it.each<[what: string, use: unknown]>([
    ["no use", undefined],
    ["sig", "sig"],
    ["another letter case", "WIT-SVID"],
    ["white space", "wit-svid "],
    ["an empty text", ""],
    ["null", null],
    ["a number", 1],
    ["an array", ["wit-svid"]],
    ["a use of tomorrow", "fit-svid"],
  ])("BUNDLE-4.2.2.01, BUNDLE-4.2.2.02, WITSVID-6.1.01, WITSVID-6.2.02: of use %s", (_what, use) => {
    const { witKeys, problems } = parse({ keys: [other, { ...key, use }] });
    expect(witKeys).toEqual([other]);
    expect(problems).toEqual(["keys[1]: its use is missing or unknown"]);
  });

  it.each<[what: string, kty: unknown, problem: RegExp]>([
    ["no kty", undefined, /kty must be a string/],
    ["a kty of tomorrow", "XYZ", /not supported/],
    ["another letter case", "ec", /not supported/],
    ["null", null, /kty must be a string/],
    ["a number", 1, /kty must be a string/],
    ["a symmetric key", "oct", /must not be symmetric/],
  ])("BUNDLE-4.1.3.02, BUNDLE-4.2.1.01, BUNDLE-4.2.1.02: with %s", (_what, kty, problem) => {
    const { witKeys, problems } = parse({ keys: [{ ...key, kty }, other] });
    expect(witKeys).toEqual([other]);
    expect(problems).toEqual([expect.stringMatching(/^keys\[0\]: /)]);
    expect(problems[0]).toMatch(problem);
  });

  const rsa = keyFor("RS256").publicJwk;
  it.each<[what: string, entry: object, problem: string | RegExp]>([
    ["no kid", without(key, "kid"), "it has no kid"],
    ["an empty kid", { ...key, kid: "" }, "it has no kid"],
    ["a kid that is no text", { ...key, kid: 1 }, "kid must be a string"],
    ["a private key", { ...issuerKey.privateJwk, use: "wit-svid", kid: "a" }, "the JWK must hold no private member"],
    ["a private member of another type", { ...key, k: "AA" }, "the JWK must hold no private member"],
    ["a point off its curve", { ...key, y: key.x }, "x and y must be a point of the curve"],
    ["a curve that is unknown", { ...key, crv: "secp256k1" }, /not supported/],
    ["a curve of key agreement", { kty: "OKP", crv: "X25519", x: key.x, kid: "a", use: "wit-svid" }, /not supported/],
    ["no coordinates", { kty: "EC", crv: "P-256", kid: "a", use: "wit-svid" }, /base64url/],
    ["a weak RSA key", { ...rsa, n: rsa.n?.slice(0, 172), kid: "a", use: "wit-svid" }, /at least 2048 bits/],
    ["an alg of another key type", { ...key, alg: "RS256" }, "alg does not fit the key type or curve"],
    ["an alg of encryption", { ...key, alg: "ECDH-ES" }, "alg is not a supported signature algorithm"],
    ["alg none", { ...key, alg: "none" }, "alg must be an asymmetric signature algorithm"],
    ["an alg that is no text", { ...key, alg: 1 }, "alg must be a string"],
    ["key_ops without verify", { ...key, key_ops: ["sign"] }, "its key_ops have no verify"],
    ["key_ops that are no array", { ...key, key_ops: "verify" }, /key_ops must be/],
  ])("WITSVID-6.1.02: a key for WIT-SVIDs with %s", (_what, entry, problem) => {
    const { witKeys, problems } = parse({ keys: [other, entry] });
    expect(witKeys).toEqual([other]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^keys\[1\]: /);
    expect(problems[0]).toMatch(problem);
  });

  it("keys whose alg and key_ops allow it are taken", () => {
    const entries = [without(key, "alg"), { ...other, key_ops: ["verify"] }];
    expect(kidsOf({ keys: entries })).toEqual(["a", "b"]);
  });

  it("are told of in a bounded number, without anything of theirs", () => {
    const entries = Array.from({ length: 5000 }, () => ({ use: "secret", kid: "secret", kty: "secret" }));
    const { problems } = parse({ keys: entries });
    expect(problems).toHaveLength(33);
    expect(problems.at(-1)).toBe("and 4968 more");
    expect(problems.join()).not.toContain("secret");
  });
});

describe("a kid that occurs twice", () => {
  const stranger = { ...strangerKey.publicJwk, kid: "a", use: "wit-svid" };

  it.each<[what: string, entries: object[], problems: number]>([
    ["for two keys for WIT-SVIDs", [key, stranger, other], 2],
    ["for the same key", [key, other, key], 2],
    ["for a key for JWT-SVIDs", [other, { ...stranger, use: "jwt-svid" }, key], 1],
    ["for a key that is refused", [other, key, { ...issuerKey.privateJwk, kid: "a", use: "wit-svid" }], 2],
    ["three times", [other, key, stranger, stranger], 3],
  ])("WITSVID-6.1.03: makes neither usable: %s", (_what, entries, count) => {
    const { witKeys, problems } = parse({ keys: entries });
    expect(witKeys).toEqual([other]);
    expect(problems).toHaveLength(count);
    expect(problems.join()).toContain("its kid occurs twice");
  });

  it.each<[what: string, entry: object]>([
    ["a key for X.509-SVIDs", { ...stranger, use: "x509-svid" }],
    ["a key without use", without(stranger, "use")],
    ["a key of an unknown use", { ...stranger, use: "sig" }],
    ["a key of an unknown type", { ...stranger, kty: "XYZ" }],
    ["a key without type", without(stranger, "kty")],
    ["a kid in another letter case", { ...stranger, kid: "A" }],
  ])("BUNDLE-4.1.3.02: but not beside %s, which is ignored as a whole", (_what, entry) => {
    expect(kidsOf({ keys: [entry, key] })).toContain("a");
  });
});
