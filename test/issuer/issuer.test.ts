import { describe, expect, it } from "vitest";
import { createCredential } from "../../src/credential/credential.js";
import { generateKey } from "../../src/crypto/signer.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { createVerifier } from "../../src/exchange/verifier.js";
import { createIssuer, type Issuer } from "../../src/issuer/issuer.js";
import type { IssuerOptions } from "../../src/issuer/issuer-options.js";
import { kmsSigner } from "../../src/testing/kms-signer.js";
import { createTrustStore } from "../../src/trust/store.js";
import { decodeUnverifiedWit } from "../../src/wit/decode-unverified.js";
import { verifyWit } from "../../src/wit/verify.js";
import { AGENT, clockOf, issuerWith } from "../support/issuer-fixtures.js";
import { expectMistake, expectSilence, expectWimseError, NOW, ORIGIN, workloadKey } from "../support/wit-fixtures.js";

const cnf = workloadKey.publicJwk;
const claimsOf = (wit: string): Record<string, unknown> => decodeUnverifiedWit(wit).claims;
const kidOf = (wit: string): unknown => decodeUnverifiedWit(wit).header["kid"];
const statuses = (issuer: Issuer): string[] => issuer.state().keys.map(({ status }) => status);
const kids = async (issuer: Issuer): Promise<unknown[]> => (await issuer.jwks()).keys.map(({ kid }) => kid);

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

