import { afterEach, describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { systemRuntime } from "../../src/base/runtime.js";
import type { WorkloadCredential } from "../../src/credential/credential.js";
import type { ObtainOptions, RenewingSourceOptions } from "../../src/credential/renewal-options.js";
import { type RenewingSource, renewingSource } from "../../src/credential/renewing-source.js";
import { currentCredential } from "../../src/credential/source.js";
import { type Deferred, credentialFor, deferred, events, stateEvents } from "../support/credential-fixtures.js";
import {
  caughtFrom,
  clock,
  expectMistake,
  expectSilence,
  expectWimseError,
  NOW,
  SUBJECT,
} from "../support/wit-fixtures.js";
import { settled } from "../trust/key-source/support.js";

const [hour, twoHours, stranger] = await Promise.all([
  credentialFor(3600),
  credentialFor(7200),
  credentialFor(9000, "wimse://example.com/stranger"),
]);
const FOREIGN = "connect ECONNREFUSED eyJhbGciOiJFUzI1NiJ9.secret";

const open: RenewingSource[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

/** A source whose attempts the test answers one by one. */
function startSource(changes: Partial<RenewingSourceOptions> = {}) {
  const runtime = clock();
  const states = stateEvents();
  const asked = events<Deferred<WorkloadCredential> & ObtainOptions>();
  const source = renewingSource({
    runtime,
    onChange: states.onChange,
    obtain(options) {
      const answer = deferred<WorkloadCredential>();
      asked.push({ ...answer, ...options });
      return answer.promise;
    },
    ...changes,
  });
  open.push(source);
  /** Answers the next attempt and waits until the source has taken note. */
  const answer = async (credential: WorkloadCredential | Error) => {
    const attempt = await asked.next();
    if (credential instanceof Error) attempt.reject(credential);
    else attempt.resolve(credential);
    return states.next();
  };
  /** A source that has its first credential. */
  const ready = async (credential = hour) => {
    const first = source.current();
    await answer(credential);
    return first;
  };
  /** Moves the clock to the next attempt. */
  const toNextAttempt = () => {
    const at = source.state().nextAttemptAt ?? Number.NaN;
    runtime.setTime(at);
    return at;
  };
  return { runtime, states, asked, source, answer, ready, toNextAttempt };
}

/** How many attempts nobody has taken, once everything that waits for nothing but promises has gone on. */
async function untaken(asked: { readonly left: number }): Promise<number> {
  await settled();
  return asked.left;
}

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
    open.push(source);
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
      () => Object.create(Object.getPrototypeOf(hour)) as WorkloadCredential,
    ];
    for (const obtain of broken) {
      const { source } = startSource({ obtain });
      await expectWimseError(async () => source.current(), "credential_unavailable", undefined, FOREIGN);
      expect(source.state()).toMatchObject({ failures: 1, status: "unavailable" });
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
