import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";
import { createTrustDomain, type TrustDomain } from "../../src/trust/trust-domain.js";
import { WitCache } from "../../src/wit/cache.js";
import { checkWit } from "../../src/wit/check.js";
import { type VerifiedWit, verifiedWitFields } from "../../src/wit/verified-wit.js";
import { caughtFrom, issuerKey, jwks, makeWit, NOW, ORIGIN, type WitChanges } from "../support/wit-fixtures.js";

const rules = { clockTolerance: 5, maxLifetime: 86_400 };

/** A domain whose key source gives its keys up when told to. */
function makeDomain(): { domain: TrustDomain; removeKeys(): void } {
  const source = staticJwks(jwks(issuerKey));
  let removed = false;
  const keys = { select: source.select, holds: (key: never) => !removed && source.holds(key) };
  return {
    domain: createTrustDomain({ origin: ORIGIN, keys }),
    removeKeys() {
      removed = true;
    },
  };
}

async function cached(cache: WitCache, domain: TrustDomain, changes: WitChanges = {}, now = NOW) {
  const token = makeWit(changes);
  const wit = await checkWit(token, { get: () => domain }, rules, { now: () => now });
  cache.set(token, wit);
  return { token, wit };
}

/** "valid", "changed" or the code. */
async function judge(
  cache: WitCache,
  { token, wit }: { token: string; wit: VerifiedWit },
  domain: TrustDomain | undefined,
  now: number,
  other = rules,
): Promise<string> {
  expect(cache.get(token)).toBe(wit);
  let answer: boolean;
  try {
    answer = cache.stillValid(token, wit, domain, other, now);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return answer ? "valid" : "changed";
}

describe("a remembered WIT", () => {
  it("is that of its token and of no other", async () => {
    const cache = new WitCache(10);
    const { domain } = makeDomain();
    const one = await cached(cache, domain);
    const two = await cached(cache, domain, { claims: { sub: "wimse://example.com/b" } });
    expect(cache.get(one.token)).toBe(one.wit);
    expect(cache.get(two.token)).toBe(two.wit);
    const near = [
      `${one.token} `,
      one.token.slice(0, -1),
      one.token.toUpperCase(),
      one.token.slice(0, one.token.lastIndexOf(".")),
      makeWit({ claims: { jti: "x" } }),
      "",
      "constructor",
      "__proto__",
    ];
    for (const token of near) expect(cache.get(token)).toBeUndefined();
    expect(verifiedWitFields(one.wit).hash).not.toBe(verifiedWitFields(two.wit).hash);
  });

  it.each([0, 5, 120])(
    "CREDS-5.1.4.08, WITSVID-3.4.03: is over when it expires, tolerance %d",
    async (clockTolerance) => {
      const { domain } = makeDomain();
      const other = { ...rules, clockTolerance };
      const end = NOW + 3600 + clockTolerance;
      const cache = new WitCache(10);
      const entry = await cached(cache, domain);
      expect(await judge(cache, entry, domain, end - 0.001, other)).toBe("valid");
      expect(await judge(cache, entry, domain, end, other)).toBe("wit_expired");
      expect(cache.get(entry.token)).toBeUndefined(); // forgotten
      expect(cache.size).toBe(0);
    },
  );

  it("WITSVID-3.5.02: is not valid yet after the clock went back", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain, { claims: { nbf: NOW } });
    expect(await judge(cache, entry, domain, NOW - 5)).toBe("valid");
    expect(await judge(cache, entry, domain, NOW - 5.001)).toBe("wit_not_yet_valid");
    expect(await judge(cache, entry, domain, NOW)).toBe("valid"); // kept: its time comes
  });

  it("CREDS-9.3.1.02: lives too long after the clock went back", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain);
    const earliest = NOW + 3600 - 86_405;
    expect(await judge(cache, entry, domain, earliest)).toBe("valid");
    expect(await judge(cache, entry, domain, earliest - 1)).toBe("wit_lifetime_too_long");
  });

  it("CREDS-3.04: falls with the key that signed it", async () => {
    const { domain, removeKeys } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain);
    expect(await judge(cache, entry, domain, NOW)).toBe("valid");
    removeKeys();
    expect(await judge(cache, entry, domain, NOW)).toBe("changed");
    expect(cache.get(entry.token)).toBeUndefined();
  });

  it("CREDS-3.01: falls when its trust domain is replaced, by one that says the same as well", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain);
    expect(await judge(cache, entry, { ...domain }, NOW)).toBe("changed");
    expect(cache.get(entry.token)).toBeUndefined();
  });

  it("ID-7.3.01: falls when its trust domain is trusted no more", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain);
    expect(await judge(cache, entry, undefined, NOW)).toBe("changed");
    expect(cache.get(entry.token)).toBeUndefined();
  });

  it("is verified anew, and not called expired, when both happened", async () => {
    const { domain, removeKeys } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain);
    removeKeys();
    expect(await judge(cache, entry, domain, NOW + 9999)).toBe("changed");
  });

  it.each<[number, WimseErrorCode | "valid"]>([
    [NOW + 3605, "wit_expired"],
    [NOW + 3604.9, "valid"],
  ])("at %d is judged as it would be anew", async (now, expected) => {
    const { domain } = makeDomain();
    const cache = new WitCache(10);
    const entry = await cached(cache, domain);
    expect(await judge(cache, entry, domain, now)).toBe(expected);
    const anew = checkWit(entry.token, { get: () => domain }, rules, { now: () => now });
    if (expected === "valid") await anew;
    else expect(await caughtFrom(anew)).toMatchObject({ code: expected });
  });

  it("must be one", () => {
    const { domain } = makeDomain();
    expect(() => new WitCache(10).stillValid("x", {} as never, domain, rules, NOW)).toThrow(/VerifiedWit is required/);
  });
});

