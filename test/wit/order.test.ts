import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { checkWit } from "../../src/wit/check.js";
import type { VerifiedWit } from "../../src/wit/verified-wit.js";
import { type VerifyWitOptions, verifyWit } from "../../src/wit/verify.js";
import {
  clock,
  expectWimseError,
  issuerKey,
  makeTrust,
  makeWit,
  NOW,
  ORIGIN,
  SUBJECT,
  signRaw,
  strangerKey,
  type WitChanges,
  workloadKey,
} from "../support/wit-fixtures.js";

const trust = makeTrust();

function verify(token: string, options: Partial<VerifyWitOptions> = {}): Promise<VerifiedWit> {
  return verifyWit(token, { trust, runtime: clock(), ...options });
}

describe("the order of the checks", () => {
  const CHECKS = [
    "wit.shape",
    "wit.header",
    "wit.claims",
    "wit.subject",
    "wit.trust_domain",
    "wit.type",
    "wit.algorithm",
    "wit.critical",
    "wit.key",
    "wit.signature",
    "wit.expiration",
    "wit.not_before",
    "wit.lifetime",
    "wit.issuer",
    "wit.confirmation",
  ];
  const rules = { clockTolerance: 5, maxLifetime: 86_400 };

  it("is told to whoever listens, without anything secret", async () => {
    const checks: string[] = [];
    const details: string[] = [];
    const trace = {
      begin(check: string, detail = ""): void {
        if (checks.at(-1) !== check) checks.push(check);
        details.push(detail);
      },
    };
    const token = makeWit({ claims: { nbf: NOW } });
    await checkWit(token, trust, rules, { now: () => NOW }, { trace });
    expect(checks).toEqual(CHECKS);
    for (const part of token.split(".")) expect(details.join("\n")).not.toContain(part);
    expect(details).toEqual(expect.arrayContaining([`exp ${NOW + 3600}, now ${NOW}`, `nbf ${NOW}, now ${NOW}`, "any"]));

    const spiffe = makeTrust({ origin: "spiffe://example.com", profile: "wit-svid", issuers: ["a"] });
    checks.length = details.length = 0;
    await checkWit(
      makeWit({ claims: { sub: "spiffe://example.com/a", iss: "a" } }),
      spiffe,
      rules,
      { now: () => NOW },
      { trace },
    );
    expect(checks).toEqual([...CHECKS, "wit.profile"]);
    expect(details).toEqual(
      expect.arrayContaining(["by kid", "no nbf", "listed ones only", "3600 s, at most 86400 s", "wit-svid"]),
    );
  });

  it("is told also when there is nothing to compare", async () => {
    const checks: string[] = [];
    const trace = { begin: (check: string) => void checks.push(check) };
    const endless = makeWit({ claims: { exp: undefined } });
    await expectWimseError(checkWit(endless, trust, rules, { now: () => NOW }, { trace }), "wit_expiration_missing");
    expect(checks.at(-1)).toBe("wit.expiration");
  });

  it("never puts a long alg into what is told", async () => {
    const details: (string | undefined)[] = [];
    const trace = { begin: (_check: string, detail?: string) => void details.push(detail) };
    for (const alg of ["x".repeat(99), 1]) {
      await expectWimseError(
        checkWit(makeWit({ header: { alg } }), trust, rules, { now: () => NOW }, { trace }),
        "wit_algorithm_not_allowed",
      );
    }
    expect(details).toContain("x".repeat(32));
    expect(details).toContain("none given");
    await checkWit(makeWit({ header: { kid: undefined } }), trust, rules, { now: () => NOW }, { trace });
    expect(details).toContain("the only key");
  });

  it("is that of the decision: of several flaws the first one is named", async () => {
    const options = { trust: makeTrust({ issuers: ["the issuer"], profile: "wit-svid", algorithms: ["ES256"] }) };
    const header: Record<string, unknown> = { alg: "none", typ: "JWT", crit: [], kid: 1 };
    const claims: Record<string, unknown> = { sub: "x", nbf: NOW + 9e9, iss: 1, aud: "a" };
    let key = strangerKey;
    let pad = "x".repeat(16_384);
    let tail = ".x";
    const now = async (code: WimseErrorCode): Promise<void> => {
      await expectWimseError(verify(signRaw({ ...header, pad }, claims, key) + tail, options), code);
    };
    await now("wit_too_large");
    pad = "";
    await now("wit_malformed");
    tail = "";
    await now("wit_subject_invalid");
    claims["sub"] = "wimse://example.org/agent";
    await now("wit_trust_domain_unknown");
    claims["sub"] = SUBJECT;
    await now("wit_type_mismatch");
    header["typ"] = "wit+jwt";
    await now("wit_algorithm_not_allowed");
    header["alg"] = "ES256";
    await now("wit_critical_header_unsupported");
    delete header["crit"];
    await now("wit_malformed");
    delete header["kid"];
    await now("wit_malformed"); // the profile asks for one
    header["kid"] = "x";
    await now("wit_key_not_found");
    header["kid"] = issuerKey.kid;
    await now("wit_signature_invalid");
    key = issuerKey;
    await now("wit_expiration_missing");
    claims["exp"] = NOW - 5;
    await now("wit_expired");
    claims["exp"] = NOW + 1e10;
    await now("wit_not_yet_valid");
    claims["nbf"] = NOW;
    await now("wit_lifetime_too_long");
    claims["exp"] = NOW + 60;
    await now("wit_claim_invalid");
    claims["iss"] = "another issuer";
    await now("wit_issuer_not_allowed");
    claims["iss"] = "the issuer";
    await now("wit_confirmation_invalid");
    claims["cnf"] = { jwk: workloadKey.publicJwk };
    await now("wit_subject_invalid"); // the profile asks for a SPIFFE ID
  });

  it("ends before the signature where it can: no key is asked for", async () => {
    const domain = await trust.get(ORIGIN);
    if (!domain) throw new Error("no domain");
    let asked = 0;
    const keys = {
      holds: () => true,
      select: () => {
        asked++;
        throw new Error("asked");
      },
    };
    const watched = { get: () => ({ ...domain, keys }) };
    const cheap: WitChanges[] = [
      { claims: { sub: "x" } },
      { header: { typ: "JWT" } },
      { header: { alg: "none" } },
      { header: { crit: [] } },
      { header: { kid: 1 } },
    ];
    for (const changes of cheap) await verify(makeWit(changes), { trust: watched }).catch(() => {});
    expect(asked).toBe(0);
    await expectWimseError(verify(makeWit(), { trust: watched }), "trust_keys_unavailable", "CREDS-3.01");
    expect(asked).toBe(1);
  });
});
