import { describe, expect, it } from "vitest";
import { refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";
import { refreshingKeys } from "../../../src/trust/key-source/refreshing-keys.js";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { keyA, keyB, NOW, scriptedSource, select, settled, watchedRuntime } from "./support.js";

/** More turns than a load needs from its end until everybody who waits for it has heard. */
const TURNS = 30;

async function outcome(selecting: Promise<unknown>): Promise<string> {
  return selecting.then(
    () => "found",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** Lets that many turns of promises pass. */
async function passed(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await undefined;
}

describe("whenever it happens around the end of a load", () => {
  it("CREDS-3.01: to close the source withdraws its keys, and leaves no timer", async () => {
    const outcomes = new Set<string>();
    for (let turns = 0; turns < TURNS; turns++) {
      const { runtime, source, last } = scriptedSource();
      await settled();
      const request = outcome(select(source, "a"));
      void last().answer([keyA()]);
      await passed(turns);
      source.close();
      outcomes.add(await request);
      await settled();
      expect([runtime.timers, source.state()]).toEqual([[], { keys: 0, problems: [] }]);
    }
    expect(outcomes).toEqual(new Set(["found", "trust_keys_unavailable"]));
  });

  it("CREDS-3.01: to find it overdue makes no stale key good again", async () => {
    const outcomes = new Set<string>();
    for (let turns = 0; turns < TURNS; turns++) {
      const { runtime, source, last } = scriptedSource({ maxStale: 0, timeout: 5 });
      await settled();
      await last().answer([keyA()]);
      runtime.sleepUntil(NOW + 1000);
      const request = outcome(select(source, "a"));
      await settled();
      runtime.sleepUntil(NOW + 1007);
      void last().answer([keyB()]); // a was withdrawn
      await passed(turns);
      const later = outcome(select(source, "a"));
      outcomes.add(await request);
      outcomes.add(await later);
    }
    expect(outcomes).toEqual(new Set(["trust_keys_unavailable", "wit_key_not_found"]));
  });
});

describe("one load at a time", () => {
  it("is going on, too, when the one before was overdue and ends after it began", async () => {
    const { runtime, source, loads, last } = scriptedSource({ timeout: 5, cooldown: 5 });
    await settled();
    runtime.sleepUntil(NOW + 7);
    const first = select(source, "a");
    await settled();
    const second = select(source, "a");
    await settled();
    expect(loads.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await last().answer([keyA()]);
    expect(await first).toBe(await second);
  });
});

describe("a runtime that breaks down", () => {
  it("CREDS-3.01: makes no stale key good again", async () => {
    const inner = watchedRuntime();
    let broken = false;
    const runtime = {
      ...inner,
      schedule(at: number, run: () => void) {
        if (broken) throw new Error("no timers");
        return inner.schedule(at, run);
      },
    };
    const source = refreshingKeys({ times: refreshTimesOf({ maxStale: 0 }), load: async () => ({ keys: [keyA()] }) });
    source.start(runtime);
    expect((await select(source, "a")).jwk.kid).toBe("a");
    broken = true;
    inner.sleepUntil(NOW + 1000);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable", "CREDS-3.01");
    broken = false;
    inner.sleepUntil(NOW + 2000);
    expect((await select(source, "a")).jwk.kid).toBe("a");
  });

  it("and recovers is asked again at the next attempt, whether or not there are requests", async () => {
    const inner = watchedRuntime();
    let broken = true;
    const runtime = {
      ...inner,
      randomBytes(length: number) {
        if (broken) throw new Error("no entropy");
        return inner.randomBytes(length);
      },
    };
    const source = refreshingKeys({ times: refreshTimesOf({}), load: async () => ({ keys: [keyA()] }) });
    source.start(runtime);
    await settled();
    expect(source.state()).toMatchObject({ keys: 0, failure: "failed", nextRefreshAt: NOW + 10 });
    broken = false;
    inner.setTime(NOW + 10);
    await settled();
    expect(source.state()).toMatchObject({ keys: 1, fetchedAt: NOW + 10 });
  });
});
