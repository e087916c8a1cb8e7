import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { LoadFailure } from "../../../src/trust/key-source/load-failure.js";
import { refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";
import { refreshingKeys } from "../../../src/trust/key-source/refreshing-keys.js";
import { expectMistake, expectWimseError } from "../../support/wit-fixtures.js";
import { es256, keyA, keyB, loadedSource, NOW, scriptedSource, select, settled, watchedRuntime } from "./support.js";

describe("the first load", () => {
  it("begins when the source is started, and every request waits for that one", async () => {
    const { source, loads, last } = scriptedSource();
    await settled();
    expect(loads).toHaveLength(1);
    const requests = Array.from({ length: 100 }, () => select(source, "a"));
    await settled();
    await last().answer([keyA()]);
    const keys = await Promise.all(requests);
    expect(new Set(keys).size).toBe(1);
    expect(loads).toHaveLength(1);
  });

  it("begins at the first request where that is wanted", async () => {
    const { source, loads, runtime, last } = scriptedSource({ loadAtStart: false });
    await settled();
    expect(loads).toHaveLength(0);
    expect(runtime.timers).toEqual([]);
    expect(source.state()).toEqual({ keys: 0, problems: [] });
    const request = select(source, "a");
    await settled();
    await last().answer([keyA()]);
    expect((await request).jwk.kid).toBe("a");
  });

  it("CREDS-3.01: that fails is trust_keys_unavailable, and the next request within the cooldown does not wait", async () => {
    const { source, loads, runtime, last } = scriptedSource({ cooldown: 10 });
    const request = select(source, "a");
    await settled();
    await last().fail(new LoadFailure("status_503"));
    await expectWimseError(request, "trust_keys_unavailable", "CREDS-3.01");
    await expectWimseError(select(source, "a"), "trust_keys_unavailable");
    expect(loads).toHaveLength(1);
    expect(source.state()).toMatchObject({ keys: 0, failedAt: NOW, failure: "status_503", nextRefreshAt: NOW + 10 });
    runtime.sleepUntil(NOW + 10); // timers stand still
    const later = select(source, "a");
    await settled();
    await last().answer([keyA()]);
    expect((await later).jwk.kid).toBe("a");
    expect(loads).toHaveLength(2);
  });

  it("answers at once from then on", async () => {
    const { source } = await loadedSource();
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise);
  });

  it("is not needed by holds, which answers for no key before it", async () => {
    const { source } = await loadedSource();
    const key = await select(source, "a");
    expect(scriptedSource({ loadAtStart: false }).source.holds(key)).toBe(false);
    expect(refreshingKeys({ times: refreshTimesOf({}), load: async () => ({ keys: [] }) }).holds(key)).toBe(false);
  });
});

describe("the clock of a source", () => {
  it("is its own, or that of the first store that starts it", async () => {
    const [own, first, second] = [watchedRuntime(), watchedRuntime(), watchedRuntime()];
    const load = (): Promise<never> => new Promise(() => {});
    for (const source of [
      refreshingKeys({ times: refreshTimesOf({}), load, runtime: own }),
      refreshingKeys({ times: refreshTimesOf({}), load }),
    ]) {
      source.start(first);
      source.start(second);
    }
    expect([own, first, second].map(({ timers }) => timers.length)).toEqual([1, 1, 0]);
  });
});

