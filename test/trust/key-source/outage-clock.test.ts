import { describe, expect, it } from "vitest";
import { LoadFailure } from "../../../src/trust/key-source/load-failure.js";
import { expectWimseError } from "../../support/wit-fixtures.js";
import { es256, keyA, keyB, loadedSource, NOW, select, settled } from "./support.js";

describe("a clock that jumps", () => {
  it("forward: keys that are no longer fresh are loaded anew before they are used", async () => {
    const { runtime, source, loads, last } = await loadedSource();
    const key = await select(source, "a");
    runtime.sleepUntil(NOW + 8 * 3600);
    expect(source.holds(key)).toBe(false);
    const request = expectWimseError(select(source, "a"), "wit_key_not_found");
    await settled();
    expect(loads).toHaveLength(2);
    await last().answer([keyB()]);
    await request;
  });

  it("forward within the cooldown of a short interval: so they are", async () => {
    const { runtime, source, last } = await loadedSource({ refreshInterval: 5, cooldown: 60 });
    runtime.sleepUntil(NOW + 6);
    const request = select(source, "a");
    await settled();
    await last().answer([keyA()]);
    expect((await request).jwk.kid).toBe("a");
  });

  it("forward, into an outage: the last good keys serve after one attempt, within maxStale", async () => {
    const { runtime, source, last } = await loadedSource({ maxStale: 3600 });
    runtime.sleepUntil(NOW + 1800);
    const request = select(source, "a");
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    expect((await request).jwk.kid).toBe("a");
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise);
    runtime.sleepUntil(NOW + 300 + 3600);
    const later = expectWimseError(select(source, "a"), "trust_keys_unavailable");
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    await later;
  });

  it("forward, out of an outage: what failed long ago says nothing of now", async () => {
    const { runtime, source, last } = await loadedSource();
    runtime.setTime(NOW + 250);
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    runtime.sleepUntil(NOW + 3600);
    const request = expectWimseError(select(source, "a"), "wit_key_not_found");
    await settled();
    await last().answer([]);
    await request;
  });

  it("forward past a refresh whose timer stood still: the next request starts it, and does not wait", async () => {
    const { runtime, source, loads } = await loadedSource();
    runtime.sleepUntil(NOW + 220);
    expect(source.select("a", es256)).not.toBeInstanceOf(Promise);
    await settled();
    expect(loads).toHaveLength(2);
  });

  it("back: keys of the future are loaded anew before they are used", async () => {
    const { runtime, source, last } = await loadedSource();
    const key = await select(source, "a");
    runtime.sleepUntil(NOW - 5);
    expect(source.holds(key)).toBe(true); // a clock that is adjusted
    runtime.sleepUntil(NOW - 3600);
    expect(source.holds(key)).toBe(false);
    const request = select(source, "a");
    await settled();
    await last().answer([keyA()]);
    expect(await request).toBe(key);
    expect(source.state().fetchedAt).toBe(NOW - 3600);
  });

  it("back, into an outage: what is left to the last good keys counts from then", async () => {
    const { runtime, source, last } = await loadedSource({ maxStale: 3600 });
    runtime.sleepUntil(NOW - 100_000);
    const request = select(source, "a");
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    expect((await request).jwk.kid).toBe("a");
    expect(source.state()).toMatchObject({ fetchedAt: NOW - 100_000, staleAt: NOW - 100_000 + 3600 });
  });

  it("back: the cooldown is not prolonged", async () => {
    const { runtime, source, loads, last } = await loadedSource({ cooldown: 3600 });
    runtime.setTime(NOW + 250);
    await settled();
    await last().fail(new LoadFailure("unreachable"));
    runtime.sleepUntil(NOW + 200);
    const request = select(source, "b");
    await settled();
    expect(loads).toHaveLength(3);
    await last().answer([keyB()]);
    await request;
  });
});
