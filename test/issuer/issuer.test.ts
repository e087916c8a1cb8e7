import { describe, expect, it } from "vitest";
import { createIssuer } from "../../src/issuer/issuer.js";
import { kmsSigner } from "../../src/testing/kms-signer.js";
import { createTrustStore } from "../../src/trust/store.js";
import { decodeUnverifiedWit } from "../../src/wit/decode-unverified.js";
import { verifyWit } from "../../src/wit/verify.js";
import { AGENT, clockOf, issuerWith } from "../support/issuer-fixtures.js";
import { expectMistake, expectSilence, expectWimseError, NOW, ORIGIN, workloadKey } from "../support/wit-fixtures.js";

const cnf = workloadKey.publicJwk;
const claimsOf = (wit: string): Record<string, unknown> => decodeUnverifiedWit(wit).claims;
const kidOf = (wit: string): unknown => decodeUnverifiedWit(wit).header["kid"];

describe("issue", () => {
  it("issues what verifies with the published keys, with a random jti", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { issuer: "urn:example:issuer" });
    const first = await issuer.issue(AGENT, cnf);
    const second = await issuer.issue(AGENT, cnf);
    const trust = createTrustStore([{ origin: ORIGIN, keys: await issuer.jwks() }]);
    const verified = await verifyWit(first.wit, { trust, runtime });
    expect(verified).toMatchObject({
      tokenId: first.tokenId,
      expiresAt: first.expiresAt,
      issuer: "urn:example:issuer",
    });
    expect(first.expiresAt).toBe(NOW + 3600);
    expect(kidOf(first.wit)).toBe(first.kid);
    expect(first.tokenId).toMatch(/^[\w-]{22}$/);
    expect(second.tokenId).not.toBe(first.tokenId);
  });

  it("takes a lifetime up to the longest, and claims", async () => {
    const issuer = await issuerWith(clockOf(), { maxLifetime: 600, lifetime: 300 });
    expect(claimsOf((await issuer.issue(AGENT, cnf)).wit)["exp"]).toBe(NOW + 300);
    const { wit, tokenId } = await issuer.issue(AGENT, cnf, { lifetime: 600, claims: { jti: "mine", team: "blue" } });
    expect(claimsOf(wit)).toMatchObject({ exp: NOW + 600, jti: "mine", team: "blue" });
    expect(tokenId).toBe("mine");
    await expectMistake(issuer.issue(AGENT, cnf, { lifetime: 601 }), /lifetime/);
  });

  it("takes no claims that are no object: the characters of a text would become some", async () => {
    const issuer = await issuerWith(clockOf());
    for (const claims of ["text", ["text"], 7]) {
      await expectMistake(issuer.issue(AGENT, cnf, { claims } as never), /^issue: claims/);
    }
  });

  it.each([
    ["a sub of another trust domain", "wimse://example.org/agents/7"],
    ["a sub of another scheme", "spiffe://example.com/agents/7"],
    ["no identifier", "agents/7"],
  ])("refuses %s", async (_what, sub) => {
    await expectMistake((await issuerWith(clockOf())).issue(sub, cnf), /./);
  });

  it("says so when the key service does not sign", async () => {
    const signer = await kmsSigner();
    const keys = { create: () => ({ signer }), open: () => signer };
    const issuer = await issuerWith(clockOf(), { keys });
    signer.failNext(new Error("arn:secret"));
    await expectWimseError(issuer.issue(AGENT, cnf), "credential_unavailable");
    expect(kidOf((await issuer.issue(AGENT, cnf)).wit)).toBe(issuer.state().keys[0]?.kid);
  });
});

describe("the signal of issue", () => {
  it("ends the wait for the key service, with its reason", async () => {
    const signer = await kmsSigner();
    const issuer = await issuerWith(clockOf(), { keys: { create: () => ({ signer }), open: () => signer } });
    const reason = new Error("the caller has gone");
    await expect(issuer.issue(AGENT, cnf, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(signer.requests).toBe(0);
  });
});

describe("spiffeBundle", () => {
  const spiffe = { origin: "spiffe://example.org", profile: "wit-svid" } as const;

  it("WITSVID-6.1.01, WITSVID-6.1.02, WITSVID-6.1.03, BUNDLE-4.1.2.01, BUNDLE-4.1.2.02, BUNDLE-4.1.3.01, BUNDLE-4.2.1.01, BUNDLE-4.2.2.01: holds each key once, for wit-svid, by its own kid", async () => {
    const issuer = await createIssuer({ ...spiffe, runtime: clockOf() });
    await issuer.rotate();
    const { keys, spiffe_refresh_hint } = await issuer.spiffeBundle();
    expect(keys.map(({ use }) => use)).toEqual(["wit-svid", "wit-svid"]);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2);
    expect(keys[0]).toEqual({
      kty: "EC",
      crv: "P-256",
      x: expect.any(String),
      y: expect.any(String),
      kid: expect.any(String),
      use: "wit-svid",
    });
    expect(spiffe_refresh_hint).toBe(300);
  });

  it("BUNDLE-4.1.1.01, BUNDLE-4.1.1.02, BUNDLE-4.1.1.03: counts up whenever the keys change, and only then", async () => {
    const runtime = clockOf();
    const issuer = await createIssuer({ ...spiffe, runtime, maxLifetime: 60, clockTolerance: 0, refreshHint: 1 });
    const seen = new Map<number, string>();
    const look = async (): Promise<void> => {
      const { spiffe_sequence, ...contents } = await issuer.spiffeBundle();
      const text = JSON.stringify(contents);
      expect(seen.get(spiffe_sequence) ?? text).toBe(text);
      expect(spiffe_sequence).toBeGreaterThanOrEqual(Math.max(0, ...seen.keys()));
      seen.set(spiffe_sequence, text);
    };
    for (let second = 0; second < 100; second++) {
      runtime.setTime(NOW + second / 1e4); // faster than the clock that the number is taken from
      if (second % 10 === 0 && second < 50) await issuer.rotate();
      await look();
    }
    expect(seen.size).toBe(5);
    for (let second = 1; second < 200; second += 3) {
      runtime.setTime(NOW + second);
      await look();
    }
    expect(new Set(seen.values()).size).toBe(seen.size);
    expect([...seen.keys()].every(Number.isSafeInteger)).toBe(true);
  });

  it("is there with the profile wit-svid only", async () => {
    await expectMistake((await issuerWith(clockOf())).spiffeBundle(), /profile/);
  });
});

describe("createIssuer", () => {
  it("shows no private key", async () => {
    const issuer = await issuerWith(clockOf());
    const { keys } = await issuer.jwks();
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expectSilence(issuer, "a.b");
  });
});