describe("refreshing", () => {
  it.each([
    [0, undefined, 210],
    [128, undefined, 240.1171875],
    [255, undefined, 269.9990844],
    [0, 60, 42],
    [0, 1, 21], // no less than minRefreshInterval
    [0, 0, 21],
    [0, Number.NEGATIVE_INFINITY, 21],
    [0, 1e9, 2520], // no more than maxRefreshInterval
    [0, Number.POSITIVE_INFINITY, 2520],
    [0, Number.NaN, 210],
  ])("comes before the keys are out of date: random %i, fresh for %s, after %d s", async (random, freshFor, after) => {
    const { loads, runtime, last, source } = scriptedSource({ runtime: watchedRuntime(random) });
    await settled();
    await last().answer([keyA()], freshFor === undefined ? {} : { freshFor });
    expect(source.state().nextRefreshAt).toBeCloseTo(NOW + after, 5);
    runtime.setTime(NOW + Math.floor(after) - 1);
    await settled();
    expect(loads).toHaveLength(1);
    runtime.setTime(NOW + Math.ceil(after) + 1);
    await settled();
    expect(loads).toHaveLength(2);
  });

  it("goes on for as long as the source is open", async () => {
    const { runtime, source, last } = await loadedSource();
    for (let round = 1; round <= 20; round++) {
      runtime.setTime(source.state().nextRefreshAt ?? 0);
      await settled();
      await last().answer([keyA()]);
      expect(source.state().fetchedAt).toBe(runtime.now());
      expect(runtime.timers).toEqual([source.state().nextRefreshAt]);
    }
  });

  it("keeps no request waiting", async () => {
    const { runtime, source } = await loadedSource();
    runtime.setTime(NOW + 250);
    await settled();
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise); // while the load stalls
  });

  it("keeps what a key is as long as it is delivered, and drops it when it is gone", async () => {
    const { runtime, source, last } = await loadedSource();
    const key = await select(source, "a");
    runtime.setTime(NOW + 250);
    await settled();
    await last().answer([keyB(), keyA()]);
    expect(source.holds(key)).toBe(true);
    expect(await select(source, "a")).toBe(key);
    runtime.setTime(NOW + 500);
    await settled();
    await last().answer([keyB()]);
    expect(source.holds(key)).toBe(false);
    await expectWimseError(select(source, "a"), "wit_key_not_found", "CREDS-3.07");
  });

  it.each([
    ["another key under its name", { ...keyB(), kid: "a" }],
    ["another label", { ...keyA(), use: "sig" }],
  ])("drops a key that has %s", async (_name, other) => {
    const { runtime, source, last } = await loadedSource();
    const key = await select(source, "a");
    runtime.setTime(NOW + 250);
    await settled();
    await last().answer([other]);
    expect(source.holds(key)).toBe(false);
    expect(await select(source, "a")).not.toBe(key);
  });

  it("BUNDLE-4.1.3.03: takes an empty set for what it is", async () => {
    const { runtime, source, last } = await loadedSource();
    const key = await select(source, "a");
    runtime.setTime(NOW + 250);
    await settled();
    await last().answer([]);
    expect(source.holds(key)).toBe(false);
    expect(source.state().keys).toBe(0);
  });

  it("takes word that nothing has changed, and hands the version back", async () => {
    const { runtime, source, last } = scriptedSource();
    await settled();
    expect(last().version).toBeUndefined();
    await last().answer([keyA()], { version: "v1", problems: ["keys[1]: a JWK must be an object"] });
    const key = await select(source, "a");
    runtime.setTime(NOW + 250);
    await settled();
    expect(last().version).toBe("v1");
    await last().answer("unchanged", { version: "v2", freshFor: 100 });
    expect(source.holds(key)).toBe(true);
    expect(source.state()).toMatchObject({
      fetchedAt: NOW + 250,
      nextRefreshAt: NOW + 320,
      problems: ["keys[1]: a JWK must be an object"],
    });
    runtime.setTime(NOW + 320);
    await settled();
    expect(last().version).toBe("v2");
  });

  it("does not believe that nothing has changed when there was nothing", async () => {
    const { source, last } = scriptedSource();
    await settled();
    await last().answer("unchanged");
    expect(source.state()).toMatchObject({ keys: 0, failure: "malformed" });
  });
});

describe("a caller's mistake", () => {
  const load = async () => ({ keys: [] });
  const times = refreshTimesOf({});

  it("is a runtime without timers", async () => {
    const runtime = { now: () => NOW, randomBytes: (length: number) => new Uint8Array(length) } as never;
    await expectMistake(() => refreshingKeys({ times, load, runtime }), /^runtime: schedule/);
    await expectMistake(() => refreshingKeys({ times, load }).start(runtime), /^runtime: schedule/);
  });

  it("is to start a source that was closed", async () => {
    const source = refreshingKeys({ times, load });
    source.close();
    await expectMistake(() => source.start(watchedRuntime()), /^keys: the key source was closed$/);
  });
});

describe("what can be seen of a source", () => {
  it("is its state, frozen, and nothing of keys", async () => {
    const { source } = await loadedSource();
    const state = source.state();
    expect(state).toEqual({
      keys: 1,
      fetchedAt: NOW,
      staleAt: NOW + 300 + 21_600,
      nextRefreshAt: NOW + 210,
      problems: [],
    });
    expect(Object.isFrozen(state) && Object.isFrozen(state.problems) && Object.isFrozen(source)).toBe(true);
    const printed = inspect(source, { depth: 9, showHidden: true }) + JSON.stringify(source) + inspect(state);
    expect(printed).not.toContain(keyA().x);
  });
});
