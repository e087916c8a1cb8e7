import { describe, expect, it } from "vitest";
import { createTarget } from "../../src/conformance.js";
import {
  AUDIENCE,
  ask,
  CONTEXT,
  NOW,
  newRequest,
  newWit,
  POLICY,
  perform,
  SUBJECT,
  TRUST,
  withPolicy,
} from "./support.js";

const { replay: _replay, ...NO_REPLAY } = POLICY;

describe("parseIdentifier", () => {
  it("gives the parts of an identifier", async () => {
    expect(await perform("parseIdentifier", {}, { uri: "spiffe://example.org/a/b" })).toEqual({
      id: 1,
      result: "accept",
      output: {
        uri: "spiffe://example.org/a/b",
        scheme: "spiffe",
        trustDomain: "example.org",
        path: "/a/b",
        origin: "spiffe://example.org",
      },
    });
  });

  it.each([
    ["wimse://example.com/a?b", { result: "reject", code: "identifier_forbidden_component" }],
    ["WIMSE://example.com/a", { result: "reject", code: "identifier_not_canonical" }],
    [7, { result: "error", message: "uri: a string is required" }],
    [undefined, { result: "error", message: "uri: a string is required" }],
  ])("answers for %j", async (uri, expected) => {
    expect(await perform("parseIdentifier", {}, { uri })).toEqual({ id: 1, ...expected });
  });
});

