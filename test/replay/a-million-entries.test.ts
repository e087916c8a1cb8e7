import { expect, it } from "vitest";
import { memoryReplayStore, type ReplayEntry } from "../../src/replay.js";

const START = 1_800_000_000;

it("a million entries expire at once without a sweep", { timeout: 120_000 }, () => {
  const clock = { time: START };
  const runtime = {
    now: () => clock.time,
    randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    schedule: () => ({ cancel() {} }),
  };
  const store = memoryReplayStore({ maxEntries: 2_000_000, runtime });
  const entry = (scope: string, id: string, expiresAt = START + 60): ReplayEntry => ({ scope, id, expiresAt });
  const count = 1_000_000;
  for (let i = 0; i < count; i += 100) {
    expect(store.claim(Array.from({ length: 100 }, (_, j) => entry(`sender ${i % 700}`, `${i + j}`)))).toBe(true);
  }
  expect(store.size).toBe(count);
  clock.time += 60;
  // Each claim does a little of the work, always more than it adds.
  for (let i = 1; i <= 1000; i++) {
    store.claim([entry("alice", `${i}`, START + 120)]);
    expect(store.size).toBe(count - 3 * i);
  }
  for (let i = 0; i < count; i += 1000) expect(store.claim([entry("sender 0", `${i}`, START + 120)])).toBe(true);
});
