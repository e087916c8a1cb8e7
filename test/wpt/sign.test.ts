import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { createCredential, type WorkloadCredential } from "../../src/credential.js";
import { createTestIssuer, kmsSigner } from "../../src/testing.js";
import { type SignWptOptions, signWpt, type WptContent } from "../../src/wpt.js";
import { AGENT, AUDIENCE, createWorld, mistake, NOW, ORIGIN, outcomeOf } from "../support/wpt-fixtures.js";

const { credential, forgeWit, issuer, key, runtime, wit } = await createWorld();
const hash = (value: string): string => createHash("sha256").update(value).digest("base64url");
const sign = (content: Partial<WptContent> = {}, options: SignWptOptions = {}): Promise<string> =>
  signWpt({ audience: AUDIENCE, ...content }, credential, { runtime, ...options });
const claimsOf = async (...args: Parameters<typeof sign>) => decodeJwt(await sign(...args));

describe("what a WPT says", () => {
  it("WPT-2.05, WPT-2.06, WPT-2.07: the header is alg of the WIT's key and typ, and nothing else", async () => {
    expect(decodeProtectedHeader(await sign())).toEqual({ alg: "ES256", typ: "wpt+jwt" });
  });

  it("WPT-2.08, WPT-2.10, WPT-2.12, WPT-2.14: the claims are aud, exp, jti and wth, and nothing else", async () => {
    expect(await claimsOf()).toEqual({ aud: AUDIENCE, exp: NOW + 60, jti: expect.any(String), wth: hash(wit) });
  });

  it("WPT-2.13: jti is 128 random bits of the runtime, drawn for each proof", async () => {
    const random = { ...runtime, randomBytes: (length: number) => new Uint8Array(length).fill(0xfb) };
    expect((await claimsOf({}, { runtime: random })).jti).toBe("-_v7-_v7-_v7-_v7-_v7-w");
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await claimsOf()).jti));
    expect(new Set(ids).size).toBe(20);
  });

  it("WPT-2.16, WPT-2.18, WPT-2.19: tth and oth are hashes of the trimmed values, by lower-case name", async () => {
    const txnToken = "eyJhIjoxfQ.e30.c2ln";
    const claims = await claimsOf({
      txnToken: ` ${txnToken} `,
      otherTokens: { "X-Custom-Token": "\ta b ", "x-c": "d" },
    });
    expect(claims["tth"]).toBe(hash(txnToken));
    expect(claims["oth"]).toEqual({ "x-custom-token": hash("a b"), "x-c": hash("d") });
    expect(await claimsOf({ otherTokens: {} })).not.toHaveProperty("oth");
  });

  it("a field called __proto__ is bound like any other", async () => {
    const wpt = await sign({ otherTokens: JSON.parse('{"__proto__":"a"}') });
    expect(Buffer.from(wpt.split(".")[1] ?? "", "base64url").toString()).toContain(
      `"oth":{"__proto__":"${hash("a")}"}`,
    );
  });
});

describe("how long a WPT lives", () => {
  it.each([
    [undefined, 60],
    [1, 1],
    [30.2, 31],
    [300, 300],
  ])(
    "WPT-2.11, WPT-3.1.2.01, CREDS-9.3.2.01, WITSVID-7.2.01, WITSVID-7.2.02: lifetime %s: %d seconds",
    async (lifetime, seconds) => {
      expect((await claimsOf({}, lifetime === undefined ? {} : { lifetime })).exp).toBe(NOW + seconds);
    },
  );

  it.each([0, 0.9, -1, 300.5, 301, 86400, Number.NaN, Number.POSITIVE_INFINITY, "60", null])(
    "WPT-2.11: a lifetime of %j is refused",
    async (lifetime) => {
      await expect(sign({}, { lifetime: lifetime as number })).rejects.toMatchObject(mistake);
    },
  );

  it("counts from the second in which it is made", async () => {
    expect((await claimsOf({}, { runtime: { ...runtime, now: () => NOW + 0.9 } })).exp).toBe(NOW + 60);
  });

  it("WPT-3.2.03, CREDS-9.5.03: signs until the WIT's exp, and not from then on, not even within its last second", async () => {
    const brief = await createCredential(await forgeWit({ claims: { exp: NOW + 10.5 } }), key);
    const at = (now: number) =>
      outcomeOf(signWpt({ audience: AUDIENCE }, brief, { runtime: { ...runtime, now: () => now } }));
    expect(await at(NOW + 10.4)).toBe("accepted");
    expect(await at(NOW + 10.5)).toBe("credential_expired");
    expect(await at(NOW + 10.6)).toBe("credential_expired");
    expect(await at(NOW + 11)).toBe("credential_expired");
  });
});

