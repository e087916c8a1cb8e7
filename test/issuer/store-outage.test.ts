import { describe, expect, it } from "vitest";
import type { Issuer } from "../../src/issuer/issuer.js";
import { signsUntil } from "../../src/issuer/key-schedule.js";
import type { IssuerState, IssuerStore } from "../../src/issuer/state.js";
import type { FixedRuntime } from "../../src/testing/fixed-runtime.js";
import { AGENT, clockOf, issuerWith, memoryStore } from "../support/issuer-fixtures.js";
import { expectMistake, expectWimseError, NOW, workloadKey } from "../support/wit-fixtures.js";

const cnf = workloadKey.publicJwk;
const TOLERANCE = 120;

/** Two issuers with one store. The link of the first can be cut. */
async function twoIssuers(options: { maxStale?: number; refreshHint?: number; publishAhead?: number } = {}) {
  const shared = memoryStore();
  let cut = false;
  const reached = <T>(run: () => T): T => {
    if (cut) throw new Error("no route");
    return run();
  };
  const store: IssuerStore = {
    load: (given) => reached(() => shared.load(given)),
    save: (state, given) => reached(() => shared.save(state, given)),
  };
  const runtimes = [clockOf(), clockOf()] as const;
  const a = await issuerWith(runtimes[0], { ...options, store });
  const b = await issuerWith(runtimes[1], { ...options, store: shared });
  return {
    a,
    b,
    setTime: (time: number) => {
      for (const runtime of runtimes) runtime.setTime(time);
    },
    cut: (is: boolean) => {
      cut = is;
    },
  };
}

/** The WITs that an issuer signs from a time on, second by second, until it stops. */
async function signedUntilItStops(issuer: Issuer, setTime: (time: number) => void, from: number) {
  const wits: Awaited<ReturnType<Issuer["issue"]>>[] = [];
  for (let time = from; time < from + 2000; time++) {
    setTime(time);
    try {
      wits.push(await issuer.issue(AGENT, cnf));
    } catch (error) {
      await expectWimseError(Promise.reject(error), "issuer_state_unavailable");
      return { wits, stoppedAt: time };
    }
  }
  throw new Error("it did not stop");
}

describe("an issuer that is cut off from its store", () => {
  it("FED-4.1.03: signs for publishAhead, and nothing that outlives its key at the others", async () => {
    const { a, b, setTime, cut } = await twoIssuers({ refreshHint: 10, publishAhead: 30 });
    cut(true);
    await b.rotate(); // as early as the first one cannot know of it
    const { wits, stoppedAt } = await signedUntilItStops(a, setTime, NOW);
    expect(stoppedAt).toBe(NOW + 30);
    expect((await b.issue(AGENT, cnf)).kid).not.toBe(wits.at(-1)?.kid);
    const retiring = b.state().keys.find(({ kid }) => kid === wits.at(-1)?.kid);
    expect((wits.at(-1)?.expiresAt ?? 0) + TOLERANCE).toBeLessThanOrEqual(retiring?.retireAt ?? 0);
    cut(false);
    setTime(stoppedAt + 10);
    expect((await a.issue(AGENT, cnf)).kid).toBe((await b.issue(AGENT, cnf)).kid);
  });

  it("FED-4.1.03: stops soon after another one may have let a key sign that both knew", async () => {
    const { a, b, setTime, cut } = await twoIssuers({ refreshHint: 10, publishAhead: 30 });
    const { activeFrom } = await b.rotate();
    setTime(NOW + 20);
    await a.jwks();
    cut(true);
    setTime(NOW + 30);
    const { kid } = await b.issue(AGENT, cnf);
    const { wits, stoppedAt } = await signedUntilItStops(a, setTime, NOW + 30);
    expect([activeFrom, stoppedAt]).toEqual([NOW + 30, NOW + 40]);
    expect(wits.map((wit) => wit.kid)).not.toContain(kid);
    await b.jwks();
    const retiring = b.state().keys.find((key) => key.kid === wits.at(-1)?.kid);
    expect((wits.at(-1)?.expiresAt ?? 0) + TOLERANCE).toBeLessThanOrEqual(retiring?.retireAt ?? 0);
  });

  it("signs with a key that was withdrawn elsewhere for maxStale at the most", async () => {
    const { a, b, setTime, cut } = await twoIssuers({ maxStale: 20 });
    const { kid } = await a.issue(AGENT, cnf);
    cut(true);
    await b.withdraw(kid);
    expect((await signedUntilItStops(a, setTime, NOW)).stoppedAt).toBe(NOW + 20);
    expect(a.state().failure).toBe("The state of the issuer cannot be loaded or saved");
    expect((await a.jwks()).keys).toHaveLength(1); // verifiers get what there is
  });

  it("does not take a clock that was set back for news from the store", async () => {
    const { a, setTime, cut } = await twoIssuers();
    cut(true);
    setTime(NOW - 86_400);
    await expectWimseError(a.issue(AGENT, cnf), "issuer_state_unavailable");
    cut(false);
    setTime(NOW - 86_390);
    await a.issue(AGENT, cnf);
  });

  it("goes on while the store can be read, though nothing can be saved: then nobody saves", async () => {
    const inner = memoryStore();
    let full = false;
    const store: IssuerStore = {
      load: inner.load,
      save(state, given) {
        if (full) throw new Error("disk full");
        return inner.save(state, given);
      },
    };
    const runtime = clockOf();
    const issuer = await issuerWith(runtime, { store, refreshHint: 10, publishAhead: 20 });
    const { kid } = await issuer.issue(AGENT, cnf);
    await issuer.rotate();
    full = true;
    for (let time = NOW; time < NOW + 200; time += 7) {
      runtime.setTime(time);
      expect((await issuer.issue(AGENT, cnf)).kid).toBe(kid);
    }
  });

  it("takes a store that has lost the state for no confirmation", async () => {
    const inner = memoryStore();
    let lost = false;
    const store: IssuerStore = { load: (given) => (lost ? undefined : inner.load(given)), save: inner.save };
    const runtime: FixedRuntime = clockOf();
    const issuer = await issuerWith(runtime, { store, maxStale: 10 });
    lost = true;
    runtime.setTime(NOW + 10);
    await expectWimseError(issuer.issue(AGENT, cnf), "issuer_state_unavailable");
    expect(issuer.state().failure).toContain("older");
  });

  it.each<[string, number, boolean]>([
    ["longer than a new key of another one takes", 901, true],
    ["shorter than from one look to the next", 9, true],
    ["for an issuer without a store", 60, false],
  ])("takes no maxStale %s", async (_what, maxStale, withStore) => {
    await expectMistake(issuerWith(clockOf(), { maxStale, ...(withStore && { store: memoryStore() }) }), /maxStale/);
  });
});

it("an issuer without a store signs without end", async () => {
  const runtime = clockOf();
  const issuer = await issuerWith(runtime);
  runtime.setTime(NOW + 10_000_000);
  await issuer.issue(AGENT, cnf);
});

it.each<[string, Partial<IssuerState["keys"][number]>[], number]>([
  ["no other key", [], 900],
  ["a key that takes over later", [{ publishedAt: 0, activeFrom: 1000 }], 900],
  ["a key that takes over soon", [{ publishedAt: 0, activeFrom: 300 }], 310],
  ["a key that should have taken over", [{ publishedAt: 0, activeFrom: -300 }], 10],
  ["a key that nobody has published", [{}], 900],
])("with %s, it signs for a known time", (_what, keys, until) => {
  expect(signsUntil(keys as IssuerState["keys"], 0, 900)).toBe(until);
});
