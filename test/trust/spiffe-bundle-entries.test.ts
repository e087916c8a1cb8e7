import { describe, expect, it } from "vitest";
import { issuerKey, keyFor, strangerKey } from "../support/wit-fixtures.js";
import { key, kidsOf, other, parse } from "./spiffe-bundle-support.js";

const without = (jwk: object, name: string): object => ({ ...jwk, [name]: undefined });

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

  it.each(["EC", "RSA", "OKP", "AKP", "oct"])(
    "BUNDLE-4.1.3.02, WITSVID-6.1.03: makes none usable beside a key of type %s, whatever else that one has",
    (kty) => {
      const { witKeys, problems } = parse({ keys: [{ kty, kid: "a", use: "jwt-svid" }, other, key] });
      expect([witKeys, problems]).toEqual([[other], ["keys[2]: its kid occurs twice"]]);
    },
  );

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
