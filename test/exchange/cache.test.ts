import { describe, expect, it } from "vitest";
import type { VerifyPolicy } from "../../src/index.js";
import { createTestIssuer } from "../../src/testing.js";
import { createTrustStore, type TrustDomain } from "../../src/trust.js";
import { createWorld, NOW, ORIGIN, outcomeOf, spoilSignature, type World } from "../support/wpt-fixtures.js";

const world = await createWorld();

/** A verifier that has seen the world's WIT already. */
async function warmed(own: World, changes: Partial<VerifyPolicy>) {
  const verifier = own.verifier(changes);
  await verifier.verify(await own.request());
  return verifier;
}

describe("a WIT that was verified before", () => {
  it("is not verified in full again: only its key and its times are looked at", async () => {
    let selected = 0;
    const domain = (await world.trust.get(ORIGIN)) as TrustDomain;
    const keys = {
      ...domain.keys,
      select: (...args: Parameters<TrustDomain["keys"]["select"]>) => {
        selected++;
        return domain.keys.select(...args);
      },
    };
    const trusted = { ...domain, keys };
    const verifier = await warmed(world, { trust: { get: () => trusted } });
    await verifier.verify(await world.request());
    expect(selected).toBe(1);
    // an explanation always verifies in full, so that it can tell every check
    await verifier.explain(await world.request());
    expect(selected).toBe(2);
  });

  it("is refused when it has expired meanwhile", async () => {
    const own = await createWorld();
    const verifier = await warmed(own, {});
    own.runtime.setTime(NOW + 3605);
    const wpt = await own.wpt({ claims: { exp: NOW + 3660 } });
    expect(await outcomeOf(verifier.verify(await own.request({ wpt })))).toBe("wit_expired");
  });

  it("is refused when its trust domain or its key is gone", async () => {
    let domain = await world.trust.get(ORIGIN);
    const verifier = await warmed(world, { trust: { get: () => domain } });
    const stranger = await createTestIssuer(ORIGIN, { runtime: world.runtime });
    domain = await createTrustStore([{ origin: ORIGIN, keys: stranger.jwks }]).get(ORIGIN);
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wit_signature_invalid");
    domain = undefined;
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wit_trust_domain_unknown");
  });

  it("is refused with another signature", async () => {
    const verifier = await warmed(world, {});
    const wit = spoilSignature(world.wit);
    const request = await world.request({ wit, wpt: await world.wpt({ wit }) });
    expect(await outcomeOf(verifier.verify(request))).toBe("wit_signature_invalid");
  });

  it("is asked about again: revocation and allow are consulted each time", async () => {
    const answers = { revoked: false, allowed: true };
    const verifier = await warmed(world, { isRevoked: () => answers.revoked, allow: () => answers.allowed });
    answers.allowed = false;
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("workload_not_authorized");
    answers.revoked = true;
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wit_revoked");
  });

  it("needs a proof each time", async () => {
    const verifier = await warmed(world, {});
    expect(await outcomeOf(verifier.verify(await world.request({ wpt: null })))).toBe("proof_missing");
    const wpt = spoilSignature(await world.wpt());
    expect(await outcomeOf(verifier.verify(await world.request({ wpt })))).toBe("wpt_signature_invalid");
  });

  it("has the header of each proof looked at, whatever header was accepted before", async () => {
    const verifier = await warmed(world, {});
    const cases = [
      [{ typ: "JWT" }, "wpt_type_mismatch"],
      [{ crit: ["a"] }, "wpt_critical_header_unsupported"],
      [{ alg: "none" }, "wpt_algorithm_mismatch"],
      [{ x: 1 }, "accepted"],
      [{ typ: "JWT" }, "wpt_type_mismatch"],
      [{}, "accepted"],
    ] as const;
    for (const [header, code] of cases) {
      const request = await world.request({ wpt: await world.wpt({ header }) });
      expect(await outcomeOf(verifier.verify(request))).toBe(code);
      expect((await verifier.explain(request)).code ?? "accepted").toBe(code);
    }
  });

  it("a header that was not part of a proof that verified is not taken for an accepted one", async () => {
    const verifier = await warmed(world, {});
    for (let i = 0; i < 2; i++) {
      const wpt = spoilSignature(await world.wpt({ header: { typ: "JWT" } }));
      expect(await outcomeOf(verifier.verify(await world.request({ wpt })))).toBe("wpt_type_mismatch");
    }
  });

  it("is known to its own verifier only", async () => {
    const stranger = await createTestIssuer(ORIGIN, { runtime: world.runtime });
    await warmed(world, {});
    const trust = createTrustStore([{ origin: ORIGIN, keys: stranger.jwks }]);
    expect(await outcomeOf(world.verifier({ trust }).verify(await world.request()))).toBe("wit_signature_invalid");
  });

  it("is looked up in trust stores that answer later, too", async () => {
    let domain = await world.trust.get(ORIGIN);
    const verifier = await warmed(world, { trust: { get: async () => domain } });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("accepted");
    const stranger = await createTestIssuer(ORIGIN, { runtime: world.runtime });
    domain = await createTrustStore([{ origin: ORIGIN, keys: stranger.jwks }]).get(ORIGIN);
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wit_signature_invalid");
  });

  it("is not verified in full again where the trust store answers later", async () => {
    let asked = 0;
    const verifier = await warmed(world, {
      trust: {
        get: async (origin) => {
          asked++;
          return world.trust.get(origin);
        },
      },
    });
    expect(asked).toBe(1);
    await verifier.verify(await world.request());
    expect(asked).toBe(2);
  });

  it("is refused where the trust store fails, now or later", async () => {
    for (const fail of [
      () => {
        throw new Error("secret");
      },
      () => Promise.reject(new Error("secret")),
    ]) {
      let get: () => unknown = () => world.trust.get(ORIGIN);
      const verifier = await warmed(world, { trust: { get: () => get() as undefined } });
      get = fail;
      expect(await outcomeOf(verifier.verify(await world.request()))).toBe("trust_keys_unavailable");
    }
  });
});
