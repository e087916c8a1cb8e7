import { describe, expect, it, onTestFinished } from "vitest";
import { type RenewingSource, renewingSource } from "../../src/credential/renewing-source.js";
import { currentCredential } from "../../src/credential/source.js";
import { credentialFor } from "../support/credential-fixtures.js";
import {
  caughtFrom,
  clock,
  expectMistake,
  expectSilence,
  expectWimseError,
  NOW,
  SUBJECT,
} from "../support/wit-fixtures.js";
import { FOREIGN, hour, startSource, stranger, twoHours, untaken } from "./renewing-source-support.js";

describe("a renewing source", () => {
  it("does nothing until somebody asks", async () => {
    const { source, asked } = startSource();
    expect(source.state()).toEqual({ status: "idle", failures: 0 });
    expect(await untaken(asked)).toBe(0);
  });

  it("obtains once for all who wait, and then answers at once", async () => {
    const { source, asked, answer } = startSource();
    const waiting = [source.current(), source.current(), currentCredential(source, NOW)];
    expect(source.state()).toEqual({ status: "starting", failures: 0 });
    await answer(hour);
    expect(await Promise.all(waiting)).toEqual([hour, hour, hour]);
    expect(source.current()).toBe(hour);
    expect(await untaken(asked)).toBe(0);
  });

  it("says how it is doing, without a token", async () => {
    const { source, ready } = startSource();
    await ready();
    const { nextAttemptAt = 0, ...state } = source.state();
    expect(state).toEqual({
      status: "ready",
      identifier: SUBJECT,
      expiresAt: NOW + 3600,
      succeededAt: NOW,
      failures: 0,
    });
    expect(nextAttemptAt).toBeGreaterThanOrEqual(NOW + 1800);
    expect(nextAttemptAt).toBeLessThan(NOW + 2400);
    expectSilence(source.state(), hour.wit);
    expectSilence(source, hour.wit);
  });

  it("renews between one half and two thirds of the lifetime, at different times", async () => {
    const times = new Set<number>();
    for (let byte = 0; byte < 256; byte += 15) {
      const runtime = { ...clock(), randomBytes: (length: number) => new Uint8Array(length).fill(byte) };
      const { source, ready } = startSource({ runtime });
      await ready();
      const { nextAttemptAt = 0 } = source.state();
      expect(nextAttemptAt).toBeGreaterThanOrEqual(NOW + 1800);
      expect(nextAttemptAt).toBeLessThan(NOW + 2400);
      times.add(nextAttemptAt);
    }
    expect(times.size).toBe(18);
  });

  it("uses the old credential until the new one is there", async () => {
    const { source, ready, asked, toNextAttempt, states } = startSource();
    await ready();
    toNextAttempt();
    const attempt = await asked.next();
    expect(attempt.current).toBe(hour);
    expect(source.current()).toBe(hour);
    expect(source.state().nextAttemptAt).toBeUndefined();
    attempt.resolve(twoHours);
    await states.next();
    expect(source.current()).toBe(twoHours);
  });

  it("takes the same credential again for no failure", async () => {
    const { source, ready, answer, toNextAttempt } = startSource();
    await ready();
    const at = toNextAttempt();
    const state = await answer(hour);
    expect(state).toMatchObject({ status: "ready", failures: 0, succeededAt: at });
    expect(source.state().nextAttemptAt).toBeGreaterThan(at);
  });

  it("takes a credential that lives shorter than the last", async () => {
    const { source, ready, answer, toNextAttempt } = startSource();
    await ready(twoHours);
    expect(toNextAttempt()).toBeLessThan(NOW + 5000);
    const shorter = await credentialFor(6000);
    await answer(shorter);
    expect(source.current()).toBe(shorter);
  });

  it("asks again within its interval, however long the credential lives", async () => {
    const { source, ready } = startSource({ interval: 30 });
    await ready();
    const { nextAttemptAt = 0 } = source.state();
    expect(nextAttemptAt).toBeGreaterThanOrEqual(NOW + 15);
    expect(nextAttemptAt).toBeLessThan(NOW + 20);
  });

  it("may be used by what obtains its next credential", async () => {
    const used: unknown[] = [];
    const source: RenewingSource = renewingSource({
      runtime: clock(),
      obtain: ({ current }) => {
        used.push(current && source.current());
        return used.length === 1 ? hour : twoHours;
      },
    });
    onTestFinished(() => source.close());
    await source.current();
    await source.renew();
    expect(used).toEqual([undefined, hour]);
    expect(source.current()).toBe(twoHours);
  });

  it("attempts when asked to, and joins an attempt that is under way", async () => {
    const { source, ready, answer, asked } = startSource();
    await ready();
    const both = [source.renew(), source.renew()];
    await answer(twoHours);
    await Promise.all(both);
    expect(source.current()).toBe(twoHours);
    expect(await untaken(asked)).toBe(0);
  });
});

