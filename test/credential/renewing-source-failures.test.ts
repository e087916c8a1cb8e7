import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import type { WorkloadCredential } from "../../src/credential/credential.js";
import { caughtFrom, clock, expectSilence, expectWimseError, NOW } from "../support/wit-fixtures.js";
import { FOREIGN, hour, startSource, twoHours, untaken } from "./renewing-source-support.js";

describe("an attempt that fails", () => {
  it.each<[unknown, string]>([
    [new Error(FOREIGN), "failed"],
    [FOREIGN, "failed"],
    [undefined, "failed"],
    [new WimseError("wit_malformed", "x"), "wit_malformed"],
  ])("with %o leaves nothing but a word of ours", async (error, failure) => {
    const { source, asked, states } = startSource();
    const waiting = caughtFrom(async () => source.current());
    (await asked.next()).reject(error);
    const state = await states.next();
    expect(state).toMatchObject({ status: "unavailable", failure, failedAt: NOW, failures: 1 });
    expectSilence(state, FOREIGN);
    const thrown = await waiting;
    expect(thrown).toMatchObject({ code: "credential_unavailable" });
    expectSilence(thrown, FOREIGN);
  });

  it("may throw before it returns a promise, or bring something else", async () => {
    const broken = [
      () => {
        throw new Error(FOREIGN);
      },
      () => "a credential" as never,
      () => undefined as never,
      () => null as never,
      () => ({ ...hour, id: hour.id, expiresAt: NOW + 3600, algorithm: "ES256", wit: hour.wit }) as never,
      () => Object.create(Object.getPrototypeOf(hour)) as WorkloadCredential,
      () => Object.create(hour) as WorkloadCredential,
      () => new Proxy(hour, {}),
    ];
    for (const obtain of broken) {
      const { source } = startSource({ obtain });
      await expectWimseError(async () => source.current(), "credential_unavailable", undefined, FOREIGN);
      expect(source.state()).toMatchObject({ failures: 1, status: "unavailable", failure: "failed" });
    }
  });

  it("is not repeated by those who ask, but after a wait that doubles up to a minute", async () => {
    const { source, asked, answer, toNextAttempt } = startSource();
    void caughtFrom(async () => source.current());
    let state = await answer(new Error(FOREIGN));
    for (const full of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
      await expectWimseError(() => source.current(), "credential_unavailable");
      expect(await untaken(asked)).toBe(0);
      const wait = (state.nextAttemptAt ?? 0) - (state.failedAt ?? 0);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
      toNextAttempt();
      state = await answer(new Error(FOREIGN));
    }
    toNextAttempt();
    expect(await answer(twoHours)).toMatchObject({ status: "ready", failures: 0 });
  });

  it("refuses those who ask before the next one at once: there is nothing to wait for", async () => {
    const { source, asked } = startSource();
    const first = caughtFrom(async () => source.current());
    (await asked.next()).reject(new Error(FOREIGN));
    await first;
    expect(() => source.current()).toThrow(expect.objectContaining({ code: "credential_unavailable" }));
  });

  it("is repeated more often as the end of the credential comes near", async () => {
    const { source, ready, answer, runtime, asked } = startSource({ retryDelay: 4, maxRetryDelay: 1000 });
    await ready();
    let wait = 0;
    while (runtime.now() < NOW + 3600) {
      const { nextAttemptAt = 0 } = source.state();
      wait = nextAttemptAt - runtime.now();
      runtime.setTime(nextAttemptAt);
      await answer(new Error(FOREIGN));
    }
    expect(wait).toBeLessThanOrEqual(4);
    expect(source.state().failures).toBeGreaterThan(10);
    expect(await untaken(asked)).toBe(0);
  });

  it("has taken too long: it is aborted, and what it brings later is not used", async () => {
    const { source, asked, runtime, states } = startSource({ timeout: 5 });
    const waiting = caughtFrom(async () => source.current());
    const attempt = await asked.next();
    runtime.setTime(NOW + 4.9);
    expect(attempt.signal.aborted).toBe(false);
    runtime.setTime(NOW + 5);
    expect(attempt.signal.aborted).toBe(true);
    expect(await states.next()).toMatchObject({ failure: "timed_out" });
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
    attempt.resolve(hour);
    await attempt.promise;
    await expectWimseError(() => source.current(), "credential_unavailable");
    expect(source.state().status).toBe("unavailable");
  });

  it("may be rejected when nobody looks at it any more", async () => {
    const { source, asked, runtime, states } = startSource({ timeout: 5 });
    void caughtFrom(async () => source.current());
    const attempt = await asked.next();
    runtime.setTime(NOW + 5);
    await states.next();
    attempt.reject(new Error(FOREIGN)); // an unhandled rejection would fail the run
    expect(await caughtFrom(attempt.promise)).toBeInstanceOf(Error);
  });
});

it("fails like any other attempt where the timers of its runtime are broken", async () => {
  const runtime = {
    ...clock(),
    schedule() {
      throw new Error(FOREIGN);
    },
  };
  const { source, asked } = startSource({ runtime });
  await expectWimseError(() => source.current(), "credential_unavailable", undefined, FOREIGN);
  expect(source.state()).toEqual({ status: "unavailable", failedAt: NOW, failure: "failed", failures: 1 });
  expect(await untaken(asked)).toBe(0);
});
