import { describe, expect, it } from "vitest";
import { waitFor, withDeadline } from "../../src/base/deadline.js";
import { caughtFrom, NOW } from "../support/wit-fixtures.js";
import { settled, watchedRuntime } from "../trust/key-source/support.js";

const SECONDS = 5;
const reason = new Error("enough");
const late = (): Error => new Error("late");
const never = (): Promise<never> => new Promise(() => {});

/** A controller whose signal counts who listens to it. */
function watchedController(): AbortController & { readonly listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listening.add(given[1]);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listening.delete(given[1]);
    remove(...given);
  };
  return Object.assign(controller, { listeners: () => listening.size });
}

describe("withDeadline", () => {
  it.each<[string, () => PromiseLike<number> | number]>([
    ["a value", () => 42],
    ["a promise", async () => 42],
    // biome-ignore lint/suspicious/noThenProperty: a promise of somebody else
    ["what is like a promise", () => ({ then: (resolve) => Promise.resolve(42).then(resolve) })],
  ])("gives %s that comes in time, and leaves neither timer nor listener behind", async (_name, run) => {
    const runtime = watchedRuntime();
    const { signal, listeners } = watchedController();
    let given: AbortSignal | undefined;
    const answer = withDeadline(runtime, SECONDS, signal, late, (stop) => {
      given = stop;
      return run();
    });
    expect([await answer, runtime.timers, listeners()]).toEqual([42, [], 0]);
    runtime.setTime(NOW + SECONDS);
    expect(given?.aborted).toBe(false);
  });

  it.each<[string, () => Promise<never>]>([
    [
      "at once",
      () => {
        throw reason;
      },
    ],
    ["later", () => Promise.reject(reason)],
  ])("passes on what fails %s, and leaves neither timer nor listener behind", async (_name, run) => {
    const runtime = watchedRuntime();
    const { signal, listeners } = watchedController();
    expect(await caughtFrom(withDeadline(runtime, SECONDS, signal, late, run))).toBe(reason);
    expect([runtime.timers, listeners()]).toEqual([[], 0]);
  });

  it("gives up at the end of the time, and tells what runs", async () => {
    const runtime = watchedRuntime();
    const { signal, listeners } = watchedController();
    let given: AbortSignal | undefined;
    const waiting = withDeadline(runtime, SECONDS, signal, late, (stop) => {
      given = stop;
      return never();
    });
    await settled();
    runtime.setTime(NOW + SECONDS - 1);
    expect(given?.aborted).toBe(false);
    runtime.setTime(NOW + SECONDS);
    await expect(waiting).rejects.toThrow("late");
    expect(given?.reason).toMatchObject({ message: "late" });
    expect([runtime.timers, listeners()]).toEqual([[], 0]);
  });

  it("gives up with the caller's reason, and does not begin after that", async () => {
    const runtime = watchedRuntime();
    const controller = watchedController();
    const { signal, listeners } = controller;
    const waiting = withDeadline(runtime, SECONDS, signal, late, never);
    await settled();
    let begun = 0;
    const begin = (): number => ++begun;
    const unbegun = withDeadline(runtime, SECONDS, signal, late, begin);
    controller.abort(reason);
    const refused = withDeadline(runtime, SECONDS, signal, late, begin);
    for (const given of [waiting, unbegun, refused]) expect(await caughtFrom(given)).toBe(reason);
    expect([begun, runtime.timers, listeners()]).toEqual([0, [], 0]);
  });

  it("lets its caller go on before anything runs", async () => {
    let begun = false;
    const waiting = withDeadline(watchedRuntime(), SECONDS, undefined, late, () => {
      begun = true;
    });
    expect(begun).toBe(false);
    await waiting;
    expect(begun).toBe(true);
  });

  it("ends with its own error, whatever what runs makes of the signal, and hears what fails too late", async () => {
    const runtime = watchedRuntime();
    let fail = (): void => {};
    const waiting = withDeadline(runtime, SECONDS, undefined, late, (stop) => {
      const given = new Promise<never>((_resolve, reject) => {
        stop.addEventListener("abort", () => reject(new Error("aborted")));
        fail = () => reject(new Error("too late"));
      });
      return given;
    });
    const ignoring = withDeadline(runtime, SECONDS, undefined, late, () => {
      return new Promise<never>((_resolve, reject) => {
        fail = () => reject(new Error("too late"));
      });
    });
    await settled();
    runtime.setTime(NOW + SECONDS);
    await expect(waiting).rejects.toThrow("late");
    await expect(ignoring).rejects.toThrow("late");
    fail(); // a rejection that nobody handled would end the run
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("does not begin with a runtime whose timers are broken, and keeps listening to nothing", async () => {
    const { signal, listeners } = watchedController();
    const runtime = {
      ...watchedRuntime(),
      schedule() {
        throw reason;
      },
    };
    expect(await caughtFrom(withDeadline(runtime, SECONDS, signal, late, () => 42))).toBe(reason);
    expect(listeners()).toBe(0);
  });
});

describe("waitFor", () => {
  it("waits for a value or a reason, with a signal or without, and leaves no listener behind", async () => {
    const { signal, listeners } = watchedController();
    expect(await waitFor(Promise.resolve(1), undefined)).toBe(1);
    expect(await waitFor(Promise.resolve(1), signal)).toBe(1);
    expect(await caughtFrom(waitFor(Promise.reject(reason), undefined))).toBe(reason);
    expect(await caughtFrom(waitFor(Promise.reject(reason), signal))).toBe(reason);
    expect(listeners()).toBe(0);
  });

  it("ends with the reason of its signal, or with an error of the caller's own; others wait on", async () => {
    const controller = new AbortController();
    let resolve = (_value: number): void => {};
    const shared = new Promise<number>((settle) => {
      resolve = settle;
    });
    const other = waitFor(shared, new AbortController().signal);
    const [mine, named] = [waitFor(shared, controller.signal), waitFor(shared, controller.signal, late)];
    controller.abort(reason);
    expect(await caughtFrom(mine)).toBe(reason);
    await expect(named).rejects.toThrow("late");
    resolve(1);
    expect(await other).toBe(1);
  });

  it("does not wait when the signal is aborted already, and hears what fails all the same", async () => {
    const aborted = AbortSignal.abort(reason);
    expect(await caughtFrom(waitFor(never(), aborted))).toBe(reason);
    expect(await caughtFrom(waitFor(Promise.reject(new Error("x")), aborted))).toBe(reason);
    await expect(waitFor(Promise.resolve(3), aborted, late)).rejects.toThrow("late");
  });
});
