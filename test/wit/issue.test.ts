import { importJWK, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { createSigner, type Signer } from "../../src/crypto/signer.js";
import { kmsSigner } from "../../src/testing/kms-signer.js";
import { issueWit } from "../../src/wit/issue.js";
import { verifyWit } from "../../src/wit/verify.js";
import {
  clock,
  expectMistake,
  expectWimseError,
  issuerKey,
  keyFor,
  makeTrust,
  NOW,
  SUBJECT,
} from "../support/wit-fixtures.js";
import { cnf, issue, signer } from "./issue-support.js";

const SPIFFE = "spiffe://example.org/agent";

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