describe("rotation", () => {
  it("FED-4.1.01, FED-4.1.02: publishes a key three refresh intervals before it signs", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { refreshHint: 100 });
    const old = (await issuer.issue(AGENT, cnf)).kid;
    const { kid, status, activeFrom } = await issuer.rotate();
    expect([status, activeFrom]).toEqual(["published", NOW + 300]);
    expect(await kids(issuer)).toEqual([old, kid]);
    runtime.setTime(NOW + 299);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(old);
    runtime.setTime(NOW + 300);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(kid);
    expect(statuses(issuer)).toEqual(["retiring", "active"]);
  });

  it("FED-4.1.03: keeps a key until the last WIT that it can have signed is over everywhere, and no longer", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, {
      maxLifetime: 1000,
      clockTolerance: 30,
      refreshHint: 10,
      publishAhead: 10,
    });
    const { kid } = await issuer.rotate();
    const [old] = await kids(issuer);
    runtime.setTime(NOW + 10);
    await issuer.jwks(); // the new key takes over
    runtime.setTime(NOW + 10 + 1029);
    expect(await kids(issuer)).toEqual([old, kid]);
    runtime.setTime(NOW + 10 + 1030);
    expect(await kids(issuer)).toEqual([kid]);
  });

  it("rotates by the clock, without anybody asking", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { rotateEvery: 3600, refreshHint: 60 });
    expect(issuer.state().nextRotationAt).toBe(NOW + 3600);
    runtime.setTime(NOW + 3600);
    await expect.poll(() => statuses(issuer)).toEqual(["active", "published"]);
    runtime.setTime(NOW + 3780);
    await expect.poll(() => statuses(issuer)).toEqual(["retiring", "active"]);
    await issuer.close();
    runtime.setTime(NOW + 9000);
    expect(issuer.state().keys).toHaveLength(2);
  });

  it("publishes one key twice and two at once: each signs when its time has come", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { refreshHint: 10, publishAhead: 30 });
    const first = await issuer.rotate();
    runtime.setTime(NOW + 10);
    const second = await issuer.rotate();
    runtime.setTime(NOW + 30);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(first.kid);
    runtime.setTime(NOW + 40);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(second.kid);
  });

  it("drops a key at once that was overtaken before it ever signed", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { refreshHint: 10, publishAhead: 10 });
    await issuer.rotate();
    const { kid } = await issuer.rotate();
    runtime.setTime(NOW + 10);
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(kid);
    expect(statuses(issuer)).toEqual(["retiring", "active"]);
  });

  it("goes on with its key while no new one can be made, and tries again", async () => {
    const runtime = clockOf();
    let broken = false;
    const keys = {
      async create() {
        if (broken) throw new Error("arn:secret");
        return { signer: await generateKey() };
      },
      open: () => Promise.reject(new Error("never")),
    };
    const issuer = await issuerWith(runtime, { keys, rotateEvery: 3600 });
    broken = true;
    runtime.setTime(NOW + 3600);
    await expect.poll(() => issuer.state().failure).toBe("a new key cannot be made");
    expect((await issuer.issue(AGENT, cnf)).kid).toBe(issuer.state().keys[0]?.kid);
    await expectWimseError(issuer.rotate(), "credential_unavailable", undefined, "arn:secret");
    broken = false;
    runtime.setTime(NOW + 3610);
    await expect.poll(() => statuses(issuer)).toEqual(["active", "published"]);
    expect(issuer.state().failure).toBeUndefined();
  });

  it("withdraws a key at once, the one that signs too, and what it signed is refused in the same process", async () => {
    const runtime = clockOf();
    const issuer = await issuerWith(runtime);
    const trust = createTrustStore([{ origin: ORIGIN, keys: issuer.keySource() }]);
    const verifier = createVerifier({ trust, audience: "https://a.example/", replay: "unchecked", runtime });
    const key = await generateKey();
    const { wit, kid } = await issuer.issue(AGENT, key.publicJwk);
    const credential = await createCredential(wit, key);
    const signed = async (): Promise<Request> =>
      (await signRequest(new Request("https://a.example/"), credential, { runtime })).request;
    await verifier.verify(await signed());
    await issuer.rotate();
    await verifier.verify(await signed()); // a key more changes nothing for those that stay
    await issuer.withdraw(kid);
    expect(statuses(issuer)).toEqual(["active"]);
    await expectWimseError(async () => verifier.verify(await signed()), "wit_key_not_found");
    expect((await issuer.issue(AGENT, cnf)).kid).not.toBe(kid);
    await issuer.withdraw(issuer.state().keys[0]?.kid ?? "");
    expect(statuses(issuer)).toEqual(["active"]);
    await expectMistake(issuer.withdraw(kid), /no such key/);
  });

  it("publishes no more than a hundred keys", async () => {
    const issuer = await issuerWith(clockOf(), { algorithm: "Ed25519" });
    for (let i = 1; i < 100; i++) await issuer.rotate();
    await expectMistake(issuer.rotate(), /100 keys/);
    expect(await kids(issuer)).toHaveLength(100);
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
  it.each<[string, Partial<IssuerOptions> | Record<string, unknown>, RegExp]>([
    ["an origin", { origin: "https://example.com/x" }, /origin|scheme|identifier/i],
    ["a profile", { profile: "svid" }, /profile/],
    ["wit-svid of another scheme", { profile: "wit-svid" }, /SPIFFE/],
    ["an algorithm", { algorithm: "HS256" }, /algorithm/],
    [
      "an algorithm of the profile",
      { origin: "spiffe://e.org", profile: "wit-svid", algorithm: "Ed25519" },
      /algorithm/,
    ],
    ["a lifetime of a day at most", { maxLifetime: 86_401 }, /maxLifetime/],
    ["a lifetime below the longest", { maxLifetime: 60, lifetime: 61 }, /lifetime/],
    ["keys that are published before they can be known", { refreshHint: 300, publishAhead: 299 }, /publishAhead/],
    ["rotation that leaves too many keys", { rotateEvery: 10 }, /rotateEvery/],
    ["the issuer's name", { issuer: 7 }, /issuer/],
    ["key functions", { keys: {} }, /keys/],
    ["store functions", { store: {} }, /store/],
    ["option names", { rotate: 5 }, /unknown option/],
    [
      "a key of the profile",
      {
        origin: "spiffe://e.org",
        profile: "wit-svid",
        keys: { create: async () => ({ signer: await generateKey("Ed25519") }), open: () => undefined },
      },
      /profile/,
    ],
  ])("checks %s", async (_what, options, message) => {
    await expectMistake(createIssuer({ origin: ORIGIN, runtime: clockOf(), ...options } as IssuerOptions), message);
  });

  it("wants an object", async () => {
    await expectMistake(createIssuer(undefined as unknown as IssuerOptions), /origin/);
  });

  it("shows no private key", async () => {
    const issuer = await issuerWith(clockOf());
    const { keys } = await issuer.jwks();
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expectSilence(issuer, "a.b");
  });
});
