import { describe, expect, it } from "vitest";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { generateKey } from "../../src/crypto/signer.js";
import {
  AGENT,
  type EnrolmentChanges,
  enrolment,
  post,
  SERVER,
  type TestServer,
  testServer,
} from "../support/issuer-fixtures.js";
import { encode, NOW, ORIGIN, strangerKey, workloadKey } from "../support/wit-fixtures.js";
import { rawProof, refusalOf } from "./refused-support.js";

it("the proof by hand is good as it is", async () => {
  const world = await testServer();
  const response = await world.server(await enrolment(world, { proof: rawProof(world.token, {}) }));
  expect(response.status).toBe(200);
});

const long = { jwk: { kty: "RSA", n: Buffer.alloc(513, 0xc5).toString("base64url"), e: "AQAB", alg: "RS256" } };
const weak = { jwk: { kty: "RSA", n: Buffer.alloc(128, 0xc5).toString("base64url"), e: "AQAB", alg: "RS256" } };
const { publicJwk } = workloadKey;

describe("an enrolment is refused", () => {
  it.each<[string, string, Parameters<typeof rawProof>[1]]>([
    [
      "for a key that somebody else has",
      "enrolment_signature_invalid",
      { claims: { cnf: { jwk: strangerKey.publicJwk } } },
    ],
    ["when another key signed the proof", "enrolment_signature_invalid", { key: strangerKey }],
    ["for another server", "enrolment_audience_mismatch", { claims: { aud: "https://id.example.org/enrol" } }],
    ["for another endpoint", "enrolment_audience_mismatch", { claims: { aud: `${SERVER}/renew` } }],
    ["for several servers", "enrolment_audience_mismatch", { claims: { aud: [`${SERVER}/enrol`] } }],
    ["without audience", "enrolment_audience_mismatch", { claims: { aud: undefined } }],
    ["after the proof's time", "enrolment_expired", { claims: { iat: NOW - 65, exp: NOW - 5 } }],
    ["before the proof's time", "enrolment_expired", { claims: { iat: NOW + 6, exp: NOW + 66 } }],
    ["with a proof that lives too long", "enrolment_expired", { claims: { exp: NOW + 301 } }],
    ["without exp", "enrolment_malformed", { claims: { exp: undefined } }],
    ["without iat", "enrolment_malformed", { claims: { iat: undefined } }],
    ["with a time that is text", "enrolment_malformed", { claims: { exp: `${NOW + 60}` } }],
    ["without jti", "enrolment_malformed", { claims: { jti: undefined } }],
    ["with an empty jti", "enrolment_malformed", { claims: { jti: "" } }],
    ["with a jti that is a number", "enrolment_malformed", { claims: { jti: 7 } }],
    ["with a jti that is too long", "enrolment_malformed", { claims: { jti: "x".repeat(129) } }],
    [
      "for a workload of another trust domain",
      "enrolment_subject_invalid",
      { claims: { sub: "wimse://example.org/agents/7" } },
    ],
    [
      "for a workload of another scheme",
      "enrolment_subject_invalid",
      { claims: { sub: "spiffe://example.com/agents/7" } },
    ],
    [
      "for an identifier that is not canonical",
      "enrolment_subject_invalid",
      { claims: { sub: `${ORIGIN}/agents/../admin` } },
    ],
    ["for no identifier", "enrolment_subject_invalid", { claims: { sub: undefined } }],
    ["for a list of one identifier", "enrolment_subject_invalid", { claims: { sub: [AGENT] } }],
    ["for what the policy denies", "enrolment_denied", { claims: { sub: `${ORIGIN}/admin` } }],
    ["with a proof for another token", "enrolment_bootstrap_refused", { claims: { bth: sha256Base64url("another") } }],
    ["with a proof for no token", "enrolment_bootstrap_refused", { claims: { bth: undefined } }],
    ["without a signature", "enrolment_key_invalid", { header: { alg: "none" } }],
    ["with an HMAC", "enrolment_key_invalid", { header: { alg: "HS256" } }],
    ["with another alg than the key's", "enrolment_key_invalid", { header: { alg: "ES384" } }],
    ["for a weak key", "enrolment_key_invalid", { claims: { cnf: weak } }],
    [
      "for a key that makes everybody work",
      "enrolment_key_invalid",
      { header: { alg: "RS256" }, claims: { cnf: long } },
    ],
    [
      "for a symmetric key",
      "enrolment_key_invalid",
      { claims: { cnf: { jwk: { kty: "oct", k: "c2VjcmV0", alg: "HS256" } } } },
    ],
    [
      "for a key with its private half",
      "enrolment_key_invalid",
      { claims: { cnf: { jwk: { ...workloadKey.privateJwk, alg: "ES256" } } } },
    ],
    ["for a key without alg", "enrolment_key_invalid", { claims: { cnf: { jwk: { ...publicJwk, alg: undefined } } } }],
    ["for a key that encrypts", "enrolment_key_invalid", { claims: { cnf: { jwk: { ...publicJwk, use: "enc" } } } }],
    ["for no key", "enrolment_key_invalid", { claims: { cnf: undefined } }],
    ["for a key in the header", "enrolment_key_invalid", { header: { jwk: publicJwk }, claims: { cnf: undefined } }],
    ["with a token of another type", "enrolment_malformed", { header: { typ: "wpt+jwt" } }],
    ["with a critical header", "enrolment_malformed", { header: { crit: ["exp"] } }],
  ])("%s: %s", async (_what, code, changes) => {
    const world = await testServer();
    const { status, ...refusal } = await refusalOf(
      world,
      await enrolment(world, { proof: rawProof(world.token, changes) }),
    );
    expect(refusal).toEqual({ code });
    expect(status).toBe(/bootstrap|denied/.test(code) ? 403 : 400);
    expect(world.events).toMatchObject([{ outcome: "refused", code }]);
    // nothing was used up
    expect((await world.server(await enrolment(world))).status).toBe(200);
  });

  it("for a key of an algorithm that WIT-SVIDs do not have", async () => {
    const world = await testServer({ issuing: { origin: "spiffe://example.org", profile: "wit-svid" } });
    const key = await generateKey("Ed25519");
    const request = await enrolment(world, { key, sub: "spiffe://example.org/agents/7" });
    expect(await refusalOf(world, request)).toEqual({ status: 400, code: "enrolment_key_invalid" });
  });

  it.each<[string, string, number, (world: TestServer) => unknown]>([
    ["text", "enrolment_malformed", 400, () => "proof"],
    ["an array", "enrolment_malformed", 400, () => []],
    [
      "a member twice",
      "enrolment_malformed",
      400,
      () => '{"proof":"a","proof":"a","bootstrap":{"type":"a","value":"b"}}',
    ],
    [
      "a member too many",
      "enrolment_malformed",
      400,
      () => ({ proof: "a", bootstrap: { type: "a", value: "b" }, sub: AGENT }),
    ],
    ["no bootstrap", "enrolment_malformed", 400, () => ({ proof: "a" })],
    ["a bootstrap without value", "enrolment_malformed", 400, () => ({ proof: "a", bootstrap: { type: "a" } })],
    [
      "a proof that is no token",
      "enrolment_malformed",
      400,
      ({ token }) => ({ proof: "a.b", bootstrap: { type: "enrolment-token", value: token } }),
    ],
    [
      "a proof that is too long",
      "enrolment_malformed",
      400,
      ({ token }) => ({ proof: "a".repeat(16_385), bootstrap: { type: "enrolment-token", value: token } }),
    ],
    ["too much", "body_too_large", 413, () => ({ proof: "a".repeat(41_000), bootstrap: { type: "a", value: "b" } })],
    ["nothing", "enrolment_malformed", 400, () => ""],
  ])("when it holds %s: %s", async (_what, code, status, body) => {
    const world = await testServer();
    expect(await refusalOf(world, post("/enrol", body(world)))).toEqual({ status, code });
  });

  it("when a page of another origin could have sent it", async () => {
    const world = await testServer();
    const request = await enrolment(world);
    request.headers.set("Content-Type", "text/plain");
    expect(await refusalOf(world, request)).toEqual({ status: 400, code: "enrolment_malformed" });
  });

  it.each<[string, EnrolmentChanges & { token?: string }]>([
    ["with a token that is not known", { token: "wimse_enrol_unknown" }],
    ["with an empty token", { token: "" }],
    ["with a token that is endless", { token: "x".repeat(5000) }],
    ["by a check that the server does not have", { type: "jwt" }],
    ["by a name that every object has", { type: "constructor" }],
  ])("%s: enrolment_bootstrap_refused", async (_what, { token, ...changes }) => {
    const world = await testServer();
    const request = await enrolment({ ...world, token: token ?? world.token }, changes);
    expect(await refusalOf(world, request)).toEqual({ status: 403, code: "enrolment_bootstrap_refused" });
    expect(world.events).toMatchObject([{ outcome: "refused", code: "enrolment_bootstrap_refused" }]);
  });

  it("with a token that was used up, and with one that is too old", async () => {
    const world = await testServer();
    await world.server(await enrolment(world));
    expect(await refusalOf(world, await enrolment(world))).toMatchObject({ code: "enrolment_bootstrap_refused" });
    const late = await testServer();
    late.runtime.setTime(NOW + 3600);
    expect(await refusalOf(late, await enrolment(late))).toMatchObject({ code: "enrolment_bootstrap_refused" });
  });

  it("with a token for one enrolment that two workloads use at the same moment", async () => {
    const world = await testServer();
    const requests = await Promise.all([enrolment(world), enrolment(world), enrolment(world)]);
    const responses = await Promise.all(requests.map((request) => world.server(request)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
  });

  it("when it is repeated", async () => {
    const world = await testServer({ uses: 9 });
    const request = await enrolment(world);
    expect((await world.server(request.clone())).status).toBe(200);
    expect(await refusalOf(world, request)).toEqual({ status: 400, code: "enrolment_replayed" });
  });
});

it("no refusal shows what was sent", async () => {
  const world = await testServer();
  const secret = encode("a secret that nobody may read in an answer");
  const response = await world.server(post("/enrol", { proof: secret, bootstrap: { type: secret, value: secret } }));
  expect(await response.text()).not.toContain(secret);
  expect(JSON.stringify(world.events)).not.toContain(secret);
});
