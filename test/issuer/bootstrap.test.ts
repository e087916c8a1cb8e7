import type { JWK } from "jose";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { sha256Base64url } from "../../src/crypto/digest.js";
import { createEnrolmentToken, type EnrolmentTokenRecord, enrolmentTokens } from "../../src/issuer/enrolment-tokens.js";
import { type JwtBootstrapOptions, jwtBootstrap } from "../../src/issuer/jwt-bootstrap.js";
import { clockOf } from "../support/issuer-fixtures.js";
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

describe("enrolment tokens", () => {
  it("are long, differ, and are kept as a hash only", () => {
    const runtime = clockOf();
    const [a, b] = [createEnrolmentToken({ label: "a", runtime }), createEnrolmentToken({ label: "a", runtime })];
    expect(a.token).toMatch(/^wimse_enrol_[\w-]{43}$/);
    expect(a.token).not.toBe(b.token);
    expect(a.record).toEqual({ hash: sha256Base64url(a.token), label: "a", expiresAt: NOW + 3600, uses: 1 });
  });

  it("are good for so many uses, each of which is saved before it counts", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", uses: 2, runtime });
    const saved: (readonly EnrolmentTokenRecord[])[] = [];
    const tokens = enrolmentTokens([record], { runtime, save: (records) => void saved.push(records) });
    expect(await (await tokens.check(token, options)).claim?.()).toBe(true);
    const last = await tokens.check(token, options);
    expect(await last.claim?.()).toBe(true);
    expect(await last.claim?.()).toBe(false);
    expect(saved.map((records) => records.map(({ uses }) => uses))).toEqual([[1], []]);
    await expectWimseError(() => tokens.check(token, options), "enrolment_bootstrap_refused", undefined, token);
    await last.release?.();
    expect((await tokens.check(token, options)).caller).toEqual({ type: "enrolment-token", name: "a" });
  });

  it("are not used up by a use that cannot be saved", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", runtime });
    let full = true;
    const tokens = enrolmentTokens([record], {
      runtime,
      save: () => (full ? Promise.reject(new Error("disk")) : undefined),
    });
    const grant = await tokens.check(token, options);
    await expectWimseError(async () => grant.claim?.(), "issuer_state_unavailable");
    full = false;
    expect(await grant.claim?.()).toBe(true);
  });

  it("are saved in order: an earlier saving that takes longer brings no use back", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", uses: 2, runtime });
    const written: (() => void)[] = [];
    let file: readonly EnrolmentTokenRecord[] = [record];
    const save = (records: readonly EnrolmentTokenRecord[]): Promise<void> =>
      new Promise((done) => {
        written.push(() => {
          file = records;
          done();
        });
      });
    const tokens = enrolmentTokens([record], { runtime, save });
    const grants = [await tokens.check(token, options), await tokens.check(token, options)];
    const claims = Promise.all(grants.map((grant) => grant.claim?.()));
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
      written.pop()?.(); // the latest first
    }
    expect(await claims).toEqual([true, true]);
    expect(file).toEqual([]);
  });

  it("end by the clock, also between check and use", async () => {
    const runtime = clockOf();
    const { token, record } = createEnrolmentToken({ label: "a", lifetime: 10, runtime });
    const tokens = enrolmentTokens([record], { runtime });
    const grant = await tokens.check(token, options);
    runtime.setTime(NOW + 10);
    expect(await grant.claim?.()).toBe(false);
    await expectWimseError(() => tokens.check(token, options), "enrolment_bootstrap_refused");
  });

  it("are texts, and nothing else is one", async () => {
    const tokens = enrolmentTokens([createEnrolmentToken({ label: "a" }).record]);
    await expectWimseError(() => tokens.check(7 as never, options), "enrolment_bootstrap_refused");
  });

  it.each<[string, () => unknown, RegExp]>([
    ["a function that saves", () => enrolmentTokens([], { save: "x" as never }), /save/],
    ["a label", () => createEnrolmentToken({ label: "" }), /label/],
    ["whole uses", () => createEnrolmentToken({ label: "a", uses: 1.5 }), /uses/],
    ["some uses", () => createEnrolmentToken({ label: "a", uses: 0 }), /uses/],
    ["a lifetime of a month at most", () => createEnrolmentToken({ label: "a", lifetime: 31 * 86_400 }), /lifetime/],
    ["records", () => enrolmentTokens([{ hash: "x" } as EnrolmentTokenRecord]), /records/],
    ["an array of records", () => enrolmentTokens("x" as never), /records/],
    ["no endless list", () => enrolmentTokens(Array(1001).fill(createEnrolmentToken({ label: "a" }).record)), /1000/],
  ])("want %s", async (_what, run, message) => {
    await expectMistake(run, message);
  });
});

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
    ["with a critical header", token({ crit: ["exp"] })],
    ["that are none", "a.b"],
    ["that are too long", "a".repeat(16_385)],
  ])("do not vouch when they are tokens %s", async (_what, jwt) => {
    await expectWimseError(async () => checkWith().check(jwt, options), "enrolment_bootstrap_refused", undefined, jwt);
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
    ["a plain yes or no on audiences", { allowSeveralAudiences: "yes" }, /allowSeveralAudiences/],
    ["known options", { jwksUri: "https://x" }, /unknown option/],
  ])("want %s", async (_what, changes, message) => {
    await expectMistake(() => checkWith(changes as never), message);
  });
});
