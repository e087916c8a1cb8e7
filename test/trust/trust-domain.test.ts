import { describe, expect, it } from "vitest";
import { supportedAlgorithms, WIT_SVID_ALGORITHMS } from "../../src/crypto/algorithms.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { createTrustDomain, type TrustDomainOptions } from "../../src/trust/trust-domain.js";
import { expectMistake, issuerKey, jwks, ORIGIN } from "../support/wit-fixtures.js";

const keys = jwks(issuerKey);

describe("createTrustDomain", () => {
  it("has defaults: profile wit, every algorithm, no list of issuers", () => {
    const domain = createTrustDomain({ origin: ORIGIN, keys });
    expect(domain).toMatchObject({ origin: ORIGIN, profile: "wit" });
    expect([...domain.algorithms]).toEqual(supportedAlgorithms);
    expect("issuers" in domain).toBe(false);
    expect(Object.isFrozen(domain)).toBe(true);
  });

  it("WITSVID-2.3.01, WITSVID-3.2.04: the profile wit-svid has its own algorithms", () => {
    const domain = createTrustDomain({ origin: "spiffe://example.org", keys, profile: "wit-svid" });
    expect([...domain.algorithms]).toEqual(WIT_SVID_ALGORITHMS);
    expect(domain.algorithms.has("Ed25519") || domain.algorithms.has("EdDSA")).toBe(false);
  });

  it("CREDS-3.06: keeps the caller's algorithms and issuers", () => {
    const options = { origin: ORIGIN, keys, algorithms: ["ES256", "Ed25519"], issuers: ["https://a.example", "b"] };
    const domain = createTrustDomain(options);
    options.algorithms.push("RS256");
    options.issuers.push("c");
    expect([...domain.algorithms]).toEqual(["ES256", "Ed25519"]);
    expect([...(domain.issuers ?? [])]).toEqual(["https://a.example", "b"]);
  });

  it("CREDS-9.1.02: one issuer and one algorithm are enough", () => {
    const domain = createTrustDomain({ origin: ORIGIN, keys, algorithms: ["ES256"], issuers: ["a"] });
    expect([[...domain.algorithms], [...(domain.issuers ?? [])]]).toEqual([["ES256"], ["a"]]);
  });

  it("takes a key source as it is", () => {
    const source = staticJwks(keys);
    expect(createTrustDomain({ origin: ORIGIN, keys: source }).keys).toBe(source);
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /^trust domain: an object/],
    ["null", null, /^trust domain: an object/],
    ["a string", ORIGIN, /^trust domain: an object/],
    ["a misspelt option", { origin: ORIGIN, keys, algorithm: ["ES256"] }, /unknown option "algorithm"/],
    ["no origin", { keys }, /^origin: /],
    ["an origin with a path", { origin: "wimse://example.com/a", keys }, /^origin: /],
    ["no keys", { origin: ORIGIN }, /^keys: /],
    ["keys that are null", { origin: ORIGIN, keys: null }, /^keys: /],
    ["keys that are an array", { origin: ORIGIN, keys: keys.keys }, /^keys: /],
    ["a key source without holds", { origin: ORIGIN, keys: { select: () => {} } }, /^keys: /],
    ["a key source without select", { origin: ORIGIN, keys: { holds: () => true } }, /^keys: /],
    ["an unknown profile", { origin: ORIGIN, keys, profile: "jwt-svid" }, /profile is "wit" or "wit-svid"$/],
    ["a list of one profile", { origin: ORIGIN, keys, profile: ["wit-svid"] }, /profile is "wit" or "wit-svid"$/],
    ["a profile that is null", { origin: ORIGIN, keys, profile: null }, /profile is "wit" or "wit-svid"$/],
    ["an inherited profile", { origin: ORIGIN, keys, profile: "constructor" }, /profile is "wit" or "wit-svid"$/],
    ["issuers that are a string", { origin: ORIGIN, keys, issuers: "https://a.example" }, /issuers: a non-empty array/],
    ["no issuer at all", { origin: ORIGIN, keys, issuers: [] }, /issuers: a non-empty array of strings$/],
    ["an issuer that is no string", { origin: ORIGIN, keys, issuers: ["a", 1] }, /issuers: a non-empty array/],
    ["issuers that are null", { origin: ORIGIN, keys, issuers: null }, /issuers: a non-empty array/],
    ["no algorithm at all", { origin: ORIGIN, keys, algorithms: [] }, /algorithms: a non-empty array/],
    ["algorithms that are a string", { origin: ORIGIN, keys, algorithms: "ES256" }, /algorithms: a non-empty array/],
  ])("refuses %s", async (_name, options, message) => {
    await expectMistake(() => createTrustDomain(options as TrustDomainOptions), message);
  });

  it.each(["none", "HS256", "HS512", "ECDH-ES", "es256", "foo", "constructor", ""])(
    "CREDS-5.1.16: refuses to allow %j",
    async (name) => {
      await expectMistake(
        () => createTrustDomain({ origin: ORIGIN, keys, algorithms: ["ES256", name] }),
        /^wimse:\/\/example\.com: an algorithm is not supported here$/,
      );
    },
  );

  it.each(["Ed25519", "EdDSA"])("WITSVID-2.3.01: refuses to allow %s for WIT-SVIDs", async (name) => {
    const options = { origin: "spiffe://example.org", keys, algorithms: ["ES256", name], profile: "wit-svid" } as const;
    await expectMistake(() => createTrustDomain(options), /the profile does not allow Ed/);
  });
});
