import { expect } from "vitest";
import { memoryReplayStore, type ReplayEntry } from "../../src/replay.js";

export const START = 1_800_000_000;

export function storeAt(maxEntries: number, time: number = START) {
  const clock = { time };
  const drawn: number[] = [];
  const runtime = {
    now: () => clock.time,
    randomBytes: (length: number) => {
      drawn.push(length);
      return crypto.getRandomValues(new Uint8Array(length));
    },
    schedule: () => ({ cancel() {} }),
  };
  return { store: memoryReplayStore({ maxEntries, runtime }), clock, drawn };
}

export const entry = (scope: string, id: string, expiresAt: number = START + 60): ReplayEntry => ({
  scope,
  id,
  expiresAt,
});
export const noRoom = expect.objectContaining({ code: "replay_store_unavailable", requirement: "WPT-3.1.4.01" });

/** How many of `count` new entries of one sender find room. */
export function fill(
  store: ReturnType<typeof memoryReplayStore>,
  scope: string,
  count: number,
  expiresAt?: number,
): number {
  for (let i = 0; i < count; i++) {
    try {
      if (!store.claim([entry(scope, `fill ${i}`, expiresAt)])) throw new Error("a new id counts as seen");
    } catch (error) {
      expect(error).toEqual(noRoom);
      return i;
    }
  }
  return count;
}