describe("what is remembered", () => {
  it("has a bound, and what is used stays", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(4);
    const entry = await cached(cache, domain);
    for (let i = 0; i < 20; i++) {
      cache.set(`token ${i}`, entry.wit);
      expect(cache.size).toBeLessThanOrEqual(4);
      expect(cache.get(entry.token)).toBe(entry.wit);
      expect(cache.get(`token ${i}`)).toBe(entry.wit);
    }
    expect(cache.size).toBeLessThanOrEqual(4);
    expect(cache.get("token 0")).toBeUndefined();
    expect(cache.maxEntries).toBe(4);
  });

  it("fills two generations and then forgets the older one", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(4);
    const { wit } = await cached(cache, domain);
    const fresh = new WitCache(4);
    for (const token of ["a", "b", "c", "d"]) fresh.set(token, wit);
    expect(fresh.size).toBe(4);
    fresh.set("e", wit);
    expect(fresh.size).toBe(3); // c, d; e
    expect(["a", "b", "c", "d", "e"].map((token) => fresh.get(token) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it("moves to the younger generation, and is not counted twice", async () => {
    const { domain } = makeDomain();
    const cache = new WitCache(6);
    const { wit } = await cached(new WitCache(2), domain);
    for (const token of ["a", "b", "c", "d"]) cache.set(token, wit);
    expect(cache.get("a")).toBe(wit);
    expect(cache.size).toBe(4);
    cache.set("e", wit); // a, d, e
    cache.set("f", wit); // drops b and c
    expect([cache.size, cache.get("a"), cache.get("b")]).toEqual([4, wit, undefined]);
  });

  it("is little when only one is to be remembered", async () => {
    const { domain } = makeDomain();
    const { wit } = await cached(new WitCache(2), domain);
    const cache = new WitCache(1);
    for (const token of ["a", "b", "c"]) cache.set(token, wit);
    expect(cache.size).toBeLessThanOrEqual(2);
    expect(cache.get("c")).toBe(wit);
  });
});