describe("the caller's mistakes", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["only a string", AUDIENCE],
    ["WPT-2.08: no audience", {}],
    ["WPT-2.08: an empty audience", { audience: "" }],
    ["WPT-2.08: two audiences", { audience: [AUDIENCE, AUDIENCE] }],
    ["an unknown member", { audience: AUDIENCE, jti: "mine" }],
    ["an empty Txn-Token", { audience: AUDIENCE, txnToken: " " }],
    ["a Txn-Token that is no string", { audience: AUDIENCE, txnToken: 1 }],
    ["a Txn-Token with a line end", { audience: AUDIENCE, txnToken: "a\nb" }],
    ["WPT-2.2.05: two Txn-Tokens", { audience: AUDIENCE, txnToken: "a.b.c, d.e.f" }],
    ["a Txn-Token with a space", { audience: AUDIENCE, txnToken: "a b" }],
    ["an empty other token", { audience: AUDIENCE, otherTokens: { "x-a": "" } }],
    ["another token that is no string", { audience: AUDIENCE, otherTokens: { "x-a": null } }],
    ["another token beyond ASCII", { audience: AUDIENCE, otherTokens: { "x-a": "é" } }],
    ["another token with a tab inside", { audience: AUDIENCE, otherTokens: { "x-a": "a\tb" } }],
    ["another token after the line end", { audience: AUDIENCE, otherTokens: { "x-a": "a\r\nb: c" } }],
    ["a name that is no field name", { audience: AUDIENCE, otherTokens: { "x a": "b" } }],
    ["an empty name", { audience: AUDIENCE, otherTokens: { "": "b" } }],
    ["WPT-2.15: the Txn-Token as another token", { audience: AUDIENCE, otherTokens: { "txn-token": "b" } }],
    ["an access token as another token", { audience: AUDIENCE, otherTokens: { Authorization: "b" } }],
    ["the WIT as another token", { audience: AUDIENCE, otherTokens: { "Workload-Identity-Token": "b" } }],
    ["a name twice", { audience: AUDIENCE, otherTokens: { "x-a": "b", "X-A": "b" } }],
  ])("content: %s", async (_what, content) => {
    await expect(signWpt(content as WptContent, credential, { runtime })).rejects.toMatchObject(mistake);
  });

  it.each<[string, object]>([
    ["otherTokens: names of header fields", { "x a": "b" }],
    ["otherTokens: this field is bound in another way, or not at all", { "Txn-Token": "b" }],
    ["otherTokens: two members name the same field", { "x-a": "b", "X-A": "b" }],
    ["otherTokens: a token is non-empty visible ASCII", { "x-a": "" }],
  ])("other tokens: %s", async (message, others) => {
    const otherTokens = others as Record<string, string>;
    await expect(sign({ otherTokens })).rejects.toMatchObject({ ...mistake, message });
  });

  it("options: an unknown one, an unusable runtime", async () => {
    await expect(sign({}, { ttl: 60 } as SignWptOptions)).rejects.toMatchObject(mistake);
    await expect(sign({}, { runtime: { now: () => NOW } } as unknown as SignWptOptions)).rejects.toMatchObject(mistake);
  });

  it("a credential that createCredential did not make", async () => {
    const forged = [undefined, null, {}, { wit, signer: key }, Object.create(credential), new Proxy(credential, {})];
    for (const one of forged) {
      await expect(signWpt({ audience: AUDIENCE }, one as WorkloadCredential, { runtime })).rejects.toMatchObject(
        mistake,
      );
    }
  });
});

it("the platform's clock and randomness are the default", async () => {
  const { exp, jti } = decodeJwt(
    await signWpt({ audience: AUDIENCE }, await (await createTestIssuer(ORIGIN)).credential(AGENT)),
  );
  expect(Math.abs(Number(exp) - 60 - Date.now() / 1000)).toBeLessThan(10);
  expect(jti).toMatch(/^[\w-]{22}$/);
});

it("waiting for a remote key ends when the signal says so", async () => {
  const remote = await kmsSigner();
  const own = await createCredential(await issuer.issue(AGENT, remote.publicJwk), remote);
  const controller = new AbortController();
  remote.pause();
  const pending = signWpt({ audience: AUDIENCE }, own, { runtime, signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(pending).rejects.toThrow("enough");
});
