import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  drawFraction,
  dropRejection,
  isPending,
  runtimeOf,
  systemRuntime,
  timedRuntimeOf,
} from "../../src/base/runtime.js";
import { expectMistake, NOW } from "../support/wit-fixtures.js";

const LONGEST = (2 ** 31 - 1) / 1000;

describe("systemRuntime", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW * 1000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("cannot be changed for everybody", () => {
    expect(Object.isFrozen(systemRuntime)).toBe(true);
  });

  it("tells the time in seconds, with a fraction", () => {
    vi.setSystemTime(NOW * 1000 + 250);
    expect(systemRuntime.now()).toBe(NOW + 0.25);
  });

  it("draws as many random bytes as asked for, new ones every time", () => {
    expect(systemRuntime.randomBytes(16)).toHaveLength(16);
    expect(systemRuntime.randomBytes(16)).not.toEqual(systemRuntime.randomBytes(16));
  });

  it("runs once, at the time", () => {
    const run = vi.fn();
    systemRuntime.schedule(NOW + 10, run);
    vi.advanceTimersByTime(9_999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(100_000);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("runs soon what is over already", () => {
    const run = vi.fn();
    systemRuntime.schedule(NOW - 10, run);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each([LONGEST, LONGEST + 1, 3 * LONGEST + 5])("keeps appointments that are %d s away", (wait) => {
    const run = vi.fn();
    systemRuntime.schedule(NOW + wait, run);
    vi.advanceTimersByTime(wait * 1000 - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each([10, LONGEST + 10])("can be called off, %d s ahead", (wait) => {
    const run = vi.fn();
    const timer = systemRuntime.schedule(NOW + wait, run);
    vi.advanceTimersByTime(wait * 1000 - 1);
    timer.cancel();
    vi.advanceTimersByTime(1_000_000);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("a timer of systemRuntime does not hold the process open", () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const timer = systemRuntime.schedule(Date.now() / 1000 + 60, () => {});
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBe(before);
  timer.cancel();
});

describe("runtimeOf", () => {
  it("is the platform's when none is given", () => {
    expect(runtimeOf(undefined)).toBe(systemRuntime);
    expect(runtimeOf({})).toBe(systemRuntime);
    expect(runtimeOf({ runtime: undefined })).toBe(systemRuntime);
  });

  it("is the one that was given", () => {
    const runtime = { ...systemRuntime };
    expect(runtimeOf({ runtime })).toBe(runtime);
  });

  it.each<unknown>([
    null,
    {},
    { now: () => 1 },
    { now: 1, randomBytes: () => new Uint8Array() },
    { now: () => 1, randomBytes: 1 },
  ])("refuses %o", async (runtime) => {
    await expectMistake(() => runtimeOf({ runtime: runtime as never }), /^runtime: now and randomBytes/);
  });
});

it("timedRuntimeOf wants timers too", async () => {
  const runtime = { ...systemRuntime };
  expect(timedRuntimeOf({ runtime })).toBe(runtime);
  expect(timedRuntimeOf({})).toBe(systemRuntime);
  const untimed = { ...runtime, schedule: undefined };
  await expectMistake(() => timedRuntimeOf({ runtime: untimed as never }), /^runtime: schedule must be a function$/);
  await expectMistake(() => timedRuntimeOf({ runtime: null as never }), /^runtime: now and randomBytes/);
});

it.each([
  [[0, 0], 0],
  [[128, 0], 0.5],
  [[0, 1], 1 / 65536],
  [[255, 255], 65535 / 65536],
])("drawFraction makes of the bytes %o the number %d", (bytes, fraction) => {
  expect(drawFraction({ ...systemRuntime, randomBytes: () => Uint8Array.from(bytes) })).toBe(fraction);
});

it("isPending tells what has to be waited for", () => {
  expect(isPending(Promise.resolve(1))).toBe(true);
  const name = "then";
  const withThen = (value: unknown): object => ({ [name]: value });
  expect(isPending(withThen(() => {}))).toBe(true);
  for (const value of [undefined, null, 0, "x", {}, withThen(1)]) expect(isPending(value)).toBe(false);
});

it("dropRejection handles what may reject, and leaves everything else alone", () => {
  const handlers: unknown[][] = [];
  const name = "then";
  dropRejection({ [name]: (...given: unknown[]) => void handlers.push(given) });
  expect(handlers).toEqual([[undefined, expect.any(Function)]]);
  for (const value of [undefined, null, 0, "x", {}]) expect(() => dropRejection(value)).not.toThrow();
});
