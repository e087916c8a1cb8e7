import { importJWK, type JWK, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { createSigner, type Signer } from "../../src/crypto/signer.js";
import { kmsSigner } from "../../src/testing/kms-signer.js";
import { type IssueWitOptions, issueWit, type WitContent } from "../../src/wit/issue.js";
import { verifyWit } from "../../src/wit/verify.js";
import * as fixed from "../support/fixed-keys.js";
import {
  clock,
  expectMistake,
  expectWimseError,
  issuerKey,
  keyFor,
  makeTrust,
  NOW,
  SUBJECT,
  workloadKey,
} from "../support/wit-fixtures.js";

const signer = await createSigner(issuerKey.privateJwk, "ES256");
const cnf = workloadKey.publicJwk;
const SPIFFE = "spiffe://example.org/agent";

function issue(wit: object = {}, options: object = {}): Promise<string> {
  const settings = { signer, kid: issuerKey.kid, runtime: clock(), ...options } as IssueWitOptions;
  return issueWit({ sub: SUBJECT, cnf, ...wit } as WitContent, settings);
}

function parts(token: string): unknown[] {
  return token
    .split(".")
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
}

describe("issueWit", () => {
  it("WITSVID-4.02, WITSVID-2.4.01, CREDS-5.1.01, CREDS-5.1.03: writes alg, kid and typ, and no other header", async () => {
    const [header] = parts(await issue());
    expect(header).toEqual({ alg: "ES256", kid: issuerKey.kid, typ: "wit+jwt" });
  });

  it("WITSVID-4.03, CREDS-5.1.08, CREDS-5.1.12, SPIFFEID-3.2.01: writes sub, exp and cnf.jwk with alg into what is signed", async () => {
    const [, claims] = parts(await issue());
    expect(claims).toEqual({ iat: NOW, sub: SUBJECT, exp: NOW + 3600, cnf: { jwk: cnf } });
  });

  it("makes what verifies, here and with jose", async () => {
    const token = await issue();
    const wit = await verifyWit(token, { trust: makeTrust(), runtime: clock() });
    expect(wit.id.uri).toBe(SUBJECT);
    const key = await importJWK(issuerKey.publicJwk);
    const { payload } = await jwtVerify(token, key, { typ: "wit+jwt", currentDate: new Date(NOW * 1000) });
    expect(payload.sub).toBe(SUBJECT);
  });

  it("CREDS-5.1.3.01, CREDS-5.1.07, WITSVID-3.3.01, WITSVID-3.7.01, WITSVID-3.8.02, WITSVID-4.05: writes iss, jti, nbf, iat and claims of one's own", async () => {
    const claims = {
      iss: "urn:example:issuer",
      jti: "t1",
      nbf: NOW - 5,
      iat: NOW - 1,
      "https://example.com/team": ["a"],
    };
    for (const [sub, profile] of [
      [SUBJECT, "wit"],
      [SPIFFE, "wit-svid"],
    ]) {
      expect(parts(await issue({ sub, claims }, { profile }))[1]).toMatchObject({ ...claims, sub, exp: NOW + 3600 });
    }
  });

  it("writes a claim __proto__ as it was given", async () => {
    const claims = JSON.parse('{"__proto__":{"sub":"wimse://example.com/admin"}}');
    const [, written] = parts(await issue({ claims }));
    expect(Object.keys(written as object)).toContain("__proto__");
    expect(written).toHaveProperty("sub", SUBJECT);
  });

  it.each([
    [undefined, 3600],
    [1, 1],
    [1.9, 1],
    [600, 600],
    [86_400, 86_400],
  ])("CREDS-5.1.06, CREDS-9.3.1.01: of lifetime %s expires after %d s", async (lifetime, seconds) => {
    const [, claims] = parts(await issue({}, { lifetime, runtime: clock(NOW + 0.9) }));
    expect(claims).toMatchObject({ iat: NOW, exp: NOW + seconds });
  });

  it.each([0, 0.5, -1, 86_401, 31_536_000, Number.NaN, Number.POSITIVE_INFINITY, "3600", null])(
    "CREDS-9.3.1.02: refuses the lifetime %s",
    async (lifetime) => {
      await expectMistake(issue({}, { lifetime }), /^lifetime: a number from 1 to 86400$/);
    },
  );

  it("leaves labels of the key that are not understood out, and keeps the others", async () => {
    const [, claims] = parts(await issue({ cnf: { ...cnf, kid: "k", use: "sig", ext: true, key_ops: ["verify"] } }));
    expect(claims).toHaveProperty("cnf", { jwk: { ...cnf, kid: "k", use: "sig", key_ops: ["verify"] } });
  });

  it("hands the caller's signal to the signer, and no option where there is none", async () => {
    const seen: unknown[] = [];
    const spy: Signer = {
      ...signer,
      sign(data, options) {
        seen.push(options);
        return signer.sign(data);
      },
    };
    const { signal } = new AbortController();
    await issue({}, { signer: spy });
    await issue({}, { signer: spy, signal });
    expect(seen).toEqual([undefined, { signal }]);
  });

  it("works with the clock of the platform", async () => {
    const token = await issueWit({ sub: SUBJECT, cnf }, { signer, kid: issuerKey.kid });
    expect((await verifyWit(token, { trust: makeTrust() })).id.uri).toBe(SUBJECT);
  });
});

describe("issueWit refuses", () => {
  it.each<[string, object, RegExp]>([
    ["an unknown member", { subject: SUBJECT }, /^issueWit: unknown option "subject"$/],
    ["cnf with a jwk inside", { cnf: { jwk: cnf } }, /^issueWit: cnf: /],
    ["a private key", { cnf: { ...fixed.p256, alg: "ES256" } }, /^issueWit: cnf: the JWK must hold no private member$/],
    ["a symmetric key", { cnf: { kty: "oct", k: "AAAA", alg: "HS256" } }, /^issueWit: cnf: /],
    ["no key", { cnf: undefined }, /^issueWit: cnf: /],
    ["a key that is not for signatures", { cnf: { ...cnf, use: "enc" } }, /^issueWit: cnf is not for signatures$/],
    ["a key that does not verify", { cnf: { ...cnf, key_ops: ["sign"] } }, /^issueWit: cnf is not for signatures$/],
    ["sub among the claims", { claims: { sub: SUBJECT } }, /^issueWit: sub is not given among the claims$/],
    ["exp among the claims", { claims: { exp: NOW } }, /^issueWit: exp is not given among the claims$/],
    ["cnf among the claims", { claims: { cnf: {} } }, /^issueWit: cnf is not given among the claims$/],
    ["claims that are null", { claims: null }, /^issueWit: claims is an object$/],
    ["claims that are an array", { claims: ["a"] }, /^issueWit: claims is an object$/],
    ["claims that are a string", { claims: "a" }, /^issueWit: claims is an object$/],
    ["iss that is no string", { claims: { iss: ["a"] } }, /^issueWit: iss and jti are strings$/],
    ["jti that is no string", { claims: { jti: 1 } }, /^issueWit: iss and jti are strings$/],
    ["nbf that is no number", { claims: { nbf: "now" } }, /^issueWit: nbf and iat are numbers$/],
    ["nbf without end", { claims: { nbf: Number.POSITIVE_INFINITY } }, /^issueWit: nbf and iat are numbers$/],
    ["nbf at the expiry", { claims: { nbf: NOW + 3600 } }, /^issueWit: nbf is not before the expiry$/],
    ["nbf after the expiry", { claims: { nbf: NOW + 9999 } }, /^issueWit: nbf is not before the expiry$/],
    ["claims that are no JSON", { claims: { a: 1n } }, /^The claims are not JSON of at most 16 levels$/],
    ["iat that is no number", { claims: { iat: new Date() } }, /^issueWit: nbf and iat are numbers$/],
  ])("%s", async (_name, wit, message) => {
    await expectMistake(issue(wit), message);
  });

  it.each<[string, JWK]>([
    ["absent", { ...cnf, alg: undefined } as unknown as JWK],
    ["none", { ...cnf, alg: "none" }],
    ["symmetric", { ...cnf, alg: "HS256" }],
    ["for encryption", { ...cnf, alg: "ECDH-ES" }],
    ["unknown", { ...cnf, alg: "foo" }],
    ["of another curve", { ...cnf, alg: "ES384" }],
  ])(
    "CREDS-5.1.12, CREDS-5.1.13, CREDS-5.1.15, CREDS-5.1.16, CREDS-5.1.17: a key whose alg is %s",
    async (_name, key) => {
      await expectMistake(issue({ cnf: key }), /^issueWit: cnf/);
    },
  );

  it.each<unknown>([
    undefined,
    "",
    [SUBJECT],
    "wimse://example.com",
    "wimse://Example.com/agent",
    "wimse://example.com/agent?x",
    "wimse://example.com/a:b",
    `wimse://example.com/${"a".repeat(2048)}`,
  ])("CREDS-5.1.05, CREDS-4.01, ID-P-4.1.02: the sub %j", async (sub) => {
    await expectMistake(issue({ sub }), /^identifier/);
  });

  it.each<[string, object, RegExp]>([
    ["an unknown option", { expiresIn: 1 }, /^issueWit: unknown option "expiresIn"$/],
    ["no signer", { signer: undefined }, /^issueWit: a signer is required$/],
    ["a key for a signer", { signer: issuerKey.privateJwk }, /^issueWit: a signer is required$/],
    ["an unknown profile", { profile: "jwt-svid" }, /^issueWit: profile is "wit" or "wit-svid"$/],
    ["a runtime that is none", { runtime: {} }, /^runtime: /],
  ])("%s", async (_name, options, message) => {
    await expectMistake(issue({}, options), message);
  });

  it.each<unknown>([undefined, "", 1, null])("WITSVID-2.1.01, WITSVID-4.02: the kid %j", async (kid) => {
    await expectMistake(issue({}, { kid }), /^issueWit: kid is required$/);
  });

  it.each(["none", "HS256", "ES256K", "es256", undefined])(
    "CREDS-5.1.01, CREDS-5.1.02: a signer of algorithm %s",
    async (algorithm) => {
      const other = { algorithm, publicJwk: cnf, sign: async () => new Uint8Array(64) };
      await expectMistake(issue({}, { signer: other }), /^issueWit: the signer's algorithm$/);
    },
  );

  it("no content, and no options", async () => {
    await expectMistake(issueWit(undefined as never, { signer, kid: "k" }), /^issueWit: content and options/);
    await expectMistake(issueWit({ sub: SUBJECT, cnf }, undefined as never), /^issueWit: content and options/);
  });
});

describe("issueWit for a WIT-SVID", () => {
  const svid = (wit: object = {}, options: object = {}): Promise<string> =>
    issue({ sub: SPIFFE, ...wit }, { profile: "wit-svid", ...options });

  it("issues one that verifies as one", async () => {
    const trust = makeTrust({ origin: "spiffe://example.org", profile: "wit-svid" });
    expect((await verifyWit(await svid(), { trust, runtime: clock() })).id.uri).toBe(SPIFFE);
  });

  it("WITSVID-3.1.01: refuses another scheme", async () => {
    await expectMistake(svid({ sub: SUBJECT }), /^issueWit: a WIT-SVID names a SPIFFE ID$/);
  });

  it.each(["Ed25519", "EdDSA"])("WITSVID-4.01, WITSVID-2.3.01: refuses to sign with %s", async (alg) => {
    const other = await createSigner(keyFor(alg).privateJwk, alg);
    await expectMistake(svid({}, { signer: other }), /^issueWit: a WIT-SVID is signed with an RS, PS or ES algorithm$/);
    expect(await issue({}, { signer: other })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
  });

  it.each(["Ed25519", "EdDSA"])("WITSVID-4.04, WITSVID-3.2.04: refuses a bound key for %s", async (alg) => {
    await expectMistake(svid({ cnf: keyFor(alg).publicJwk }), /^issueWit: a WIT-SVID binds a key for an RS, PS or ES/);
  });

  it.each<unknown>(["https://example.org", [], null])("WITSVID-3.8.01: refuses the aud %j", async (aud) => {
    await expectMistake(svid({ claims: { aud } }), /^issueWit: a WIT-SVID has no aud claim$/);
    expect(parts(await issue({ claims: { aud } }))[1]).toHaveProperty("aud", aud);
  });

  it.each(["https://issuer.example", "http://issuer.example", "HTTPS://issuer.example/a"])(
    "WITSVID-3.7.02: refuses the iss %s",
    async (iss) => {
      await expectMistake(svid({ claims: { iss } }), /^issueWit: a WIT-SVID has no iss that OpenID Connect/);
      expect(parts(await issue({ claims: { iss } }))[1]).toHaveProperty("iss", iss);
    },
  );

  it.each(["spiffe://example.org/issuer", "urn:https:x", "httpss", "issuer https://a"])(
    "WITSVID-3.7.01: takes the iss %s",
    async (iss) => {
      expect(parts(await svid({ claims: { iss } }))[1]).toHaveProperty("iss", iss);
    },
  );
});

describe("issueWit with a key in a service", () => {
  it("signs there", async () => {
    const kms = await kmsSigner("Ed25519");
    const token = await issue({}, { signer: kms });
    const keys = { keys: [{ ...kms.publicJwk, kid: issuerKey.kid }] };
    expect((await verifyWit(token, { trust: makeTrust({ keys }), runtime: clock() })).algorithm).toBe("Ed25519");
    expect(kms.requests).toBe(1);
  });

  it("does not pass on what the service said when it failed", async () => {
    const kms = await kmsSigner();
    kms.failNext(new Error("throttled"));
    await expectWimseError(issue({}, { signer: kms }), "credential_unavailable", undefined, "throttled.throttled");
    expect(await issue({}, { signer: kms })).toMatch(/^ey/);
  });

  it("gives up when the caller does", async () => {
    const kms = await kmsSigner();
    kms.pause();
    const controller = new AbortController();
    const waiting = issue({}, { signer: kms, signal: controller.signal });
    const reason = new Error("too slow");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it("refuses an answer in DER", async () => {
    const der = { algorithm: "ES256", publicJwk: cnf, sign: async () => new Uint8Array(71) };
    await expectMistake(issue({}, { signer: der }), /^The signer's ES256 signature is not in the form of RFC 7518/);
  });
});
