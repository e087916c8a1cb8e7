import { describe, expect, it } from "vitest";
import { systemRuntime } from "../../src/base/runtime.js";
import { renewingSource } from "../../src/credential/renewing-source.js";
import { credentialFor, stateEvents } from "../support/credential-fixtures.js";
import { caughtFrom, clock, expectWimseError, NOW } from "../support/wit-fixtures.js";
import { watchedRuntime } from "../trust/key-source/support.js";
import { hour, startSource, twoHours, untaken } from "./renewing-source-support.js";

describe("a clock that jumps", () => {
  it("forward: whoever asks next starts the attempt that no timer started", async () => {
    let now = NOW;
    const runtime = { ...clock(), now: () => now, schedule: () => ({ cancel: () => {} }) };
    const { source, ready, asked } = startSource({ runtime });
    await ready();
    now += 1000;
    expect(source.current()).toBe(hour);
    expect(await untaken(asked)).toBe(0);
    now += 1500;
    expect(source.current()).toBe(hour);
    expect(await untaken(asked)).toBe(1);
  });

  it("back: the time of the next attempt means nothing any more, so that one is made", async () => {
    let now = NOW + 3000;
    const runtime = { ...clock(), now: () => now, schedule: () => ({ cancel: () => {} }) };
    const { source, ready, asked, answer } = startSource({ runtime });
    await ready();
    now -= 30; // a small correction
    source.current();
    expect(await untaken(asked)).toBe(0);
    now = NOW;
    expect(source.current()).toBe(hour);
    expect(await untaken(asked)).toBe(1);
    await answer(twoHours);
    source.current();
    expect(await untaken(asked)).toBe(0);
  });
});

describe("the end of a source", () => {
  it("leaves no timer, no attempt and no credential", async () => {
    const { source, ready, runtime, asked, states } = startSource();
    await ready();
    await source.close();
    expect(await states.next()).toMatchObject({ status: "closed" });
    await source.close();
    runtime.setTime(NOW + 3599);
    expect(await untaken(asked)).toBe(0);
    expect(states.left).toBe(0);
    expect(source.state()).toEqual({ status: "closed", succeededAt: NOW, failures: 0 });
    await expectWimseError(() => source.current(), "credential_unavailable");
    await source.renew();
    expect(await untaken(asked)).toBe(0);
  });

  it("ends an attempt and those who wait for it", async () => {
    const { source, asked } = startSource();
    const waiting = caughtFrom(async () => source.current());
    const attempt = await asked.next();
    await source.close();
    expect(attempt.signal.aborted).toBe(true);
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
    attempt.resolve(hour);
    await attempt.promise;
    expect(source.state()).toEqual({ status: "closed", failures: 0 });
  });

  it("is told of once, with an attempt under way too", async () => {
    const { source, asked, states } = startSource();
    const waiting = caughtFrom(async () => source.current());
    await asked.next();
    const closing = source.close();
    // The attempt has not ended yet, and nobody waits for that.
    expect(() => source.current()).toThrow(expect.objectContaining({ code: "credential_unavailable" }));
    await closing;
    expect(await states.next()).toEqual({ status: "closed", failures: 0 });
    await waiting;
    expect(await untaken(states)).toBe(0);
  });

  it("may come at any moment after an attempt has its credential: none is kept, and no timer is set", async () => {
    for (let turns = 0; turns < 20; turns++) {
      const runtime = watchedRuntime();
      const { source, asked } = startSource({ runtime });
      const waiting = Promise.allSettled([source.current()]);
      (await asked.next()).resolve(hour);
      for (let turn = 0; turn < turns; turn++) await undefined;
      await source.close();
      await waiting;
      const state = source.state();
      expect(state).toMatchObject({ status: "closed", failures: 0 });
      expect(state).not.toHaveProperty("identifier");
      expect(state).not.toHaveProperty("expiresAt");
      expect(runtime.timers).toEqual([]);
      await expectWimseError(() => source.current(), "credential_unavailable");
    }
  });

  it("no timer holds the process open", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const source = renewingSource({ obtain: () => new Promise(() => {}), runtime: systemRuntime });
    const waiting = caughtFrom(async () => source.current());
    expect(timers()).toBe(before);
    await source.close();
    await waiting;
  });
});

it("rotates every second for a minute without ever being without a credential", async () => {
  const runtime = clock();
  const states = stateEvents();
  let issued = 0;
  const source = renewingSource({
    runtime,
    onChange: states.onChange,
    obtain: () => {
      issued++;
      return credentialFor(runtime.now() - NOW + 2);
    },
  });
  await source.current();
  await states.next();
  while (runtime.now() < NOW + 60) {
    const { nextAttemptAt = 0 } = source.state();
    runtime.setTime(nextAttemptAt);
    expect(await source.current()).toMatchObject({ algorithm: "ES256" });
    await states.next();
  }
  expect(issued).toBeGreaterThan(44);
  expect(issued).toBeLessThan(62);
  await source.close();
});
