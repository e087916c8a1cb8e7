import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWimseError } from "../../src/base/errors.js";
import { LoadFailure } from "../../src/trust/key-source/load-failure.js";
import { refreshTimesOf } from "../../src/trust/key-source/refresh-times.js";
import { refreshingKeys } from "../../src/trust/key-source/refreshing-keys.js";
import { keyA, keyB, NOW, select, settled, watchedRuntime } from "../trust/key-source/support.js";

const MAX_STALE = 2000;
const times = refreshTimesOf({ refreshInterval: 300, cooldown: 10, maxStale: MAX_STALE, timeout: 5 });
/** The longest time from a failed attempt to the end of the next one: the interval, a quarter more, the timeout. */
const NEXT_ATTEMPT = 300 * 1.25 + 6;

type Event =
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "sleep"; readonly seconds: number }
  | { readonly kind: "publish"; readonly kids: readonly string[] }
  | { readonly kind: "server"; readonly state: "up" | "down" | "stalled" }
  | { readonly kind: "request"; readonly kid: string };

const seconds = fc.oneof(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 400 }), fc.constant(3000));
const events = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("sleep" as const), seconds }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("publish" as const), kids: fc.subarray(["a", "b"]) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("server" as const),
        state: fc.constantFrom("up" as const, "up" as const, "down" as const, "stalled" as const),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("request" as const), kid: fc.constantFrom("a", "b", "x") }) },
  ),
  { minLength: 10, maxLength: 60 },
);

/** Since when something has been so, and until when it was so last. */
class Past {
  readonly #changes: [at: number, value: boolean][];
  constructor(at: number, value: boolean) {
    this.#changes = [[at, value]];
  }
  set(at: number, value: boolean): void {
    this.#changes.push([at, value]);
  }
  /** Whether it was so at some moment from `from` on. */
  ever(from: number): boolean {
    return this.#changes.some(([, value], index) => value && (this.#changes[index + 1]?.[0] ?? Infinity) >= from);
  }
  /** Whether it was so all the time from `from` on. */
  always(from: number): boolean {
    return !this.#changes.some(([, value], index) => !value && (this.#changes[index + 1]?.[0] ?? Infinity) >= from);
  }
}

/** A source, the server that it loads from, and what is known of both. */
function world(random: number) {
  const runtime = watchedRuntime(random);
  const up = new Past(NOW, true);
  const published = { a: new Past(NOW, true), b: new Past(NOW, false), x: new Past(NOW, false) };
  const starts: number[] = [];
  let server: "up" | "down" | "stalled" = "up";
  let kids: readonly string[] = ["a"];
  let going = 0;
  const source = refreshingKeys({
    times,
    async load({ signal }) {
      starts.push(runtime.now());
      expect(++going).toBe(1); // one load at a time
      try {
        if (server === "stalled") await new Promise((resolve) => signal.addEventListener("abort", resolve));
        if (server !== "up") throw new LoadFailure("unreachable");
        return { keys: [keyA(), keyB()].filter(({ kid = "" }) => kids.includes(kid)) };
      } finally {
        going--;
      }
    },
  });
  source.start(runtime);

  const apply = async (event: Event): Promise<void> => {
    const now = runtime.now();
    if (event.kind === "pass") runtime.setTime(now + event.seconds);
    else if (event.kind === "sleep") runtime.sleepUntil(now + event.seconds);
    else if (event.kind === "publish") {
      kids = event.kids;
      for (const [kid, past] of Object.entries(published)) past.set(now, kids.includes(kid));
    } else if (event.kind === "server") {
      server = event.state;
      up.set(now, server === "up");
    } else await request(event.kid as keyof typeof published);
    await settled();
  };

  const request = async (kid: keyof typeof published): Promise<void> => {
    const pending = select(source, kid).then(
      () => "accepted",
      (error: unknown) => (isWimseError(error) ? error.code : String(error)),
    );
    await settled();
    const asked = runtime.now();
    runtime.setTime(asked + 5); // ends what waits for a load that stalls
    const outcome = await pending;
    const past = published[kid];
    if (outcome === "accepted") {
      expect(past.ever(asked - 300 - MAX_STALE), "kept no longer than maxStale").toBe(true);
      if (up.always(asked - NEXT_ATTEMPT)) expect(past.ever(asked - NEXT_ATTEMPT), "withdrawn in time").toBe(true);
    } else {
      expect(["wit_key_not_found", "trust_keys_unavailable"]).toContain(outcome);
      if (outcome === "wit_key_not_found") expect(past.always(NOW), "was not there at some time").toBe(false);
      const settledFor = asked - NEXT_ATTEMPT - 1;
      expect(up.always(settledFor) && past.always(settledFor) && asked > NOW + NEXT_ATTEMPT, "found").toBe(false);
    }
  };
  return { apply, starts, source, runtime };
}

describe("a source of keys, whatever happens", () => {
  it("CREDS-3.04: finds keys in time, gives them up in time, and loads no more often than the cooldown allows", async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(255), async (sequence, random) => {
        const { apply, starts, source, runtime } = world(random);
        await settled();
        for (const event of sequence) await apply(event);
        for (const [index, start] of starts.entries()) {
          if (index > 0) expect(start - (starts[index - 1] ?? 0)).toBeGreaterThanOrEqual(10);
        }
        expect(runtime.timers.length).toBeLessThanOrEqual(2);
        source.close();
        await settled();
        expect(runtime.timers).toEqual([]);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
