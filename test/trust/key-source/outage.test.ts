import { describe, expect, it } from "vitest";
import { LoadFailure } from "../../../src/trust/key-source/load-failure.js";
import { refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";
import { refreshingKeys } from "../../../src/trust/key-source/refreshing-keys.js";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { es256, keyA, keyB, loadedSource, NOW, scriptedSource, select, settled, watchedRuntime } from "./support.js";

describe("while every load fails", () => {
  it("the last good keys serve until maxStale is over, without a wait, and not a moment longer", async () => {
    const { runtime, source, last } = await loadedSource({ maxStale: 1000 });
    const key = await select(source, "a");
    const end = NOW + 300 + 1000;
    expect(source.state().staleAt).toBe(end);
    while ((source.state().nextRefreshAt ?? 0) < end) {
      runtime.setTime(source.state().nextRefreshAt ?? 0);
      await settled();
      expect(source.select("a", es256)).toBe(key); // during the load …
      expect(source.holds(key)).toBe(true);
      await last().fail(new LoadFailure("unreachable"));
      expect(source.select("a", es256)).toBe(key); // … and after it
    }
    runtime.sleepUntil(end - 0.001);
    expect(source.select("a", es256)).toBe(key);
    expect(source.holds(key)).toBe(true);
    expect(source.state().keys).toBe(1);
    runtime.sleepUntil(end);
    expect(source.holds(key)).toBe(false);
    expect(source.state().keys).toBe(0);
    const request = expectWimseError(select(source, "a"), "trust_keys_unavailable", "CREDS-3.01");
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    await request;
  });

  it("the attempts come less and less often, up to the refresh interval, and never within the cooldown", async () => {
    const { runtime, source, loads, last } = await loadedSource({ cooldown: 10, refreshInterval: 100 });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      runtime.setTime(source.state().nextRefreshAt ?? 0);
      await settled();
      await last().fail(new LoadFailure("status_500"));
      waits.push((source.state().nextRefreshAt ?? 0) - runtime.now());
    }
    expect(waits).toEqual([10, 20, 40, 80, 100, 100]);
    expect(loads).toHaveLength(7);
    runtime.setTime(source.state().nextRefreshAt ?? 0);
    await settled();
    await last().answer([keyA()]);
    expect(source.state()).toEqual({
      keys: 1,
      fetchedAt: runtime.now(),
      staleAt: runtime.now() + 100 + 21_600,
      nextRefreshAt: runtime.now() + 70,
      problems: [],
    });
  });

  it("the attempts come at the intervals at which the keys would be refreshed, where that is wanted", async () => {
    const { runtime, source, loads, last } = scriptedSource({ retry: "next-interval", cooldown: 1 });
    await settled();
    await last().answer([keyA()], { freshFor: 60 });
    for (const at of [NOW + 42, NOW + 102, NOW + 162]) {
      expect(source.state().nextRefreshAt).toBe(at);
      runtime.setTime(at - 1);
      if (at > NOW + 42) await expectWimseError(select(source, "b"), "trust_keys_unavailable");
      runtime.setTime(at);
      await settled();
      await last().fail(new LoadFailure("unreachable"));
    }
    expect(loads).toHaveLength(4);
  });

  it("the attempts come sooner as long as there are no keys at all", async () => {
    const { runtime, source, last } = scriptedSource({ retry: "next-interval", cooldown: 1 });
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    expect(source.state().nextRefreshAt).toBe(NOW + 1);
    runtime.setTime(NOW + 1);
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    expect(source.state().nextRefreshAt).toBe(NOW + 3);
  });

  it("their times are spread", async () => {
    const { runtime, source, last } = await loadedSource({ runtime: watchedRuntime(255), cooldown: 100 });
    runtime.setTime(NOW + 290);
    await settled();
    await last().fail(new LoadFailure("status_500"));
    expect(source.state().nextRefreshAt).toBeCloseTo(NOW + 290 + 125, 2);
  });

  it.each<[string, unknown, string]>([
    ["a failure with a reason", new LoadFailure("status_404"), "status_404"],
    ["an error of somebody else, of which nothing is told", new Error("https://user:secret@example.com"), "failed"],
    ["no error at all", undefined, "failed"],
  ])("the state says why: %s", async (_name, error, failure) => {
    const { runtime, source, last } = await loadedSource();
    runtime.setTime(NOW + 250);
    await settled();
    await last().fail(error);
    expect(source.state()).toMatchObject({ keys: 1, fetchedAt: NOW, failedAt: NOW + 250, failure });
    expect(JSON.stringify(source.state())).not.toContain("secret");
  });

  it("a load that throws at once is one that fails", async () => {
    const source = refreshingKeys({
      times: refreshTimesOf({}),
      load() {
        throw new Error("at once");
      },
    });
    source.start(watchedRuntime());
    await settled();
    expect(source.state()).toMatchObject({ failure: "failed" });
  });

  it("a runtime that breaks down rejects nothing that nobody handles", async () => {
    const broken = watchedRuntime();
    const fails = (): never => {
      throw new Error("no entropy");
    };
    const source = refreshingKeys({ times: refreshTimesOf({}), load: async () => ({ keys: [keyA()] }) });
    source.start({ ...broken, now: () => NOW, randomBytes: fails });
    await settled();
    expect(source.state()).toMatchObject({ keys: 0, failure: "failed" });
  });
});

