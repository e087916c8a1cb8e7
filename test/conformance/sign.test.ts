import { describe, expect, it } from "vitest";
import {
  AGENT_KEY,
  AUDIENCE,
  CONTEXT,
  ISSUER_KEY,
  NOW,
  newWit,
  perform,
  publicHalf,
  SUBJECT,
  TRUST,
  withPolicy,
} from "./support.js";

const RUNTIME = { runtime: { now: NOW, random: "000102030405060708090a0b0c0d0e0f" } };
const WIT = { sub: SUBJECT, cnf: publicHalf(AGENT_KEY) };
const ISSUE = { wit: WIT, options: { kid: "k1" }, key: ISSUER_KEY };

const payload = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split(".")[1] ?? "", "base64url").toString());

describe("issueWit", () => {
  it("issues a WIT that verifies, the same one each time", async () => {
    const first = await perform("issueWit", RUNTIME, ISSUE);
    expect(await perform("issueWit", RUNTIME, ISSUE)).toEqual(first);
    const { wit } = first.output ?? {};
    expect(await perform("verifyWit", { now: NOW, trust: TRUST }, { wit })).toMatchObject({
      output: { subject: SUBJECT, expiresAt: NOW + 3600 },
    });
  });

  it("takes claims, lifetime and profile", async () => {
    const options = { kid: "k1", lifetime: 60, profile: "wit" };
    const answer = await perform("issueWit", RUNTIME, {
      ...ISSUE,
      wit: { ...WIT, claims: { iss: "i", a: [1] } },
      options,
    });
    expect(payload(answer.output?.["wit"])).toMatchObject({ iss: "i", a: [1], exp: NOW + 60 });
  });

  it.each([
    ["an identifier that may not be issued", { ...ISSUE, wit: { ...WIT, sub: "wimse://example.com/a!" } }],
    ["no subject", { ...ISSUE, wit: { cnf: WIT.cnf } }],
    ["a private key in cnf", { ...ISSUE, wit: { ...WIT, cnf: AGENT_KEY } }],
    ["an unknown member", { ...ISSUE, wit: { ...WIT, aud: "x" } }],
    ["claims that are a list", { ...ISSUE, wit: { ...WIT, claims: [1] } }],
    ["a SPIFFE profile for another scheme", { ...ISSUE, options: { kid: "k1", profile: "wit-svid" } }],
    ["a signer among the options", { ...ISSUE, options: { kid: "k1", signer: {} } }],
    ["options that are no object", { ...ISSUE, options: 5 }],
    ["no key", { ...ISSUE, key: undefined }],
    ["a public key", { ...ISSUE, key: publicHalf(ISSUER_KEY) }],
    ["no wit", { options: { kid: "k1" }, key: ISSUER_KEY }],
  ])("answers error for %s", async (_what, input) => {
    const answer = await perform("issueWit", RUNTIME, input);
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });
});

describe("signWpt", () => {
  const request = { audience: AUDIENCE, txnToken: "t", otherTokens: { "x-a": "a" } };

  it("makes a proof of the given time and random bytes", async () => {
    const answer = await perform("signWpt", RUNTIME, {
      request,
      wit: await newWit(),
      key: AGENT_KEY,
      options: { lifetime: 30 },
    });
    expect(payload(answer.output?.["wpt"])).toEqual({
      aud: AUDIENCE,
      exp: NOW + 30,
      jti: "AAECAwQFBgcICQoLDA0ODw",
      wth: expect.any(String),
      tth: expect.any(String),
      oth: { "x-a": expect.any(String) },
    });
  });

  it("takes the time of the context, and random bytes of the platform", async () => {
    const input = { request: { audience: AUDIENCE }, wit: await newWit(), key: AGENT_KEY };
    const [a, b] = [await perform("signWpt", { now: NOW }, input), await perform("signWpt", { now: NOW }, input)];
    expect(payload(a.output?.["wpt"])["exp"]).toBe(NOW + 60);
    expect(a.output?.["wpt"]).not.toBe(b.output?.["wpt"]);
  });

  it("takes the time of the platform where none is given", async () => {
    const wit = await newWit();
    const answer = await perform("signWpt", {}, { request: { audience: AUDIENCE }, wit, key: AGENT_KEY });
    expect(["accept", "reject"]).toContain(answer.result); // whether the WIT has expired depends on the day
  });

  it("rejects a key that is not the WIT's, and a WIT that is none", async () => {
    const input = { request, wit: await newWit(), key: ISSUER_KEY };
    expect(await perform("signWpt", RUNTIME, input)).toMatchObject({ code: "credential_key_mismatch" });
    expect(await perform("signWpt", RUNTIME, { ...input, wit: "x" })).toMatchObject({ code: "wit_malformed" });
    const late = { runtime: { ...RUNTIME.runtime, now: NOW + 3600 } };
    expect(await perform("signWpt", late, { ...input, key: AGENT_KEY })).toMatchObject({ code: "credential_expired" });
  });

  it.each([
    ["too few random bytes", { runtime: { now: NOW, random: "00" } }, {}],
    ["random bytes that are not hex", { runtime: { now: NOW, random: "0g" } }, {}],
    ["half a byte", { runtime: { now: NOW, random: "000" } }, {}],
    ["random bytes that are no string", { runtime: { now: NOW, random: 5 } }, {}],
    ["a time that is none", { runtime: { now: "x" } }, {}],
    ["an unknown member of the runtime", { runtime: { clock: 5 } }, {}],
    ["no audience", RUNTIME, { request: {} }],
    ["tokens that are no object", RUNTIME, { request: { audience: AUDIENCE, otherTokens: "ab" } }],
    ["a token that is no string", RUNTIME, { request: { audience: AUDIENCE, otherTokens: { a: 1 } } }],
    ["a Txn-Token that is null", RUNTIME, { request: { audience: AUDIENCE, txnToken: null } }],
    ["no WIT", RUNTIME, { wit: undefined }],
    ["a lifetime of an hour", RUNTIME, { options: { lifetime: 3600 } }],
  ])("answers error for %s", async (_what, context, change) => {
    const input = { request: { audience: AUDIENCE }, wit: await newWit(), key: AGENT_KEY, ...change };
    const answer = await perform("signWpt", context, input);
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });
});

