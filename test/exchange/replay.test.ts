import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import type { ReplayEntry, ReplayStore } from "../../src/replay.js";
import { memoryReplayStore } from "../../src/replay.js";
import { AGENT, createWorld, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld();

/** A store that tells what it was asked, and answers what it is told to. */
function recorder(answer: () => unknown = () => true): ReplayStore & { readonly claims: ReplayEntry[] } {
  const claims: ReplayEntry[] = [];
  return {
    claims,
    claim(entries) {
      claims.push(...entries);
      return answer() as boolean;
    },
  };
}

describe("a proof is used once", () => {
  it("WPT-2.32, CREDS-9.3.4.01, WITSVID-7.2.04: the second time it is refused, and the third", async () => {
    const verifier = world.verifier();
    const request = await world.request();
    expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
    expect(await outcomeOf(verifier.verify(request))).toBe("wpt_replayed");
    await expect(verifier.verify(request)).rejects.toMatchObject({ status: 401, requirement: "WPT-2.32" });
  });

  it("WPT-3.1.4.01: another proof with the same jti is refused, one with another jti is not", async () => {
    const verifier = world.verifier();
    const of = async (jti: string, exp: number) =>
      outcomeOf(verifier.verify(await world.request({ wpt: await world.wpt({ claims: { jti, exp } }) })));
    expect(await of("one", NOW + 60)).toBe("accepted");
    expect(await of("one", NOW + 61)).toBe("wpt_replayed");
    expect(await of("two", NOW + 60)).toBe("accepted");
    expect(await of("One", NOW + 60)).toBe("accepted");
  });

  it("WPT-3.1.4.01: the same jti from two senders is two proofs", async () => {
    const verifier = world.verifier();
    const claims = { jti: "shared" };
    const wit = await world.forgeWit({ claims: { sub: "wimse://example.com/other" } });
    const first = await world.request({ wpt: await world.wpt({ claims }) });
    const second = await world.request({ wit, wpt: await world.wpt({ claims, wit }) });
    expect(await outcomeOf(verifier.verify(first))).toBe("accepted");
    expect(await outcomeOf(verifier.verify(second))).toBe("accepted");
    expect(await outcomeOf(verifier.verify(second))).toBe("wpt_replayed");
  });

  it("WPT-3.1.4.01: the same jti under a renewed WIT of one sender is one proof", async () => {
    const verifier = world.verifier();
    const claims = { jti: "kept" };
    const renewed = await world.forgeWit({ claims: { exp: NOW + 60 } });
    expect(await outcomeOf(verifier.verify(await world.request({ wpt: await world.wpt({ claims }) })))).toBe(
      "accepted",
    );
    const again = await world.request({ wit: renewed, wpt: await world.wpt({ claims, wit: renewed }) });
    expect(await outcomeOf(verifier.verify(again))).toBe("wpt_replayed");
  });

  it("WITSVID-3.3.04: the jti of a WIT is no part of it", async () => {
    const replay = recorder();
    const verifier = world.verifier({ replay });
    const wit = await world.forgeWit({ claims: { jti: "of the WIT" } });
    for (const jti of ["a", "b"]) {
      const wpt = await world.wpt({ wit, claims: { jti } });
      expect(await outcomeOf(verifier.verify(await world.request({ wit, wpt })))).toBe("accepted");
    }
    expect(replay.claims.map(({ id }) => id)).toEqual(["wpt:a", "wpt:b"]);
  });

  it("WPT-2.32: of many at once exactly one wins", async () => {
    const verifier = world.verifier();
    const request = await world.request();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(verifier.verify(request))));
    expect(outcomes.sort()).toEqual(["accepted", ...Array.from({ length: 7 }, () => "wpt_replayed")]);
  });

  it("is remembered for as long as it would be accepted", async () => {
    const { runtime, ...own } = await createWorld();
    const replay = memoryReplayStore({ maxEntries: 10, runtime });
    const verifier = own.verifier({ replay });
    const request = await own.request({ wpt: await own.wpt({ claims: { exp: NOW + 60 } }) });
    expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
    for (const [at, code] of [
      [60, "wpt_replayed"],
      [64.9, "wpt_replayed"],
      [65, "wpt_expired"],
    ] as const) {
      runtime.setTime(NOW + at);
      expect(await outcomeOf(verifier.verify(request))).toBe(code);
    }
  });

  it("any number of times where the policy says so", async () => {
    const verifier = world.verifier({ replay: "unchecked" });
    const request = await world.request();
    for (let i = 0; i < 3; i++) expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
  });
});