describe("a credential that is over", () => {
  it("CREDS-9.5.03: is never used", async () => {
    const { source, ready, runtime, answer } = startSource();
    await ready();
    runtime.setTime(NOW + 3599.9); // due already; the attempt is under way
    expect(source.current()).toBe(hour);
    runtime.setTime(NOW + 3600);
    expect(source.state()).toMatchObject({ status: "expired", expiresAt: NOW + 3600 });
    const waiting = source.current();
    await answer(new Error(FOREIGN));
    await expectWimseError(Promise.resolve(waiting), "credential_expired", "CREDS-9.5.03", FOREIGN);
    await expectWimseError(() => source.current(), "credential_expired", "CREDS-9.5.03", FOREIGN);
  });

  it("is replaced while those who ask wait", async () => {
    const { source, ready, runtime, answer } = startSource();
    await ready();
    runtime.setTime(NOW + 3600);
    const waiting = source.current();
    await answer(twoHours);
    expect(await waiting).toBe(twoHours);
  });

  it("is not taken in the first place, nor as a new one", async () => {
    const { source, ready, runtime, answer } = startSource();
    runtime.setTime(NOW + 3600);
    const waiting = caughtFrom(async () => source.current());
    expect(await answer(hour)).toMatchObject({ status: "unavailable", failure: "credential_expired", failures: 1 });
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
    runtime.setTime(NOW + 3602);
    await ready(twoHours);
    await Promise.all([source.renew(), answer(hour)]);
    expect(source.current()).toBe(twoHours);
    expect(source.state()).toMatchObject({ status: "ready", failure: "credential_expired", failedAt: NOW + 3602 });
  });
});

describe("the identity of a source", () => {
  it("is that of its first credential: another workload's is refused", async () => {
    const { source, ready, answer } = startSource();
    await ready();
    const [, state] = await Promise.all([source.renew(), answer(stranger)]);
    expect(state).toMatchObject({ status: "ready", identifier: SUBJECT, failure: "identifier_changed" });
    expect(source.current()).toBe(hour);
  });

  it("can be demanded from the start", async () => {
    const { source, answer } = startSource({ id: SUBJECT });
    const waiting = caughtFrom(async () => source.current());
    expect(await answer(stranger)).toMatchObject({ status: "unavailable", failure: "identifier_changed" });
    expect(await waiting).toMatchObject({ code: "credential_unavailable" });
  });
});

describe("those who wait", () => {
  it("may give up without ending the attempt for others", async () => {
    const { source, asked, states } = startSource();
    const controller = new AbortController();
    const reason = new Error("too slow");
    const impatient = caughtFrom(async () => source.current({ signal: controller.signal }));
    const patient = source.current({ signal: new AbortController().signal });
    const attempt = await asked.next();
    controller.abort(reason);
    expect(await impatient).toBe(reason);
    expect(attempt.signal.aborted).toBe(false);
    attempt.resolve(hour);
    await states.next();
    expect(await patient).toBe(hour);
    expect(await caughtFrom(async () => source.current({ signal: controller.signal }))).toBe(reason);
  });
});

it("an observer that fails changes nothing", async () => {
  for (const onChange of [
    () => {
      throw new Error(FOREIGN);
    },
    () => Promise.reject(new Error(FOREIGN)) as never,
  ]) {
    const source = renewingSource({ obtain: () => hour, runtime: clock(), onChange });
    expect(await source.current()).toBe(hour);
    await source.close();
  }
});

describe("settings that cannot be right", () => {
  it.each<[object, RegExp]>([
    [{ obtain: 1 }, /^renewingSource: obtain is a function$/],
    [{ obtian: () => hour }, /unknown option "obtian"/],
    [{ id: "agent" }, /^id: a Workload Identifier$/],
    [{ id: 7 }, /^id: a Workload Identifier$/],
    [{ timeout: 0 }, /^timeout: /],
    [{ retryDelay: -1 }, /^retryDelay: /],
    [{ retryDelay: 9, maxRetryDelay: 8 }, /^maxRetryDelay: /],
    [{ interval: Number.NaN }, /^interval: /],
    [{ onChange: "log" }, /^onChange: a function$/],
    [{ runtime: { now: () => 1, randomBytes: () => new Uint8Array() } }, /^runtime: schedule must be a function$/],
  ])("%o", async (options, message) => {
    await expectMistake(() => renewingSource({ obtain: () => hour, ...options } as never), message);
  });
});
