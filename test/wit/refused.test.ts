import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { expectRefused, verify } from "../support/verify-wit.js";
import {
  expectWimseError,
  issuerKey,
  jwks,
  makeTrust,
  makeWit,
  ORIGIN,
  SUBJECT,
  signRaw,
  strangerKey,
  witHeader,
} from "../support/wit-fixtures.js";

const trust = makeTrust();

describe("a WIT is refused", () => {
  it.each<[string, string, WimseErrorCode, string]>([
    ["over 16 KiB", makeWit({ claims: { pad: "x".repeat(16_384) } }), "wit_too_large", "CREDS-5.1.4.02"],
    ["that is empty", "", "wit_malformed", "CREDS-5.1.4.02"],
    ["with white space around it", ` ${makeWit()}`, "wit_malformed", "CREDS-5.1.4.02"],
    ["twice in one value", `${makeWit()}, ${makeWit()}`, "wit_malformed", "CREDS-5.1.4.02"],
    ["with a member named twice", signRaw(witHeader(), '{"sub":"a","sub":"b"}'), "wit_malformed", "CREDS-5.1.4.02"],
  ])("%s", async (_name, token, code, requirement) => {
    await expectRefused(token, code, requirement);
  });

  it.each<[string, unknown]>([
    ["absent", undefined],
    ["null", null],
    ["an array", [SUBJECT]],
    ["an array of two", [SUBJECT, "wimse://example.com/b"]],
    ["an object", { uri: SUBJECT }],
    ["a number", 1],
    ["empty", ""],
    ["no URI", "agent"],
    ["with a query", `${SUBJECT}?a`],
    ["with a fragment", `${SUBJECT}#a`],
    ["with a port", "wimse://example.com:443/agent"],
    ["with userinfo", "wimse://u@example.com/agent"],
    ["an origin", ORIGIN],
    ["not canonical", "wimse://EXAMPLE.com/agent"],
    ["with a trailing slash", `${SUBJECT}/`],
    ["with a dot segment", "wimse://example.com/../agent"],
    ["two of them", `${SUBJECT} ${SUBJECT}`],
    ["too long", `${SUBJECT}${"a".repeat(2048)}`],
  ])("CREDS-5.1.05, CREDS-5.1.4.03, CREDS-4.01, CREDS-1.3.01: whose sub is %s", async (_name, sub) => {
    await expectRefused({ claims: { sub } }, "wit_subject_invalid", "CREDS-5.1.4.03");
  });

  it("ID-P-7.1.01: with a bad sub, before anybody is asked about it", async () => {
    const asked: string[] = [];
    const spy = { get: (origin: string) => void asked.push(origin) };
    const token = makeWit({ claims: { sub: "wimse://EXAMPLE.com/agent" } });
    await expectWimseError(verify(token, { trust: spy as never }), "wit_subject_invalid");
    expect(asked).toEqual([]);
    await expectWimseError(verify(makeWit(), { trust: spy as never }), "wit_trust_domain_unknown");
    expect(asked).toEqual([ORIGIN]);
  });

  it.each([
    "wimse://example.org/agent",
    "spiffe://example.com/agent",
    "https://example.com/agent",
    "wimse://a.example.com/agent",
  ])("ID-7.3.01, ID-7.3.02, CREDS-3.01: of a trust domain that is not trusted: %s", async (sub) => {
    await expectRefused({ claims: { sub } }, "wit_trust_domain_unknown", "ID-7.3.01");
  });

  it("CREDS-9.1.01: whatever a trust store of one's own answers for its origin", async () => {
    const domain = await trust.get(ORIGIN);
    const token = makeWit({ claims: { sub: "wimse://example.org/agent" } });
    await expectWimseError(verify(token, { trust: { get: () => domain } }), "wit_trust_domain_unknown", "ID-7.3.01");
  });

  it.each<unknown>([
    undefined,
    null,
    "",
    "JWT",
    "JOSE",
    "wpt+jwt",
    "wimse-id+jwt",
    "wit+jwt; v=1",
    "application/wit+jwt;charset=utf-8",
    ["wit+jwt"],
    { "wit+jwt": 1 },
    1,
  ])("CREDS-5.1.03, CREDS-5.1.4.04, WITSVID-2.2.01, SPIFFEID-3.3.01: whose typ is %j", async (typ) => {
    await expectRefused({ header: { typ } }, "wit_type_mismatch", "CREDS-5.1.4.04");
  });

  it.each(["WIT+JWT", "application/wit+jwt", "Application/Wit+Jwt"])(
    "CREDS-11.1.01: but not for typ %s",
    async (typ) => {
      expect((await verify(makeWit({ header: { typ } }))).id.uri).toBe(SUBJECT);
    },
  );

  it.each<unknown>([
    undefined,
    null,
    "",
    "none",
    "None",
    "HS256",
    "ECDH-ES",
    "RSA-OAEP",
    "es256",
    "ES256 ",
    "ES256K",
    "foo",
    "constructor",
    "__proto__",
    ["ES256"],
    [["ES256"]],
    { name: "ES256" },
    256,
    true,
  ])("CREDS-5.1.01, CREDS-5.1.02: whose alg is %j", async (alg) => {
    await expectRefused({ header: { alg } }, "wit_algorithm_not_allowed", "CREDS-5.1.01");
  });

  it("CREDS-3.06: whose alg the trust domain does not allow", async () => {
    await expectRefused({}, "wit_algorithm_not_allowed", "CREDS-3.06", { algorithms: ["Ed25519", "ES384"] });
  });

  it.each<Record<string, unknown>>([
    { crit: ["exp"], exp: 1 },
    { crit: [] },
    { crit: null },
    { crit: "kid" },
    { b64: false, crit: ["b64"] },
    { b64: true },
  ])("CREDS-5.1.4.01, WITSVID-2.4.02: with the critical header %j", async (header) => {
    await expectRefused({ header }, "wit_critical_header_unsupported", "CREDS-5.1.4.01");
  });

  it.each<unknown>([null, 1, true, ["issuer-1"], { kid: "issuer-1" }])("whose kid is no string: %j", async (kid) => {
    await expectRefused({ header: { kid } }, "wit_malformed", "CREDS-3.07");
  });

  it.each(["ISSUER-1", "issuer-1 ", "", "issuer-2", "__proto__"])(
    "CREDS-3.07, WITSVID-2.1.02: whose kid %j is none of the domain's, though its key would verify",
    async (kid) => {
      await expectRefused({ header: { kid } }, "wit_key_not_found", "CREDS-3.07");
    },
  );

  it("CREDS-3.08: without kid, where several keys could be meant", async () => {
    const keys = jwks(issuerKey, { ...strangerKey, kid: "issuer-2" });
    await expectRefused({ header: { kid: undefined } }, "wit_key_ambiguous", "CREDS-3.08", { keys });
    expect((await verify(makeWit({ header: { kid: undefined } }))).id.uri).toBe(SUBJECT);
  });
});