describe("a load that stalls", () => {
  it("has failed when its time is over, and what it brings later is not used", async () => {
    const { runtime, source, loads } = scriptedSource({ timeout: 5 });
    const request = expectWimseError(select(source, "a"), "trust_keys_unavailable");
    await settled();
    const [stalled] = loads;
    runtime.setTime(NOW + 4.9);
    await settled();
    expect(stalled?.signal.aborted).toBe(false);
    runtime.setTime(NOW + 5);
    await request;
    expect(stalled?.signal.aborted).toBe(true);
    expect(source.state()).toMatchObject({ failure: "timed_out", failedAt: NOW + 5 });
    await stalled?.answer([keyA()], { version: "late" });
    expect(source.state().keys).toBe(0);
    runtime.setTime(NOW + 15);
    await settled();
    expect(loads).toHaveLength(2);
    expect(loads[1]?.version).toBeUndefined();
  });

  it("leaves no timer behind", async () => {
    const { runtime, source } = await loadedSource();
    expect(runtime.timers).toEqual([source.state().nextRefreshAt]);
  });

  it("has failed too when its timer stood still, as the next request finds", async () => {
    const { runtime, source, loads, last } = scriptedSource({ cooldown: 10 });
    await settled();
    runtime.sleepUntil(NOW + 7);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable"); // in the cooldown
    expect(source.state()).toMatchObject({ failure: "timed_out", failedAt: NOW + 7, nextRefreshAt: NOW + 17 });
    expect(loads[0]?.signal.aborted).toBe(true);
    await loads[0]?.answer([keyB()]);
    runtime.sleepUntil(NOW + 10);
    const request = select(source, "a");
    await settled();
    expect(loads).toHaveLength(2);
    await last().answer([keyA()]);
    expect((await request).jwk.kid).toBe("a");
    await expectWimseError(select(source, "b"), "wit_key_not_found");
  });
});

describe("a request that is aborted", () => {
  it("stops waiting, and stops nobody else", async () => {
    const { source, loads, last } = scriptedSource();
    const controller = new AbortController();
    const aborted = expectWimseError(select(source, "a", controller.signal), "trust_keys_unavailable");
    const patient = select(source, "a", new AbortController().signal);
    await settled();
    controller.abort(new Error("token abc.def.ghi"));
    await aborted;
    expect(loads[0]?.signal.aborted).toBe(false);
    await last().answer([keyA()]);
    expect((await patient).jwk.kid).toBe("a");
  });

  it("does not begin to wait when it was aborted before, and needs no wait for a key that is there", async () => {
    const { source, last } = scriptedSource();
    await settled();
    await expectWimseError(select(source, "a", AbortSignal.abort()), "trust_keys_unavailable");
    await last().answer([keyA()]);
    expect((await select(source, "a", AbortSignal.abort())).jwk.kid).toBe("a");
  });
});

describe("close", () => {
  it("ends loads, timers and waits, and refuses what comes later", async () => {
    const { runtime, source, loads, last } = scriptedSource();
    const waiting = expectWimseError(select(source, "a"), "trust_keys_unavailable");
    await settled();
    source.close();
    await waiting;
    expect(loads[0]?.signal.aborted).toBe(true);
    expect(runtime.timers).toEqual([]);
    await last().answer([keyA()]);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable", "CREDS-3.01");
    expect(source.state()).toEqual({ keys: 0, problems: [] });
    runtime.setTime(NOW + 1e6);
    await settled();
    expect(loads).toHaveLength(1);
  });

  it("withdraws every key", async () => {
    const { runtime, source, loads } = await loadedSource();
    const key = await select(source, "a");
    source.close();
    source.close();
    expect(source.holds(key)).toBe(false);
    await expectWimseError(select(source, "a"), "trust_keys_unavailable");
    expect(runtime.timers).toEqual([]);
    expect(loads).toHaveLength(1);
  });
});