describe("verifyWit", () => {
  it("gives subject, algorithm and expiry", async () => {
    const wit = await newWit();
    expect(await perform("verifyWit", { now: NOW, trust: TRUST }, { wit })).toEqual({
      id: 1,
      result: "accept",
      output: { subject: SUBJECT, algorithm: "Ed25519", expiresAt: NOW + 3600 },
    });
  });

  it.each([
    ["the clock", { now: NOW + 3605 }, "wit_expired"],
    ["clockTolerance", { now: NOW + 3610, policy: { clockTolerance: 11 } }, undefined],
    ["maxLifetime", { policy: { maxLifetime: 3594 } }, "wit_lifetime_too_long"],
    ["trust", { trust: {} }, "wit_trust_domain_unknown"],
    [
      "issuers",
      { trust: { "wimse://example.com": { ...TRUST["wimse://example.com"], issuers: ["i"] } } },
      "wit_issuer_not_allowed",
    ],
  ])("heeds %s of the context", async (_what, context, code) => {
    const answer = await perform("verifyWit", { now: NOW, trust: TRUST, ...context }, { wit: await newWit() });
    expect(answer.code).toBe(code);
  });

  it.each([
    ["no clock", { trust: TRUST }],
    ["a clock that is no number", { now: "1", trust: TRUST }],
    ["a clock that overflows", { now: "OVERFLOW", trust: TRUST }],
    ["no trust", { now: NOW }],
    ["trust that is no object", { now: NOW, trust: [] }],
    ["a trust domain that is no object", { now: NOW, trust: { "wimse://example.com": 1 } }],
    ["a trust domain without keys", { now: NOW, trust: { "wimse://example.com": {} } }],
    ["keys that are no array", { now: NOW, trust: { "wimse://example.com": { keys: { keys: [] } } } }],
    ["an origin inside", { now: NOW, trust: { "wimse://example.com": { keys: [], origin: "wimse://other.example" } } }],
    ["an origin with a path", { now: NOW, trust: { "wimse://example.com/a": { keys: [] } } }],
    ["a symmetric key", { now: NOW, trust: { "wimse://example.com": { keys: [{ kty: "oct", k: "AA" }] } } }],
    ["an unknown option", { now: NOW, trust: { "wimse://example.com": { keys: [], audience: "x" } } }],
    ["a policy that is no object", { now: NOW, trust: TRUST, policy: 1 }],
    ["a tolerance of an hour", { now: NOW, trust: TRUST, policy: { clockTolerance: 3600 } }],
    ["a misspelt member", { now: NOW, trust: TRUST, policy: { clockTolerence: 1 } }],
    ["a member that only code can give", { now: NOW, trust: TRUST, policy: { runtime: {} } }],
  ])("answers error for %s", async (_what, context) => {
    const line = JSON.stringify({ op: "verifyWit", context, input: { wit: await newWit() } });
    const answer = await ask(createTarget(), line.replace('"OVERFLOW"', "1e999"));
    expect(answer).toEqual({ id: null, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });

  it("answers unsupported for certificates in the place of keys", async () => {
    const trust = { "spiffe://example.org": { keys: { x509: [] } } };
    expect(await perform("verifyWit", { now: NOW, trust }, { wit: "x" })).toEqual({ id: 1, result: "unsupported" });
  });

  it.each([[{}], [{ keys: {} }], ["x"], ["https://example.org/"], ["/bundle.json"], [null], [1]])(
    "answers error for the SPIFFE bundle %j, and looks for none elsewhere",
    async (spiffeBundle) => {
      const trust = { "spiffe://example.org": { keys: { spiffeBundle } } };
      const answer = await perform("verifyWit", { now: NOW, trust }, { wit: "x" });
      expect(answer).toEqual({ id: 1, result: "error", message: expect.stringMatching(/^SPIFFE bundle: /) });
    },
  );
});

describe("verifyRequest", () => {
  it("gives workload, proof, audience and the tokens that the proof covers", async () => {
    const otherTokens = { "X-User-Token": "user", "X-A": "a" };
    const input = await newRequest({ txnToken: "txn", otherTokens, headers: [["X-Not-Covered", "n"]] });
    const understoodTokens = ["x-user-token", "x-a", "x-not-covered"];
    expect(await perform("verifyRequest", withPolicy({ understoodTokens }), input)).toEqual({
      id: 1,
      result: "accept",
      output: {
        workload: SUBJECT,
        proof: "wpt",
        revision: "wpt-02",
        audience: AUDIENCE,
        tokens: ["txn-token", "x-a", "x-user-token"],
      },
    });
  });

  it.each([
    ["one audience as a string", { audience: AUDIENCE }, undefined],
    ["audience", { audience: ["https://other.example.com/"] }, "wpt_audience_mismatch"],
    ["proofs", { proofs: ["wpt"] }, undefined],
    ["maxProofLifetime", { maxProofLifetime: 54 }, "wpt_lifetime_too_long"],
    ["maxLifetime", { maxLifetime: 60 }, "wit_lifetime_too_long"],
    ["allow: exactly", { allow: { exactly: SUBJECT } }, undefined],
    ["allow: exactly another", { allow: { exactly: "wimse://example.com/other" } }, "workload_not_authorized"],
    ["allow: memberOf", { allow: { memberOf: "wimse://example.com" } }, undefined],
    ["allow: memberOf another", { allow: { memberOf: "spiffe://example.com" } }, "workload_not_authorized"],
    ["allow: under", { allow: { under: SUBJECT } }, undefined],
    ["allow: under another", { allow: { under: "wimse://example.com/age" } }, "workload_not_authorized"],
    ["allow: anyOf", { allow: { anyOf: [{ under: "wimse://example.com/x" }, { exactly: SUBJECT }] } }, undefined],
    ["allow: anyOf nothing", { allow: { anyOf: [] } }, "workload_not_authorized"],
    ["older formats that the request does not have", { compat: ["wpt-01", "http-signature-06"] }, undefined],
  ])("heeds %s of the policy", async (_what, policy, code) => {
    const answer = await perform("verifyRequest", withPolicy(policy), await newRequest());
    expect([answer.result, answer.code]).toEqual([code === undefined ? "accept" : "reject", code]);
  });

  it.each([
    ["no audience", withPolicy({ audience: undefined })],
    ["an empty list of audiences", withPolicy({ audience: [] })],
    ["an unknown replay store", withPolicy({ replay: "redis" })],
    ["an unknown kind of proof", withPolicy({ proofs: ["dpop"] })],
    ["an empty list of proofs", withPolicy({ proofs: [] })],
    ["an unknown kind beside http-signature", withPolicy({ proofs: ["http-signature", "dpop"] })],
    ["an unknown older format", withPolicy({ compat: ["wpt-00"] })],
    ["older formats that are no list", withPolicy({ compat: "wpt-01" })],
    ["a matcher that is no object", withPolicy({ allow: SUBJECT })],
    ["an empty matcher", withPolicy({ allow: {} })],
    ["two matchers in one", withPolicy({ allow: { exactly: SUBJECT, under: SUBJECT } })],
    ["an unknown matcher", withPolicy({ allow: { everybody: true } })],
    ["a matcher without an identifier", withPolicy({ allow: { exactly: 5 } })],
    ["anyOf without a list", withPolicy({ allow: { anyOf: {} } })],
    ["anyOf null", withPolicy({ allow: { anyOf: [null] } })],
    ["no clock", { ...CONTEXT, now: undefined }],
  ])("answers error for a context with %s", async (_what, context) => {
    const answer = await perform("verifyRequest", context, await newRequest());
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });

  it.each([
    ["no target", { target: undefined }],
    ["no method", { method: 5 }],
    ["another scheme", { scheme: "ftp" }],
    ["headers that are no list", { headers: {} }],
    ["a header line that is no pair", { headers: ["Host: a"] }],
    ["a header line of one string", { headers: [["Host"]] }],
    ["a header line of three strings", { headers: [["Host", "a", "b"]] }],
    ["a header value that is no string", { headers: [["Host", 5]] }],
    ["a body that is no string", { body: 5 }],
    ["a body that is not base64", { body: "%%%%" }],
    ["a body in base64url", { body: "-_-_" }],
    ["a body without padding", { body: "YQ" }],
    ["a body with stray bits", { body: "YR==" }],
  ])("answers error for an input with %s", async (_what, change) => {
    const answer = await perform("verifyRequest", CONTEXT, { ...(await newRequest()), ...change });
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });

  it.each([[undefined], [null], [""], ["YQ=="], ["+/+/"]])("accepts the body %j", async (body) => {
    expect(await perform("verifyRequest", CONTEXT, { ...(await newRequest()), body })).toMatchObject({
      result: "accept",
    });
  });

  it("takes https for the scheme, and no headers for none", async () => {
    expect(await perform("verifyRequest", CONTEXT, { method: "GET", target: "/" })).toMatchObject({
      code: "wit_missing",
    });
  });
});

describe("between two resets", () => {
  it("a used proof stays used, under another policy and another clock too", async () => {
    const target = createTarget();
    const input = await newRequest();
    const verify = async (context: unknown): Promise<unknown> => {
      const answer = await ask(target, { op: "verifyRequest", context, input });
      return answer.code ?? answer.result;
    };
    expect(await verify(withPolicy({ replay: "unchecked" }))).toBe("accept");
    expect(await verify(CONTEXT)).toBe("accept");
    expect(await verify(CONTEXT)).toBe("wpt_replayed");
    expect(await verify({ ...(CONTEXT as object), policy: NO_REPLAY })).toBe("wpt_replayed"); // "memory" by default
    expect(await verify({ ...(CONTEXT as object), now: NOW + 10 })).toBe("wpt_replayed");
    expect(await verify(withPolicy({ maxLifetime: 7200 }))).toBe("wpt_replayed");
    expect(await verify({ ...(CONTEXT as object), now: NOW + 65 })).toBe("wpt_expired");
    expect(await ask(target, { id: "r", reset: true })).toEqual({ id: "r", result: "accept", output: {} });
    expect(await verify(CONTEXT)).toBe("accept");
  });

  it("a request that is refused uses nothing up", async () => {
    const target = createTarget();
    const input = await newRequest();
    const verify = (context: unknown): Promise<unknown> => ask(target, { op: "verifyRequest", context, input });
    expect(await verify(withPolicy({ allow: { anyOf: [] } }))).toMatchObject({ code: "workload_not_authorized" });
    expect(await verify(CONTEXT)).toMatchObject({ result: "accept" });
  });

  it("any number of contexts may pass by", async () => {
    const target = createTarget();
    const input = await newRequest();
    for (let i = 0; i < 80; i++) {
      const context = withPolicy({ maxLifetime: 7200 + i });
      const { code = "accept" } = await ask(target, { op: "verifyRequest", context, input });
      expect(code).toBe(i === 0 ? "accept" : "wpt_replayed");
    }
  });

  it("a context may set the clock back after a reset", async () => {
    const target = createTarget();
    await ask(target, { op: "verifyRequest", context: { ...CONTEXT, now: NOW + 1e6 }, input: await newRequest() });
    await ask(target, { reset: true });
    expect(await ask(target, { op: "verifyRequest", context: CONTEXT, input: await newRequest() })).toMatchObject({
      result: "accept",
    });
  });
});
