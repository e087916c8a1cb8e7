import { describe, expect, it } from "vitest";
import { staticJwks } from "../../../src/trust/key-source/static-jwks.js";
import { algorithm } from "../../crypto/support.js";
import {
  expectMistake,
  expectWimseError,
  issuerKey,
  jwks,
  keyFor,
  strangerKey,
  workloadKey,
} from "../../support/wit-fixtures.js";

const es256 = algorithm("ES256");
const key = { ...issuerKey.publicJwk, kid: "a" };
const other = { ...workloadKey.publicJwk, kid: "b" };
const ed25519 = keyFor("Ed25519").publicJwk;
const rsa = keyFor("RS256").publicJwk;
const without = (jwk: object, name: string): object =>
  Object.fromEntries(Object.entries(jwk).filter(([n]) => n !== name));

function source(...keys: readonly unknown[]): ReturnType<typeof staticJwks> {
  return staticJwks({ keys } as never);
}

describe("selecting by kid", () => {
  it("CREDS-3.05, CREDS-3.07: takes the key of that name among several", async () => {
    const keys = source(key, other);
    expect((await keys.select("a", es256)).jwk.x).toBe(key.x);
    expect((await keys.select("b", es256)).jwk.x).toBe(other.x);
  });

  it.each(["A", "a ", "", "c", "constructor", "__proto__"])(
    "CREDS-3.07, WITSVID-2.1.02: knows no %j, and tries no other key",
    async (kid) => {
      await expectWimseError(() => source(key).select(kid, es256), "wit_key_not_found", "CREDS-3.07");
    },
  );

  it.each([
    ["another algorithm than the key's", key, "ES384"],
    ["another name for the same curve", { ...ed25519, kid: "a" }, "EdDSA"],
    ["another RSA algorithm", { ...rsa, kid: "a" }, "PS256"],
  ])("CREDS-3.07: binds the key to its alg: %s", async (_name, jwk, name) => {
    await expectWimseError(() => source(jwk).select("a", algorithm(name)), "wit_key_not_found", "CREDS-3.07");
  });

  it.each(["Ed25519", "EdDSA"])("a key without alg serves %s", async (name) => {
    const keys = source({ ...without(ed25519, "alg"), kid: "a" });
    expect((await keys.select("a", algorithm(name))).algorithm).toBe(name);
  });

  it("imports a key once for each algorithm", async () => {
    const keys = source({ ...without(rsa, "alg"), kid: "a" });
    const rs256 = await keys.select("a", algorithm("RS256"));
    const ps256 = await keys.select("a", algorithm("PS256"));
    expect([rs256.algorithm, ps256.algorithm]).toEqual(["RS256", "PS256"]);
    expect(await keys.select("a", algorithm("RS256"))).toBe(rs256);
    expect(await keys.select(undefined, algorithm("PS256"))).toBe(ps256);
  });
});

describe("selecting without kid", () => {
  it("CREDS-3.08: takes the only key that can be meant", async () => {
    expect((await source(key).select(undefined, es256)).jwk.kid).toBe("a");
    expect((await source(key, ed25519).select(undefined, es256)).jwk.kid).toBe("a");
    expect((await source(without(key, "kid")).select(undefined, es256)).jwk.x).toBe(key.x);
  });

  it("CREDS-3.08: takes none of several", async () => {
    await expectWimseError(() => source(key, other).select(undefined, es256), "wit_key_ambiguous", "CREDS-3.08");
    await expectWimseError(
      () => source(key, without(without(other, "kid"), "alg")).select(undefined, es256),
      "wit_key_ambiguous",
    );
  });

  it("finds none in a set without a fitting key", async () => {
    await expectWimseError(() => source(ed25519).select(undefined, es256), "wit_key_not_found", "CREDS-3.07");
    await expectWimseError(() => source().select(undefined, es256), "wit_key_not_found", "CREDS-3.07");
    await expectWimseError(() => source().select("a", es256), "wit_key_not_found", "CREDS-3.07");
  });
});

describe("keys of a set", () => {
  it.each([
    ["a use for something else", { ...key, use: "enc" }],
    ["a use of JWT-SVIDs", { ...key, use: "jwt-svid" }],
    ["a use that is empty", { ...key, use: "" }],
    ["no operation verify", { ...key, key_ops: ["sign"] }],
    ["no operation at all", { ...key, key_ops: [] }],
    ["a foreign key type", { kty: "XYZ", kid: "a" }],
    ["a foreign curve", { kty: "EC", crv: "secp256k1", x: "AA", y: "AA", kid: "a" }],
    ["an algorithm for encryption", { ...key, alg: "ECDH-ES" }],
  ])("are left out that cannot verify a WIT: %s", async (_name, jwk) => {
    const keys = source(jwk, other);
    await expectWimseError(() => keys.select("a", es256), "wit_key_not_found");
    expect((await keys.select(undefined, es256)).jwk.kid).toBe("b");
  });

  it.each([{ use: "sig" }, { use: "wit-svid" }, { key_ops: ["verify"] }, { key_ops: ["sign", "verify"] }])(
    "serve with %j",
    async (labels) => {
      expect((await source({ ...key, ...labels }).select("a", es256)).jwk.kid).toBe("a");
    },
  );

  it("may be rotated: what one source holds, another does not", async () => {
    const before = source(key, other);
    const after = source(other);
    const selected = await before.select("a", es256);
    expect(before.holds(selected)).toBe(true);
    expect(after.holds(selected)).toBe(false);
    expect(source(key).holds(selected)).toBe(false); // the same key, configured anew: verified anew
  });

  it("are those of the moment when the set was given", async () => {
    const set = jwks(issuerKey);
    const keys = staticJwks(set);
    set.keys.pop();
    expect((await keys.select(issuerKey.kid, es256)).jwk.kid).toBe(issuerKey.kid);
  });
});

describe("a whole set is refused", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["an array", [key]],
    ["one key", key],
    ["keys that are no array", { keys: key }],
  ])("that is %s", async (_name, set) => {
    await expectMistake(() => staticJwks(set as never), /^keys: .*a JWK Set: an object with an array "keys"$/);
  });

  it.each<[string, unknown, RegExp]>([
    ["a private key", { ...issuerKey.privateJwk, kid: "x" }, /^keys\[1\]: the JWK must hold no private member$/],
    ["a symmetric key", { kty: "oct", kid: "x" }, /^keys\[1\]: the key must not be symmetric$/],
    ["a key off its curve", { ...other, y: other.x }, /^keys\[1\]: x and y must be a point/],
    ["a weak RSA key", { ...rsa, n: (rsa.n ?? "").slice(0, 160) }, /^keys\[1\]: /],
    ["no key", null, /^keys\[1\]: a JWK must be an object$/],
    ["a kid that is no string", { ...other, kid: 1 }, /^keys\[1\]: kid must be a string$/],
    ["a kid that occurs twice", { ...strangerKey.publicJwk, kid: "a" }, /^keys\[1\]: its kid occurs twice in the set$/],
    ["a kid that occurs twice, of a foreign key", { kty: "XYZ", kid: "a" }, /^keys\[1\]: its kid occurs twice/],
    ["the same key twice", key, /^keys\[1\]: its kid occurs twice/],
  ])("that holds %s", async (_name, jwk, message) => {
    await expectMistake(() => source(key, jwk), message);
  });

  it("but not for several keys without kid, or a foreign key whose kid is no string", async () => {
    const keys = source(without(other, "kid"), ed25519, { kty: "XYZ", kid: 1 }, { kty: "XYZ", kid: 1 });
    expect((await keys.select(undefined, es256)).jwk.x).toBe(other.x);
  });
});
