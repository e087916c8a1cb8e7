import { describe, expect, it } from "vitest";
import { VerifiedWit } from "../../src/wit/verified-wit.js";
import { type VerifyWitOptions, verifyWit } from "../../src/wit/verify.js";
import {
  clock,
  expectMistake,
  expectWimseError,
  makeTrust,
  makeWit,
  NOW,
  ORIGIN,
  SUBJECT,
  signRaw,
  witClaims,
  witHeader,
  workloadKey,
} from "../support/wit-fixtures.js";

const trust = makeTrust();

function verify(token: string, options: Partial<VerifyWitOptions> = {}): Promise<VerifiedWit> {
  return verifyWit(token, { trust, runtime: clock(), ...options });
}

describe("a WIT that verifies", () => {
  it("CREDS-7.02, ID-7.2.01, SPIFFEID-3.2.01: names the workload of its sub, and the key to prove", async () => {
    const { kty, crv, x, y } = workloadKey.publicJwk;
    const wit = await verify(makeWit({ claims: { iss: "https://issuer.example", jti: "t1", nbf: NOW } }));
    expect(wit).toBeInstanceOf(VerifiedWit);
    expect(wit.id).toMatchObject({ uri: SUBJECT, origin: ORIGIN, trustDomain: "example.com", path: "/agent" });
    expect(wit).toMatchObject({
      issuer: "https://issuer.example",
      tokenId: "t1",
      algorithm: "ES256",
      expiresAt: NOW + 3600,
    });
    expect(wit.confirmation.algorithm).toBe("ES256");
    expect(wit.confirmation.jwk).toEqual({ kty, crv, x, y, alg: "ES256" });
    expect(wit.confirmation.thumbprint).toMatch(/^[\w-]{43}$/);
    expect(wit.claims).toMatchObject({ sub: SUBJECT, exp: NOW + 3600 });
  });

  it.each(["wimse://example.com", "spiffe://example.com", "x-own://example.com"])(
    "CREDS-5.1.19: may name its workload in the scheme of %s",
    async (origin) => {
      const token = makeWit({ claims: { sub: `${origin}/agent` } });
      expect((await verify(token, { trust: makeTrust({ origin }) })).id.origin).toBe(origin);
    },
  );

  it("CREDS-5.1.04, CREDS-5.1.07, CREDS-5.1.3.02, WITSVID-3.5.01: needs no iss, jti, nbf or iat", async () => {
    const wit = await verify(makeWit());
    expect([wit.issuer, wit.tokenId]).toEqual([undefined, undefined]);
  });

  it("CREDS-5.1.2.04, CREDS-5.1.4.07: may hold claims, header parameters and key members that nobody knows", async () => {
    const wit = await verify(
      makeWit({
        header: { "x-unknown": [1], jku: "https://evil.example/keys", x5u: "https://evil.example", x5c: ["AA"] },
        claims: {
          cnf: { jwk: { ...workloadKey.publicJwk, ext: true, "x-unknown": {} }, kid: 7, jkt: "x" },
          "https://example.com/team": { deep: [1, { a: null }] },
          aud: "https://example.org",
        },
      }),
    );
    expect(wit.claims["https://example.com/team"]).toEqual({ deep: [1, { a: null }] });
    expect(Object.keys(wit.confirmation.jwk).sort()).toEqual(["alg", "crv", "kty", "x", "y"]);
  });

  it("ID-5.05: takes its identity from nothing but sub", async () => {
    const wit = await verify(
      makeWit({
        claims: {
          iss: "wimse://example.com/issuer",
          client_id: "wimse://example.com/other",
          act: { sub: "wimse://example.com/other" },
        },
      }),
    );
    expect(wit.id.uri).toBe(SUBJECT);
  });

  it("is not changed by members that JavaScript takes for something else", async () => {
    const claims = JSON.stringify(witClaims()).slice(1);
    const cnf = JSON.stringify(workloadKey.publicJwk).slice(1);
    const wit = await verify(
      signRaw(
        `{"__proto__":{"crit":["x"],"kid":7},"constructor":{"prototype":{"typ":"x"}},${JSON.stringify(witHeader()).slice(1)}`,
        `{"__proto__":{"sub":"wimse://example.com/admin","nbf":9e15},"constructor":1,${claims.replace(
          /"cnf":.*$/,
          `"cnf":{"__proto__":{"jwk":1},"jwk":{"__proto__":{"d":"AA"},"constructor":{"d":1},${cnf}}}`,
        )}`,
      ),
    );
    expect(wit.id.uri).toBe(SUBJECT);
    expect(wit.confirmation.jwk).toEqual(workloadKey.publicJwk);
    expect(({} as { sub?: unknown }).sub).toBeUndefined();
    expect(Object.getPrototypeOf(wit.claims)).toBe(Object.prototype);
  });
});