describe("signRequest", () => {
  const REQUEST = {
    method: "POST",
    url: "https://svc.example.com/orders/42?x=1",
    headers: [
      ["Content-Type", "text/plain"],
      ["Txn-Token", "t"],
    ],
    body: "aGVsbG8=",
    key: AGENT_KEY,
    options: { proof: "wpt" },
  };

  it("gives the lines that signing adds, and they verify", async () => {
    const answer = await perform("signRequest", RUNTIME, { ...REQUEST, wit: await newWit() });
    const added = answer.output?.["headers"] as [string, string][];
    expect(added.map(([name]) => name)).toEqual(["authorization", "workload-identity-token"]);
    const input = {
      method: "POST",
      target: "/orders/42?x=1",
      headers: [...added, ["Txn-Token", "t"]],
      body: REQUEST.body,
    };
    expect(await perform("verifyRequest", CONTEXT, input)).toMatchObject({
      output: { workload: SUBJECT, tokens: ["txn-token"] },
    });
  });

  it.each<[object, string[], object]>([
    [{}, ["content-digest"], { proof: "http-signature", revision: "http-signature-07" }],
    [{ revision: "http-signature-06" }, ["content-digest"], { proof: "http-signature", revision: "http-signature-06" }],
    [{ proof: "wpt", revision: "wpt-01" }, [], { proof: "wpt", revision: "wpt-01" }],
  ])("takes the options %j", async (options, lines, expected) => {
    const request = { ...REQUEST, wit: await newWit(), options };
    const answer = await perform("signRequest", RUNTIME, request);
    expect(await perform("signRequest", RUNTIME, request)).toEqual(answer);
    const added = answer.output?.["headers"] as [string, string][];
    const proof = "proof" in options ? ["workload-proof-token"] : ["signature", "signature-input"];
    expect(added.map(([name]) => name)).toEqual([...lines, "workload-identity-token", ...proof].sort());
    const headers = [...REQUEST.headers, ...added];
    const input = { method: "POST", target: "/orders/42?x=1", headers, body: REQUEST.body };
    const context = withPolicy({ compat: ["wpt-01", "http-signature-06"] });
    expect(await perform("verifyRequest", context, input)).toMatchObject({
      output: { workload: SUBJECT, ...expected },
    });
  });

  it("rejects content that is too long", async () => {
    const options = { maxBodyBytes: 4 };
    const answer = await perform("signRequest", RUNTIME, { ...REQUEST, wit: await newWit(), options });
    expect(answer).toMatchObject({ result: "reject", code: "body_too_large" });
  });

  it.each([
    ["no url", { url: undefined }],
    ["a url that is none", { url: "orders" }],
    ["no method", { method: undefined }],
    ["a method that fetch refuses", { method: "TRACE" }],
    ["content in a GET", { method: "GET" }],
    ["a header name that is none", { headers: [["a b", "c"]] }],
    ["credentials of its own", { headers: [["Authorization", "Bearer x"]] }],
    ["an unknown kind of proof", { options: { proof: "dpop" } }],
    ["an unknown option", { options: { proof: "wpt", runtime: {} } }],
    [
      "WPT-2.20: a token to bind in two lines",
      {
        headers: [
          ["X-User-Token", "a"],
          ["x-user-token", "b"],
        ],
        options: { proof: "wpt", boundTokens: ["X-USER-Token"] },
      },
    ],
    ["tokens to bind that are no list", { options: { proof: "wpt", boundTokens: "Txn-Token" } }],
    ["an older form of the other kind", { options: { proof: "wpt", revision: "http-signature-06" } }],
  ])("answers error for %s", async (_what, change) => {
    const answer = await perform("signRequest", RUNTIME, { ...REQUEST, wit: await newWit(), ...change });
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });

  it("rejects plain http", async () => {
    const answer = await perform("signRequest", RUNTIME, {
      ...REQUEST,
      wit: await newWit(),
      url: "http://example.com/",
    });
    expect(answer).toMatchObject({ result: "reject", code: "credential_insecure_target" });
  });
});
