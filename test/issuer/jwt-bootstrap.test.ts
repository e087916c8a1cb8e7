import type { JWK } from "jose";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { type JwtBootstrapOptions, jwtBootstrap } from "../../src/issuer/jwt-bootstrap.js";
import type { KeySource } from "../../src/trust/key-source/key-source.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import {
  clock,
  expectMistake,
  expectWimseError,
  issuerKey,
  jwks,
  keyFor,
  NOW,
  signRaw,
  strangerKey,
} from "../support/wit-fixtures.js";

const options = {};

describe("JWTs of another issuer", () => {
  const ISSUER = "https://cluster.example";
  const AUDIENCE = "https://id.example.com";
  const SUBJECT = "system:serviceaccount:shop:orders";
  const rs256 = keyFor("RS256");
  const checkWith = (changes: Partial<JwtBootstrapOptions> = {}) =>
    jwtBootstrap({ issuer: ISSUER, audience: AUDIENCE, keys: jwks(issuerKey, rs256), runtime: clock(), ...changes });
  const claims = { iss: ISSUER, aud: [AUDIENCE], sub: SUBJECT, exp: NOW + 600, nbf: NOW };
  const token = (header: object = {}, changes: object = {}, key = issuerKey): string =>
    signRaw({ alg: key.alg, kid: key.kid, ...header }, { ...claims, ...changes }, key);

  it.each([
    ["as a Kubernetes cluster makes them", token()],
    ["with a typ", token({ typ: "JWT" })],
    ["with one audience", token({}, { aud: AUDIENCE })],
    ["with RS256", token({}, {}, rs256)],
    ["with a media type in full", token({ typ: "application/jwt" })],
    ["without nbf", token({}, { nbf: undefined })],
    ["without kid, where one key can be meant", token({ kid: undefined })],
  ])("vouch for their subject %s", async (_what, jwt) => {
    const { caller } = await checkWith().check(jwt, options);
    expect(caller).toMatchObject({ type: "jwt", name: SUBJECT, claims: { iss: ISSUER, sub: SUBJECT } });
  });

  it.each<[string, string]>([
    ["expired", token({}, { exp: NOW - 5 })],
    ["without exp", token({}, { exp: undefined })],
    ["with an exp that is text", token({}, { exp: `${NOW + 60}` })],
    ["that live too long", token({}, { exp: NOW + 86_400 + 6 })],
    ["not valid yet", token({}, { nbf: NOW + 6 })],
    ["of another issuer", token({}, { iss: "https://other.example" })],
    ["without issuer", token({}, { iss: undefined })],
    ["for another audience", token({}, { aud: "https://other.example" })],
    ["for a longer audience", token({}, { aud: `${AUDIENCE}.evil.example` })],
    ["for another audience too", token({}, { aud: [AUDIENCE, "https://other.example"] })],
    ["for the same audience twice", token({}, { aud: [AUDIENCE, AUDIENCE] })],
    ["for nobody", token({}, { aud: [] })],
    ["without audience", token({}, { aud: undefined })],
    ["without subject", token({}, { sub: undefined })],
    ["with an empty subject", token({}, { sub: "" })],
    ["of another key", token({}, {}, strangerKey)],
    ["of an unknown key", token({ kid: "nobody's" })],
    ["with a kid that is no text", token({ kid: 7 })],
    ["without signature", token({ alg: "none" })],
    ["with an HMAC", token({ alg: "HS256" })],
    ["with an algorithm that is not on the list", token({}, {}, keyFor("ES384"))],
    ["that are access tokens", token({ typ: "at+jwt" })],
    ["that are WITs", token({ typ: "wit+jwt" })],
    ["with a typ that is a list", token({ typ: ["JWT"] })],
    ["with an nbf that is text", token({}, { nbf: `${NOW}` })],
    ["with a critical header", token({ crit: ["exp"] })],
    ["that are none", "a.b"],
    ["that are too long", "a".repeat(16_385)],
  ])("do not vouch when they are tokens %s", async (_what, jwt) => {
    await expectWimseError(async () => checkWith().check(jwt, options), "enrolment_bootstrap_refused", undefined, jwt);
  });

  it("do not vouch with an algorithm that is not on the list, though the issuer has a key of it", async () => {
    const es384 = keyFor("ES384");
    const keys = jwks(issuerKey, es384);
    const jwt = token({}, {}, es384);
    await expectWimseError(async () => checkWith({ keys }).check(jwt, options), "enrolment_bootstrap_refused");
    expect((await checkWith({ keys, algorithms: ["ES384"] }).check(jwt, options)).caller.name).toBe(SUBJECT);
  });

  it("have their key asked for by a kid that is text, for an algorithm on the list, with the signal of the check", async () => {
    const known = staticJwks(jwks(issuerKey));
    const asked: unknown[] = [];
    const keys: KeySource = {
      ...known,
      select: (kid, algorithm, given) => {
        asked.push([kid, given]);
        return known.select(kid, algorithm);
      },
    };
    const { check } = checkWith({ keys });
    const { signal } = new AbortController();
    await check(token(), { signal });
    await check(token(), options);
    for (const header of [{ kid: 7 }, { kid: null }, { kid: [issuerKey.kid] }, { alg: "ES384" }, { alg: "none" }]) {
      await expectWimseError(async () => check(token(header), options), "enrolment_bootstrap_refused");
    }
    expect(asked).toEqual([
      [issuerKey.kid, { signal }],
      [issuerKey.kid, undefined],
    ]);
  });

  it("vouch with several audiences only where that is allowed, and this one is among them", async () => {
    const lax = checkWith({ allowSeveralAudiences: true });
    const both = token({}, { aud: ["https://other.example", AUDIENCE] });
    expect((await lax.check(both, options)).caller.name).toBe(SUBJECT);
    const others = token({}, { aud: ["https://other.example", "https://third.example"] });
    await expectWimseError(async () => lax.check(others, options), "enrolment_bootstrap_refused");
  });

  it("say so when the issuer's keys are away, start them on the clock of the check, and fail closed else", async () => {
    let started: unknown;
    const runtime = clock();
    const away = (error: Error) => ({
      select: () => Promise.reject(error),
      holds: () => false,
      start: (given: unknown) => {
        started = given;
      },
    });
    const known = checkWith({ keys: away(new WimseError("trust_keys_unavailable", "away")), runtime });
    expect(started).toBe(runtime);
    await expectWimseError(async () => known.check(token(), options), "trust_keys_unavailable");
    const foreign = checkWith({ keys: away(new Error("secret")) });
    await expectWimseError(
      async () => foreign.check(token(), options),
      "enrolment_bootstrap_refused",
      undefined,
      "secret",
    );
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["an issuer", { issuer: "" }, /issuer/],
    ["an audience", { audience: undefined }, /audience/],
    ["keys", { keys: undefined }, /keys/],
    ["sound keys", { keys: { keys: [issuerKey.privateJwk as JWK] } }, /private/],
    ["asymmetric algorithms", { algorithms: ["HS256"] }, /algorithms/],
    ["some algorithm", { algorithms: [] }, /algorithms/],
    ["known algorithms only", { algorithms: ["ES256", "none"] }, /algorithms/],
    ["an array of algorithms", { algorithms: "ES256" }, /algorithms/],
    ["a plain yes or no on audiences", { allowSeveralAudiences: "yes" }, /allowSeveralAudiences/],
    ["known options", { jwksUri: "https://x" }, /unknown option/],
  ])("want %s", async (_what, changes, message) => {
    await expectMistake(() => checkWith(changes as never), message);
  });
});
