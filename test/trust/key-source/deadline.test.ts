import { describe, expect, it } from "vitest";
import { waitFor, withDeadline } from "../../../src/trust/key-source/deadline.js";
import { NOW, settled, watchedRuntime } from "./support.js";

const never = (): Promise<never> => new Promise(() => {});

describe("withDeadline", () => {
  const deadline = (signal = new AbortController().signal, runtime = watchedRuntime()) => ({
    runtime,
    seconds: 5,
    signal,
  });

  it("passes on what comes in time, and leaves no timer", async () => {
    const options = deadline();
    expect(await withDeadline(async () => 42, options)).toBe(42);
    await expect(withDeadline(async () => Promise.reject(new Error("own")), options)).rejects.toThrow("own");
    const throws = (): never => {
      throw new Error("at once");
    };
    await expect(withDeadline(throws, options)).rejects.toThrow("at once");
    await settled();
    expect(options.runtime.timers).toEqual([]);
  });

  it("ends what takes longer, and says so to it", async () => {
    const options = deadline();
    let told: AbortSignal | undefined;
    const run = withDeadline((signal) => {
      told = signal;
      return never();
    }, options);
    await settled();
    options.runtime.setTime(NOW + 5);
    await expect(run).rejects.toMatchObject({ reason: "timed_out" });
    expect(told?.aborted).toBe(true);
  });

  it("ends with its signal, and does not begin after it", async () => {
    const controller = new AbortController();
    const options = deadline(controller.signal);
    const run = withDeadline(never, options);
    controller.abort();
    await expect(run).rejects.toMatchObject({ reason: "closed" });
    let begun = false;
    const late = withDeadline(async () => (begun = true), options);
    await expect(late).rejects.toMatchObject({ reason: "closed" });
    expect(begun).toBe(false);
    expect(options.runtime.timers).toEqual([]);
  });
});

describe("waitFor", () => {
  it("waits as others do, until its own signal aborts", async () => {
    const aborted = (): Error => new Error("aborted");
    const controller = new AbortController();
    expect(await waitFor(Promise.resolve(1), controller.signal, aborted)).toBe(1);
    expect(await waitFor(Promise.resolve(2), undefined, aborted)).toBe(2);
    const waiting = waitFor(never(), controller.signal, aborted);
    controller.abort();
    await expect(waiting).rejects.toThrow("aborted");
    await expect(waitFor(Promise.resolve(3), controller.signal, aborted)).rejects.toThrow("aborted");
  });
});
