import { describe, expect, it } from "vitest";
import { LoadFailure } from "../../../src/trust/key-source/load-failure.js";
import { refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";
import { refreshingKeys } from "../../../src/trust/key-source/refreshing-keys.js";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { es256, keyA, NOW, scriptedSource, select, settled, watchedRuntime } from "./support.js";

/** A source that has loaded key a at {@link NOW}. */
async function loadedSource(options: Parameters<typeof scriptedSource>[0] = {}) {
  const scripted = scriptedSource(options);
  await settled();
  await scripted.last().answer([keyA()]);
  return scripted;
}

/** Looks up a key that is not there, and answers the load that this leads to, if it does. */
async function lookInVain({ source, loads, last }: ReturnType<typeof scriptedSource>, kid: string): Promise<void> {
  const before = loads.length;
  const refused = expectWimseError(select(source, kid), "wit_key_not_found", "CREDS-3.07");
  await settled();
  if (loads.length > before) await last().answer([keyA()]);
  await refused;
}

describe("a timer that stands still", () => {
  it.each([
    [4.5, false],
    [5.5, false],
    [6, false],
    [6.1, true],
  ])("ends no load that may take 5 s, as a request finds after %d s, until it is overdue: %s", async (after, ended) => {
    const { runtime, source, loads } = scriptedSource({ timeout: 5 });
    await settled();
    runtime.sleepUntil(NOW + after);
    const request = expectWimseError(select(source, "a"), "trust_keys_unavailable");
    await settled();
    expect([loads[0]?.signal.aborted, source.state().failure]).toEqual([ended, ended ? "timed_out" : undefined]);
    source.close();
    await request;
  });

  it.each([
    [-0.5, 1],
    [0, 1],
    [1, 1],
    [1.1, 2],
  ])("%d s from a refresh: a request that finds its key has led to %i loads", async (after, count) => {
    const { runtime, source, loads } = await loadedSource();
    runtime.sleepUntil(NOW + 210 + after);
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise);
    await settled();
    expect(loads).toHaveLength(count);
  });

  it("keeps nobody waiting during an outage before the next attempt had its time", async () => {
    const { runtime, source, last } = await loadedSource({ cooldown: 10, timeout: 5 });
    runtime.setTime(NOW + 290);
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    expect(source.state().nextRefreshAt).toBe(NOW + 300);
    runtime.sleepUntil(NOW + 305.9);
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise);
    runtime.sleepUntil(NOW + 306);
    const request = source.select("a", es256);
    expect(request).toBeInstanceOf(Promise);
    await settled();
    await last().answer([keyA()]);
    expect((await request).jwk.kid).toBe("a");
  });
});

describe("a key that was looked for in vain", () => {
  it("is remembered while others are looked for", async () => {
    const scripted = await loadedSource({ cooldown: 1 });
    for (const [kid, after, count] of [
      ["x", 1, 2],
      ["y", 2, 3],
      ["x", 3, 3],
      ["y", 3, 3],
    ] as const) {
      scripted.runtime.setTime(NOW + after);
      await lookInVain(scripted, kid);
      expect(scripted.loads).toHaveLength(count);
    }
  });

  it.each<[what: string, when: "setTime" | "sleepUntil"]>([
    ["comes at its time", "setTime"],
    ["is started by a request, since its timer stood still", "sleepUntil"],
  ])("may be looked for again after a refresh, which %s", async (_what, when) => {
    const scripted = await loadedSource({ cooldown: 1, refreshInterval: 10 });
    const { runtime, source, loads, last } = scripted;
    runtime.setTime(NOW + 1);
    await lookInVain(scripted, "x");
    expect(source.state().nextRefreshAt).toBe(NOW + 8);
    runtime[when](NOW + 10);
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise);
    await settled();
    await last().answer([keyA()]);
    expect(loads).toHaveLength(3);
    runtime.sleepUntil(NOW + 11);
    await lookInVain(scripted, "x");
    expect(loads).toHaveLength(4);
  });
});

describe("the cooldown of a source that is polled at intervals", () => {
  it("counts while its loads succeed", async () => {
    const scripted = await loadedSource({ retry: "next-interval", cooldown: 10 });
    for (const [after, count] of [
      [9.9, 1],
      [10, 2],
    ] as const) {
      scripted.runtime.setTime(NOW + after);
      await lookInVain(scripted, "x");
      expect(scripted.loads).toHaveLength(count);
    }
  });

  it("does not after a failure: a request waits for the next interval, and not for its timer", async () => {
    const { runtime, source, loads, last } = await loadedSource({ retry: "next-interval", cooldown: 1 });
    runtime.setTime(NOW + 210);
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    expect(source.state().nextRefreshAt).toBe(NOW + 510);
    runtime.sleepUntil(NOW + 509.9);
    await expectWimseError(select(source, "b"), "trust_keys_unavailable");
    expect(loads).toHaveLength(2);
    runtime.sleepUntil(NOW + 510);
    const request = expectWimseError(select(source, "b"), "wit_key_not_found");
    await settled();
    expect(loads).toHaveLength(3);
    await last().answer([keyA()]);
    await request;
  });
});

describe("a clock that is set back a little", () => {
  it("does not end the cooldown", async () => {
    const scripted = await loadedSource();
    scripted.runtime.sleepUntil(NOW - 5);
    await lookInVain(scripted, "b");
    expect(scripted.loads).toHaveLength(1);
  });

  it("is not one that stands still: a failure then takes nothing from the time of the keys", async () => {
    const { source, last } = await loadedSource({ cooldown: 0, maxStale: 600 });
    const request = expectWimseError(select(source, "b"), "trust_keys_unavailable");
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    await request;
    expect(source.state()).toMatchObject({ fetchedAt: NOW, failedAt: NOW, staleAt: NOW + 900 });
  });
});

describe("a source that was started", () => {
  it("keeps its clock and its keys when another store starts it", async () => {
    const { source, loads } = await loadedSource({ maxStale: 0 });
    const later = watchedRuntime();
    later.setTime(NOW + 100_000);
    source.start(later);
    await settled();
    expect(loads).toHaveLength(1);
    expect(source.state().keys).toBe(1);
    expect((await select(source, "a")).jwk.kid).toBe("a");
    expect(later.timers).toEqual([]);
  });

  it("says nothing of what has not happened", () => {
    const source = refreshingKeys({ times: refreshTimesOf({}), load: () => new Promise<never>(() => {}) });
    expect(source.state()).toStrictEqual({ keys: 0, problems: [] });
    source.start(watchedRuntime());
    expect(source.state()).toStrictEqual({ keys: 0, problems: [] });
  });
});
