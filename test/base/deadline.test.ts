import { describe, expect, it } from "vitest";
import { withDeadline } from "../../src/base/deadline.js";
import { caughtFrom, clock, NOW } from "../support/wit-fixtures.js";

const late = (): Error => new Error("late");

describe("withDeadline", () => {
  it("gives what comes in time, and leaves no timer behind", async () => {
    const runtime = clock();
    let aborted = false;
    const answer = await withDeadline(runtime, 5, undefined, late, async (signal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return 42;
    });
    runtime.setTime(NOW + 5);
    expect([answer, aborted]).toEqual([42, false]);
  });

  it("passes on what fails, at once or later", async () => {
    const failing = withDeadline(clock(), 5, undefined, late, () => {
      throw new Error("at once");
    });
    await expect(failing).rejects.toThrow("at once");
    await expect(withDeadline(clock(), 5, undefined, late, () => Promise.reject(new Error("later")))).rejects.toThrow(
      "later",
    );
  });

  it("gives up at the end of the time, and tells what runs", async () => {
    const runtime = clock();
    let given: AbortSignal | undefined;
    const waiting = withDeadline(runtime, 5, undefined, late, (signal) => {
      given = signal;
      return new Promise(() => {});
    });
    runtime.setTime(NOW + 4);
    expect(given?.aborted).toBe(false);
    runtime.setTime(NOW + 5);
    await expect(waiting).rejects.toThrow("late");
    expect(given?.aborted).toBe(true);
  });

  it("gives up with the caller's reason, before it starts too", async () => {
    const controller = new AbortController();
    const waiting = withDeadline(clock(), 5, controller.signal, late, () => new Promise(() => {}));
    controller.abort("enough");
    expect(await caughtFrom(waiting)).toBe("enough");
    let ran = false;
    const refused = withDeadline(clock(), 5, controller.signal, late, () => {
      ran = true;
    });
    expect([await caughtFrom(refused), ran]).toEqual(["enough", false]);
  });
});
