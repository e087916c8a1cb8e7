import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWimseError } from "../../src/base/errors.js";
import { memoryReplayStore, type ReplayEntry } from "../../src/replay.js";

const START = 1_800_000_000;

type Outcome = boolean | "no room";
interface Step {
  readonly move: number;
  readonly claims: readonly { readonly scope: string; readonly id: string; readonly ttl: number }[];
}

function storeAt(maxEntries: number) {
  const clock = { time: START };
  const runtime = {
    now: () => clock.time,
    randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    schedule: () => ({ cancel() {} }),
  };
  const store = memoryReplayStore({ maxEntries, runtime });
  const claim = (entries: readonly ReplayEntry[]): Outcome => {
    try {
      return store.claim(entries);
    } catch (error) {
      if (isWimseError(error, "replay_store_unavailable")) return "no room";
      throw error;
    }
  };
  return { store, clock, claim };
}

/** What the store promises, written down without regard to cost. */
class Model {
  #held = new Map<string, { scope: string; expires: number }>();
  readonly #maxEntries: number;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#held.size;
  }

  claim(entries: readonly ReplayEntry[], now: number): Outcome {
    const held = new Map([...this.#held].filter(([, { expires }]) => now < expires));
    this.#held = new Map(held);
    for (const { scope, id, expiresAt } of entries) {
      const key = JSON.stringify([scope, id]);
      const expires = Math.ceil(expiresAt);
      if (expires <= now || held.has(key)) return false;
      const own = [...held.values()].filter((other) => other.scope === scope).length;
      if (own >= this.#maxEntries - held.size) return "no room";
      held.set(key, { scope, expires });
    }
    this.#held = held;
    return true;
  }
}

const ttl = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -2, max: 30 }) },
  { weight: 2, arbitrary: fc.double({ min: -1, max: 30, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 10_000, max: 100_000 }) },
);
const claims = fc.array(
  fc.record({ scope: fc.constantFrom("a", "ab", "abc"), id: fc.constantFrom("", "b", "bc", "c", "d", "e"), ttl }),
  { minLength: 1, maxLength: 3 },
);
const forward = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 5, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 50_000 }) },
);

const entriesOf = (step: Step, now: number): ReplayEntry[] =>
  step.claims.map(({ scope, id, ttl: seconds }) => ({ scope, id, expiresAt: now + seconds }));

describe("memory replay store, properties", { timeout: 30_000 }, () => {
  it("answers as a plain map would while the clock moves on", () => {
    const steps = fc.array(fc.record({ move: forward, claims }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), steps, (maxEntries, taken) => {
        const { store, clock, claim } = storeAt(maxEntries);
        const model = new Model(maxEntries);
        for (const step of taken) {
          clock.time += step.move;
          const entries = entriesOf(step, clock.time);
          expect(claim(entries)).toBe(model.claim(entries, clock.time));
          expect(store.size).toBeGreaterThanOrEqual(model.size);
          expect(store.size).toBeLessThanOrEqual(maxEntries);
        }
      }),
      { numRuns: 250 },
    );
  });

  it("accepts a proof at most once, wherever the clock goes [WPT-2.32]", () => {
    const anywhere = fc.oneof(forward, fc.integer({ min: -40, max: 40 }), fc.integer({ min: -50_000, max: 50_000 }));
    const proof = fc.record({ id: fc.constantFrom("1", "2", "3", "4"), expires: fc.integer({ min: 0, max: 60 }) });
    const steps = fc.array(fc.record({ move: anywhere, proof }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(steps, (taken) => {
        const { clock, claim } = storeAt(20);
        const accepted = new Set<string>();
        for (const {
          move,
          proof: { id, expires },
        } of taken) {
          clock.time += move;
          if (claim([{ scope: "alice", id, expiresAt: START + expires }]) !== true) continue;
          expect(accepted).not.toContain(`${id} ${expires}`);
          accepted.add(`${id} ${expires}`);
        }
      }),
      { numRuns: 250 },
    );
  });
});
