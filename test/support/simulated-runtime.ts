import { createHash } from "node:crypto";
import type { Runtime } from "../../src/base/runtime.js";

interface Timer {
  readonly at: number;
  readonly run: () => void;
  cancelled: boolean;
}

/** A runtime whose time passes as fast as everything that was scheduled for it can be done. */
export interface SimulatedRuntime extends Runtime {
  /** Lets time pass up to `until`, and everything happen that is due on the way, one after another. */
  runUntil(until: number): Promise<void>;
  /** Timers that have not fired and were not cancelled. */
  readonly pending: number;
}

/** @param now seconds since the epoch */
export function simulatedRuntime(now: number): SimulatedRuntime {
  let time = now;
  let drawn = 0;
  let pending = 0;
  /** A binary heap, the earliest timer first. */
  const heap: Timer[] = [];

  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] as Timer, heap[a] as Timer];
  };
  const at = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY;

  function push(timer: Timer): void {
    let index = heap.push(timer) - 1;
    for (let parent = (index - 1) >> 1; index > 0 && at(parent) > at(index); parent = (index - 1) >> 1) {
      swap(index, parent);
      index = parent;
    }
  }

  function pop(): Timer | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const least = at(left + 1) < at(left) ? left + 1 : left;
      if (at(least) >= at(index)) return first;
      swap(index, least);
      index = least;
    }
  }

  return {
    now: () => time,
    randomBytes(length) {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i += 32) {
        bytes.set(
          createHash("sha256")
            .update(`${drawn++}`)
            .digest()
            .subarray(0, length - i),
          i,
        );
      }
      return bytes;
    },
    schedule(when, run) {
      const timer: Timer = { at: when, run, cancelled: false };
      push(timer);
      pending++;
      return {
        cancel() {
          if (!timer.cancelled) pending--;
          timer.cancelled = true;
        },
      };
    },
    async runUntil(until) {
      await settled();
      while (at(0) <= until) {
        const timer = pop();
        if (timer === undefined || timer.cancelled) continue;
        time = Math.max(time, timer.at);
        timer.cancelled = true; // cancelling it later changes nothing
        pending--;
        timer.run();
        await settled();
      }
      time = Math.max(time, until);
    },
    get pending() {
      return pending;
    },
  };
}

/** Lets everything happen that needs no time and no other thread; streams take a few turns. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
