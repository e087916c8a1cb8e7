import { configurationInvalid } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import { sha256 } from "../crypto/digest.js";

/** A runtime whose clock stands still until it is told to move. */
export interface FixedRuntime extends Runtime {
  /** Sets the clock, in seconds since the epoch, and runs what was scheduled for up to then. */
  setTime(now: number): void;
}

/**
 * A runtime for tests: a clock that the test sets, timers that fire when it does, and bytes that repeat from run to run.
 *
 * @example
 * ```ts
 * import { fixedRuntime } from "wimse/testing";
 *
 * const runtime = fixedRuntime(1_790_000_000);
 * runtime.setTime(1_790_000_060);
 * console.log(runtime.now()); // 1790000060
 * ```
 *
 * @param now seconds since the epoch
 * @param random bytes to hand out in order, each once. Default: an endless sequence that is the same on every run.
 */
export function fixedRuntime(now: number, random?: Uint8Array): FixedRuntime {
  let time = now;
  let used = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();

  const given = (bytes: Uint8Array, length: number): Uint8Array => {
    if (used + length > bytes.length) throw configurationInvalid("fixedRuntime: the given random bytes are used up");
    used += length;
    return bytes.slice(used - length, used);
  };
  const endless = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += 32) bytes.set(sha256(`fixed ${used++}`).subarray(0, length - i), i);
    return bytes;
  };

  return {
    now: () => time,
    randomBytes: (length) => (random === undefined ? endless(length) : given(random, length)),
    schedule(at, run) {
      const timer = { at, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    setTime(next) {
      time = next;
      const due = [...timers].filter(({ at }) => at <= time).sort((a, b) => a.at - b.at);
      for (const timer of due) if (timers.delete(timer)) timer.run();
    },
  };
}
