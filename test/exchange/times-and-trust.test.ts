import { describe, expect, it } from "vitest";
import { createTestIssuer } from "../../src/testing.js";
import { createTrustStore } from "../../src/trust.js";
import { AGENT, createWorld, NOW, ORIGIN, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();

describe("times of a request", () => {
  it.each([
    ["at its exp", { exp: NOW + 60 }, 60, "accepted"],
    ["within the tolerance", { exp: NOW + 60 }, 64.999, "accepted"],
    ["after it", { exp: NOW + 60 }, 65, "wpt_expired"],
    ["long before nbf", { exp: NOW + 60, nbf: NOW + 5.5 }, 0, "wpt_not_yet_valid"],
    ["just before nbf", { exp: NOW + 60, nbf: NOW + 5.5 }, 0.5, "accepted"],
    ["with 305 seconds left", { exp: NOW + 310 }, 5, "accepted"],
    ["with more left", { exp: NOW + 310 }, 4.9, "wpt_lifetime_too_long"],
  ])("WPT-2.29, WPT-2.30, WPT-3.1.2.02: a proof %s", async (_what, claims, after, expected) => {
    const own = await createWorld();
    const request = await own.request({ wpt: await own.wpt({ claims }) });
    own.runtime.setTime(NOW + after);
    expect(await outcomeOf(own.verifier().verify(request))).toBe(expected);
  });

  it.each([
    ["clockTolerance of the policy, for WPTs", { clockTolerance: 0 }, "wpt_expired"],
    ["maxProofLifetime of the policy", { maxProofLifetime: 1, clockTolerance: 120 }, "accepted"],
    ["maxProofLifetime of the policy, exceeded", { maxProofLifetime: 1, clockTolerance: 3 }, "wpt_lifetime_too_long"],
    ["maxLifetime of the policy, for WITs", { maxLifetime: 60 }, "wit_lifetime_too_long"],
  ])("%s counts", async (_what, changes, expected) => {
    const exp = "maxProofLifetime" in changes ? NOW + 5 : NOW - 3;
    const request = await world.request({ wpt: await world.wpt({ claims: { exp } }) });
    expect(await outcomeOf(world.verifier(changes).verify(request))).toBe(expected);
  });
});

describe("stolen and borrowed", () => {
  it("WPT-2.26, WITSVID-5.01: a WIT with a proof by another key", async () => {
    const thief = await createWorld();
    const wpt = await thief.wpt({ wit: world.wit });
    expect(await outcomeOf(world.verifier().verify(await world.request({ wpt })))).toBe("wpt_signature_invalid");
  });

  it("WPT-2.31: a proof with another WIT of the same key", async () => {
    const wit = await world.forgeWit({ claims: { sub: "wimse://example.com/admin" } });
    expect(await outcomeOf(world.verifier().verify(await world.request({ wit })))).toBe("wpt_wit_hash_mismatch");
  });

  it("WPT-2.31: a proof with the WIT of somebody else", async () => {
    const other = await createWorld();
    const wit = await world.forgeWit({ claims: { cnf: { jwk: other.key.publicJwk } } });
    expect(await outcomeOf(world.verifier().verify(await world.request({ wit })))).toBe("wpt_wit_hash_mismatch");
    const wpt = await world.wpt({ wit });
    expect(await outcomeOf(world.verifier().verify(await world.request({ wit, wpt })))).toBe("wpt_signature_invalid");
  });

  it("CREDS-9.1.01, CREDS-7.01, ID-4.3.03, ID-7.3.01: a WIT of another domain, trusted or not, is not one of this", async () => {
    const foreign = await createTestIssuer("wimse://partner.example", { runtime: world.runtime });
    const wit = await foreign.issue("wimse://partner.example/agent", world.key.publicJwk);
    const of = async (token: string) => world.request({ wit: token, wpt: await world.wpt({ wit: token }) });
    expect(await outcomeOf(world.verifier().verify(await of(wit)))).toBe("wit_trust_domain_unknown");

    const trust = createTrustStore([
      { origin: ORIGIN, keys: world.issuer.jwks },
      { origin: foreign.origin, keys: foreign.jwks },
    ]);
    const { workload } = await world.verifier({ trust }).verify(await of(wit));
    expect(workload.id.uri).toBe("wimse://partner.example/agent");
    // the partner's issuer names a workload of ours
    const usurped = await foreign.issue(AGENT, world.key.publicJwk);
    expect(await outcomeOf(world.verifier({ trust }).verify(await of(usurped)))).toBe("wit_signature_invalid");
  });

  it("ID-7.2.01, ID-7.2.02: an identifier in a header is nobody", async () => {
    const lines = ["X-Workload-Id", "X-Forwarded-Client-Cert", "Workload-Identity"].map(
      (name) => [name, AGENT] as const,
    );
    expect(await outcomeOf(world.verifier().verify(await world.request({ wit: null, wpt: null, lines })))).toBe(
      "wit_missing",
    );
    const wit = await world.forgeWit({ claims: { sub: "wimse://example.com/guest" } });
    const request = await world.request({ wit, wpt: await world.wpt({ wit }), lines });
    expect((await world.verifier().verify(request)).workload.id.uri).toBe("wimse://example.com/guest");
  });
});

describe("revocation and keys", () => {
  it.each<[string, () => unknown, string]>([
    ["false", () => false, "accepted"],
    ["a promise of false", async () => false, "accepted"],
    ["true", () => true, "wit_revoked"],
    ["a promise of true", async () => true, "wit_revoked"],
    ["nothing", () => undefined, "wit_revoked"],
    ["null", () => null, "wit_revoked"],
    ["0", () => 0, "wit_revoked"],
    [
      "an error",
      () => {
        throw new Error("secret");
      },
      "wit_revoked",
    ],
    ["a rejection", () => Promise.reject(new Error("secret")), "wit_revoked"],
  ])("isRevoked that answers %s", async (_what, answer, expected) => {
    const verifier = world.verifier({ isRevoked: answer as () => boolean });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe(expected);
  });

  it("isRevoked gets the verified WIT and the signal", async () => {
    const { signal } = new AbortController();
    const calls: unknown[][] = [];
    const verifier = world.verifier({ isRevoked: (wit, options) => calls.push([wit.id.uri, options]) < 0 });
    await verifier.verify(await world.request(), { signal });
    await verifier.verify(await world.request());
    await verifier.explain(await world.request(), { signal });
    expect(calls).toEqual([
      [AGENT, { signal }],
      [AGENT, {}],
      [AGENT, { signal }],
    ]);
  });

  it("a revoked WIT and an unavailable trust store are told with their status, without foreign words", async () => {
    const fail = () => {
      throw new Error("secret");
    };
    const errors = await Promise.all(
      [{ isRevoked: fail }, { trust: { get: fail } }].map(async (changes) =>
        world
          .verifier(changes)
          .verify(await world.request())
          .catch((error) => error),
      ),
    );
    expect(errors[0]).toMatchObject({ code: "wit_revoked", status: 403 });
    expect(errors[1]).toMatchObject({ code: "trust_keys_unavailable", status: 503 });
    for (const error of errors) expect(String(error.stack)).not.toContain("secret");
  });

  it("the trust store gets the signal", async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const trust = { get: (_origin: string, options?: object) => void seen.push(options) };
    await outcomeOf(world.verifier({ trust }).verify(await world.request(), { signal }));
    expect(seen).toEqual([{ signal }]);
  });
});
