import type { JWK } from "jose";
import { describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../src/base/json.js";
import type { TrustDomainOptions } from "../../src/trust/trust-domain.js";
import { verifyWit } from "../../src/wit/verify.js";
import * as fixed from "../support/fixed-keys.js";
import {
  clock,
  expectWimseError,
  issuerKey,
  jwks,
  keyFor,
  makeTrust,
  makeWit,
  type WitChanges,
  workloadKey,
} from "../support/wit-fixtures.js";

function verify(changes: WitChanges, domain: Partial<TrustDomainOptions> = {}): ReturnType<typeof verifyWit> {
  return verifyWit(makeWit(changes), { trust: makeTrust(domain), runtime: clock() });
}

describe("iss", () => {
  const issuers = ["https://issuer.example", "urn:example:issuer"];

  it.each(issuers)("CREDS-9.1.02: may be one of those that the domain lists: %s", async (iss) => {
    expect((await verify({ claims: { iss } }, { issuers })).issuer).toBe(iss);
  });

  it.each<[string, unknown]>([
    ["absent", undefined],
    ["unknown", "https://evil.example"],
    ["longer", "https://issuer.example/"],
    ["in upper case", "HTTPS://issuer.example"],
    ["empty", ""],
    ["an inherited name", "constructor"],
  ])("CREDS-9.1.02: must be one of those that the domain lists, and is not when %s", async (_name, iss) => {
    await expectWimseError(verify({ claims: { iss } }, { issuers }), "wit_issuer_not_allowed", "CREDS-9.1.02");
  });

  it("CREDS-5.1.3.02: decides nothing when the domain lists none", async () => {
    expect((await verify({ claims: { iss: "https://anybody.example" } })).issuer).toBe("https://anybody.example");
    expect((await verify({})).issuer).toBeUndefined();
  });
});

describe.each([
  ["iss", "CREDS-5.1.04"],
  ["jti", "CREDS-5.1.07"],
])("%s, %s", (name, requirement) => {
  it.each<unknown>([null, 1, true, ["a"], { a: 1 }])("must be a string, and not %j", async (value) => {
    await expectWimseError(verify({ claims: { [name]: value } }), "wit_claim_invalid", requirement);
    await expectWimseError(verify({ claims: { [name]: value } }, { issuers: ["a"] }), "wit_claim_invalid");
  });

  it("CREDS-5.1.07: may be any string", async () => {
    expect((await verify({ claims: { [name]: "" } })).claims[name]).toBe("");
  });
});

it("WITSVID-3.3.04: the jti of a WIT does not keep it from being used again", async () => {
  const trust = makeTrust();
  const token = makeWit({ claims: { jti: "once" } });
  for (let i = 0; i < 3; i++) expect((await verifyWit(token, { trust, runtime: clock() })).tokenId).toBe("once");
});

describe("cnf", () => {
  const jwk = workloadKey.publicJwk;
  const without = (name: string): JWK => Object.fromEntries(Object.entries(jwk).filter(([n]) => n !== name));
  const { alg: _, ...ed25519 } = keyFor("Ed25519").publicJwk;
  const rsa = keyFor("RS256").publicJwk;

  it.each<[string, unknown]>([
    ["absent", undefined],
    ["null", null],
    ["a string", "key"],
    ["an array", [{ jwk }]],
  ])("CREDS-5.1.08, WITSVID-3.2.01, WITSVID-3.2.02: must be an object, and is %s", async (_name, cnf) => {
    await expectWimseError(verify({ claims: { cnf } }), "wit_confirmation_invalid", "CREDS-5.1.08");
  });

  it.each<[string, unknown]>([
    ["empty", {}],
    ["the key itself", jwk],
    ["a thumbprint only", { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }],
    ["a kid only", { kid: "workload" }],
    ["a certificate thumbprint only", { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" }],
    ["with a jwk that is null", { jwk: null }],
    ["with a jwk that is a string", { jwk: JSON.stringify(jwk) }],
    ["with a jwk that is an array", { jwk: [jwk] }],
    ["with a set of keys", { jwk: { keys: [jwk] } }],
    ["with an encrypted key", { jwe: "a.b.c.d.e" }],
    ["with JWK in capitals", { JWK: jwk }],
  ])("CREDS-5.1.09, CREDS-5.1.4.06, WITSVID-3.2.03: must hold a jwk, and is %s", async (_name, cnf) => {
    const requirement = isJsonObject((cnf as JsonObject)["jwk"]) ? "CREDS-5.1.4.06" : "CREDS-5.1.09";
    await expectWimseError(verify({ claims: { cnf } }), "wit_confirmation_invalid", requirement);
  });

  it.each<[string, unknown]>([
    ["absent", without("alg")],
    ["null", { ...jwk, alg: null }],
    ["none", { ...jwk, alg: "none" }],
    ["symmetric", { ...jwk, alg: "HS256" }],
    ["symmetric, of a symmetric key", { kty: "oct", k: "AAAA", alg: "HS256" }],
    ["for encryption", { ...jwk, alg: "ECDH-ES" }],
    ["for encryption, of RSA", { ...rsa, alg: "RSA-OAEP-256" }],
    ["unknown", { ...jwk, alg: "foo" }],
    ["in lower case", { ...jwk, alg: "es256" }],
    ["an array", { ...jwk, alg: ["ES256"] }],
    ["an inherited name", { ...jwk, alg: "constructor" }],
  ])(
    "CREDS-5.1.4.06, CREDS-5.1.12, CREDS-5.1.13, CREDS-5.1.15, CREDS-5.1.16, CREDS-5.1.17: must hold an alg for signatures, and it is %s",
    async (_name, key) => {
      await expectWimseError(verify({ claims: { cnf: { jwk: key } } }), "wit_confirmation_invalid", "CREDS-5.1.4.06");
    },
  );

  it.each<[string, unknown]>([
    ["of another curve", { ...jwk, alg: "ES384" }],
    ["of another key type", { ...jwk, alg: "RS256" }],
    ["of an elliptic curve, for RSA", { ...rsa, alg: "ES256" }],
    ["for Ed25519, of a P-256 key", { ...jwk, alg: "Ed25519" }],
  ])("CREDS-5.1.09, CREDS-5.1.13: must hold the alg of its key, and it is %s", async (_name, key) => {
    await expectWimseError(verify({ claims: { cnf: { jwk: key } } }), "wit_confirmation_invalid", "CREDS-5.1.09");
  });

  it.each<[string, unknown]>([
    ["private", { ...fixed.p256, alg: "ES256" }],
    ["symmetric", { kty: "oct", k: "AAAA", alg: "ES256" }],
    ["without a coordinate", without("y")],
    ["without a type", without("kty")],
    ["off its curve", { ...jwk, y: jwk.x }],
    ["on another curve than it says", { ...jwk, crv: "P-384" }],
    ["padded", { ...jwk, x: `${jwk.x}=` }],
    ["a weak RSA key", { ...rsa, n: (rsa.n ?? "").slice(0, 171) }],
    ["of small order", { kty: "OKP", crv: "Ed25519", alg: "Ed25519", x: "A".repeat(43) }],
    ["an X25519 key", { kty: "OKP", crv: "X25519", alg: "Ed25519", x: ed25519.x }],
    ["for encryption", { ...jwk, use: "enc" }],
    ["not for verifying", { ...jwk, key_ops: ["sign"] }],
    ["for no operation", { ...jwk, key_ops: [] }],
    ["for operations that are no array", { ...jwk, key_ops: "verify" }],
  ])("CREDS-5.1.09: must hold a sound public key, and it is %s", async (_name, key) => {
    await expectWimseError(verify({ claims: { cnf: { jwk: key } } }), "wit_confirmation_invalid", "CREDS-5.1.09");
  });

  it.each<[string, JWK]>([
    ["P-256", jwk],
    ["with a use for signatures", { ...jwk, use: "sig" }],
    ["with the operation verify", { ...jwk, key_ops: ["verify"] }],
    ["with several operations", { ...jwk, key_ops: ["sign", "verify"] }],
    ["with a kid", { ...jwk, kid: "k" }],
    ["P-384", keyFor("ES384").publicJwk],
    ["P-521", keyFor("ES512").publicJwk],
    ["RSA", rsa],
    ["RSA for PSS", keyFor("PS512").publicJwk],
    ["Ed25519 by its new name", { ...ed25519, alg: "Ed25519" }],
    ["Ed25519 by its old name", { ...ed25519, alg: "EdDSA" }],
  ])("holds a key that is fit: %s", async (_name, key) => {
    const { confirmation } = await verify({ claims: { cnf: { jwk: key } } });
    expect(confirmation.algorithm).toBe(key.alg);
    expect(confirmation.jwk).toEqual(key);
  });

  it("CREDS-3.06: must hold a key for an algorithm that the domain allows", async () => {
    const cnf = { jwk: { ...ed25519, alg: "EdDSA" } };
    await expectWimseError(
      verify({ claims: { cnf } }, { algorithms: ["ES256", "Ed25519"] }),
      "wit_confirmation_invalid",
      "CREDS-3.06",
    );
    expect((await verify({ claims: { cnf } }, { algorithms: ["ES256", "EdDSA"] })).confirmation.algorithm).toBe(
      "EdDSA",
    );
  });
});

describe("the profile wit-svid", () => {
  const sub = "spiffe://example.org/agent";
  const domain = { origin: "spiffe://example.org", profile: "wit-svid" } as const;
  const verifySvid = (changes: WitChanges, more: Partial<TrustDomainOptions> = {}) =>
    verify({ ...changes, claims: { sub, ...changes.claims } }, { ...domain, ...more });

  it("WITSVID-1.01: a WIT-SVID is a WIT; both profiles accept it", async () => {
    expect((await verifySvid({})).id.uri).toBe(sub);
    expect((await verifySvid({}, { profile: "wit" })).id.uri).toBe(sub);
  });

  it("WITSVID-3.8.03, WITSVID-3.6.02: ignores further claims, and an iat in the future", async () => {
    expect((await verifySvid({ claims: { team: "a", iat: 9e9 } })).claims["team"]).toBe("a");
  });

  it("WITSVID-2.1.01: wants a kid, even where one key only could be meant", async () => {
    await expectWimseError(verifySvid({ header: { kid: undefined } }), "wit_malformed", "WITSVID-2.1.01");
    expect((await verifySvid({ header: { kid: undefined } }, { profile: "wit" })).id.uri).toBe(sub);
  });

  it.each(["Ed25519", "EdDSA"])("WITSVID-2.3.02: refuses the algorithm %s, which is one of a WIT", async (alg) => {
    const key = keyFor(alg);
    const keys = jwks(key);
    await expectWimseError(verifySvid({ key }, { keys }), "wit_algorithm_not_allowed", "CREDS-3.06");
    expect((await verifySvid({ key }, { keys, profile: "wit" })).algorithm).toBe(alg);
  });

  it.each(["Ed25519", "EdDSA"])("WITSVID-3.2.04: refuses a bound key for %s", async (alg) => {
    const cnf = { jwk: keyFor(alg).publicJwk };
    await expectWimseError(verifySvid({ claims: { cnf } }), "wit_confirmation_invalid", "CREDS-3.06");
    expect((await verifySvid({ claims: { cnf } }, { profile: "wit" })).confirmation.algorithm).toBe(alg);
  });

  it.each<unknown>(["https://example.org", [], null, "", ["a", "b"]])(
    "WITSVID-3.8.01: refuses the aud %j",
    async (aud) => {
      await expectWimseError(verifySvid({ claims: { aud } }), "wit_audience_forbidden", "WITSVID-3.8.01");
      expect((await verifySvid({ claims: { aud } }, { profile: "wit" })).claims["aud"]).toEqual(aud);
    },
  );

  it.each(["wimse://example.org", "https://example.org"])(
    "WITSVID-3.1.01: refuses a workload of %s",
    async (origin) => {
      const changes = { claims: { sub: `${origin}/agent` } };
      await expectWimseError(verifySvid(changes, { origin }), "wit_subject_invalid", "WITSVID-3.1.01");
      expect((await verifySvid(changes, { origin, profile: "wit" })).id.origin).toBe(origin);
    },
  );

  it("WITSVID-3.1.01: refuses a SPIFFE ID that is not in the form of one", async () => {
    for (const bad of ["spiffe://Example.org/agent", "spiffe://example.org/a~b", "spiffe://example.org"]) {
      await expectWimseError(verifySvid({ claims: { sub: bad } }), "wit_subject_invalid", "CREDS-5.1.4.03");
    }
  });

  it("accepts every algorithm of the profile, for the WIT and for the bound key", async () => {
    for (const alg of ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"]) {
      const key = keyFor(alg);
      const cnf = { jwk: key.publicJwk };
      expect((await verifySvid({ key, claims: { cnf } }, { keys: jwks(issuerKey, key) })).algorithm).toBe(alg);
    }
  });
});