describe("the claim", () => {
  it("names the sender, the kind of proof and its id, until expiry and tolerance are over", async () => {
    const replay = recorder();
    const wpt = await world.wpt({ claims: { jti: "the id", exp: NOW + 30 } });
    await world.verifier({ replay, clockTolerance: 7 }).verify(await world.request({ wpt }));
    expect(replay.claims).toEqual([{ scope: AGENT, id: "wpt:the id", expiresAt: NOW + 37 }]);
  });

  it("gets the signal of the verification", async () => {
    const signals: unknown[] = [];
    const replay: ReplayStore = { claim: (_entries, options) => signals.push(options) > 0 };
    const { signal } = new AbortController();
    const verifier = world.verifier({ replay });
    await verifier.verify(await world.request(), { signal });
    await verifier.verify(await world.request());
    expect(signals).toEqual([{ signal }, undefined]);
  });

  it.each<[string, () => unknown]>([
    ["false", () => false],
    ["undefined", () => undefined],
    ["null", () => null],
    ["1", () => 1],
    ["a string", () => "true"],
    ["a promise of false", async () => false],
    ["a promise of nothing", async () => {}],
    ["an object", () => ({ ok: true })],
  ])("WPT-2.32: a store that answers %s lets nothing through", async (_what, answer) => {
    const verifier = world.verifier({ replay: recorder(answer) });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("wpt_replayed");
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("redis://user:secret@host");
      },
    ],
    ["rejects", () => Promise.reject(new Error("redis://user:secret@host"))],
    [
      "throws no error",
      () => {
        throw "secret";
      },
    ],
    [
      "throws a TypeError",
      () => {
        throw new TypeError("secret");
      },
    ],
    [
      "says that it is full",
      () => {
        throw new WimseError("replay_store_unavailable", "full");
      },
    ],
  ])("a store that %s lets nothing through: 503, without its words", async (_what, answer) => {
    const verifier = world.verifier({ replay: recorder(answer) });
    const error = await verifier.verify(await world.request()).catch((e) => e);
    expect(error).toBeInstanceOf(WimseError);
    expect(error).toMatchObject({ code: "replay_store_unavailable", status: 503 });
    if (error.message !== "full") expect(error.requirement).toBe("WPT-2.32");
    expect(`${error.stack} ${error.cause}`).not.toContain("secret");
  });

  it("a store without room refuses", async () => {
    const replay = memoryReplayStore({ maxEntries: 1, runtime: world.runtime });
    const verifier = world.verifier({ replay });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("accepted");
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("replay_store_unavailable");
  });

  it("a promise of true is as good as true", async () => {
    const verifier = world.verifier({ replay: recorder(async () => true) });
    expect(await outcomeOf(verifier.verify(await world.request()))).toBe("accepted");
  });
});

describe("a request that is refused does not use its proof up", () => {
  it("WPT-2.26: nobody claims the id of another's proof with a signature of their own", async () => {
    const replay = recorder();
    const verifier = world.verifier({ replay });
    const thief = await createWorld();
    const wpt = await world.wpt({ signer: thief.key });
    expect(await outcomeOf(verifier.verify(await world.request({ wpt })))).toBe("wpt_signature_invalid");
    expect(replay.claims).toEqual([]);
  });

  it.each([
    ["allow", { allow: () => false }, "workload_not_authorized"],
    ["revocation", { isRevoked: () => true }, "wit_revoked"],
    ["the audience", { audience: "https://other.example/" }, "wpt_audience_mismatch"],
  ])("when %s refuses it, the proof still works elsewhere", async (_what, changes, code) => {
    const replay = memoryReplayStore({ maxEntries: 10, runtime: world.runtime });
    const request = await world.request();
    expect(await outcomeOf(world.verifier({ replay, ...changes }).verify(request))).toBe(code);
    expect(replay.size).toBe(0);
    expect(await outcomeOf(world.verifier({ replay }).verify(request))).toBe("accepted");
  });

  it("an explanation claims nothing, however often it is asked for", async () => {
    const replay = recorder();
    const verifier = world.verifier({ replay });
    const request = await world.request();
    for (let i = 0; i < 3; i++) expect((await verifier.explain(request)).outcome).toBe("accepted");
    expect(replay.claims).toEqual([]);
    expect(await outcomeOf(verifier.verify(request))).toBe("accepted");
    expect((await verifier.explain(request)).outcome).toBe("accepted");
  });
});