describe("trust that cannot be asked", () => {
  const failing = () => Promise.reject(new Error("ECONNREFUSED to the store with token abc"));

  it("CREDS-3.01: is trust_keys_unavailable, for the store and for its keys", async () => {
    const domain = await trust.get(ORIGIN);
    if (!domain) throw new Error("no domain");
    const stores = [
      { get: failing },
      {
        get: (): never => {
          throw new Error("sync");
        },
      },
      { get: () => ({ ...domain, keys: { holds: () => true, select: failing } }) },
    ];
    for (const store of stores) {
      await expectWimseError(
        verify(makeWit(), { trust: store }),
        "trust_keys_unavailable",
        "CREDS-3.01",
        "ECONNREFUSED",
      );
    }
  });

  it("gets the caller's signal, and no other option", async () => {
    const domain = await trust.get(ORIGIN);
    if (!domain) throw new Error("no domain");
    const seen: unknown[] = [];
    const store = {
      async get(_origin: string, options?: object) {
        seen.push(options);
        const select: typeof domain.keys.select = (kid, algorithm, options) => {
          seen.push(options);
          return domain.keys.select(kid, algorithm);
        };
        return { ...domain, keys: { holds: () => true, select } };
      },
    };
    const { signal } = new AbortController();
    await verify(makeWit(), { trust: store, signal });
    expect(seen).toEqual([{ signal }, { signal }]);
    expect((seen[0] as { signal: unknown }).signal).toBe(signal);
    await verify(makeWit(), { trust: store });
    expect(seen.slice(2)).toEqual([undefined, undefined]);
  });
});

describe("revocation", () => {
  it("is asked last, on every call, with the verified WIT", async () => {
    const asked: unknown[] = [];
    const { signal } = new AbortController();
    const options = {
      isRevoked: (wit: VerifiedWit, context: object) => {
        asked.push([wit.id.uri, context]);
        return false;
      },
    };
    const token = makeWit();
    await verify(token, options);
    await verify(token, { ...options, signal });
    await expectWimseError(verify(makeWit({ claims: { cnf: {} } }), options), "wit_confirmation_invalid");
    expect(asked).toStrictEqual([
      [SUBJECT, {}],
      [SUBJECT, { signal }],
    ]);
  });

  it.each<[string, () => unknown]>([
    ["true", () => true],
    ["true, later", async () => true],
    ["nothing", () => undefined],
    ["null", () => null],
    ["a string", () => "no"],
    ["a rejection", () => Promise.reject(new Error("down, token abc"))],
    [
      "an exception",
      () => {
        throw new Error("down");
      },
    ],
  ])("refuses the WIT when the answer is %s", async (_name, isRevoked) => {
    await expectWimseError(
      verify(makeWit(), { isRevoked: isRevoked as never }),
      "wit_revoked",
      undefined,
      "token abc.down",
    );
  });
});

describe("verifyWit", () => {
  it.each<[string, unknown, unknown, RegExp]>([
    ["a token that is no string", 1, { trust }, /^verifyWit: the token is a string$/],
    ["no token", undefined, { trust }, /^verifyWit: the token is a string$/],
    ["no options", "x", undefined, /^verifyWit: an object is required$/],
    ["options that are null", "x", null, /^verifyWit: an object is required$/],
    ["no trust", "x", {}, /^trust: a trust store is required$/],
    ["trust that is null", "x", { trust: null }, /^trust: a trust store is required$/],
    ["trust that is a list", "x", { trust: [{ origin: ORIGIN }] }, /^trust: a trust store is required$/],
    ["an unknown option", "x", { trust, audience: "a" }, /^verifyWit: unknown option "audience"$/],
    ["a clock tolerance over 120 s", "x", { trust, clockTolerance: 121 }, /^clockTolerance: /],
    ["a negative clock tolerance", "x", { trust, clockTolerance: -1 }, /^clockTolerance: /],
    ["a lifetime of nothing", "x", { trust, maxLifetime: 0 }, /^maxLifetime: /],
    ["an endless lifetime", "x", { trust, maxLifetime: Number.POSITIVE_INFINITY }, /^maxLifetime: /],
    ["a lifetime that is no number", "x", { trust, maxLifetime: "1 day" }, /^maxLifetime: /],
    ["a runtime that is none", "x", { trust, runtime: {} }, /^runtime: /],
  ])("refuses %s", async (_name, token, options, message) => {
    await expectMistake(verifyWit(token as string, options as VerifyWitOptions), message);
  });

  it("uses the clock of the platform when none is given", async () => {
    await expectWimseError(verifyWit(makeWit({ claims: { exp: 1 } }), { trust }), "wit_expired");
  });
});
