import { afterAll, expect, it, vi } from "vitest";
import { scopeCounts } from "../../src/replay/scope-counts.js";

// Digests that share words do not come up by chance: here they are spelled out.
const words = (text: string) => {
  const [a = 0, b = 0, c = 0] = text.split(" ").map(Number);
  return { a, b, c };
};
const KEYED_DIGEST = "../../src/replay/keyed-digest.js";
vi.resetModules();
vi.doMock(KEYED_DIGEST, () => ({
  keyedDigest: () => ({ ofScope: words, ofEntry: (_: string, id: string) => words(id) }),
}));
const { memoryReplayStore } = await import("../../src/replay.js");

// Test files share their modules: the next one gets the real ones.
afterAll(() => {
  vi.doUnmock(KEYED_DIGEST);
  vi.resetModules();
});

it.each(["1 2 4", "1 4 3", "4 2 3", "11 2 3"])("tells the digest 1 2 3 from %s", (other) => {
  // A small store: some of them share a chain.
  const store = memoryReplayStore({ maxEntries: 10 });
  expect(store.claim([{ scope: "7 8 9", id: "1 2 3", expiresAt: 4e9 }])).toBe(true);
  expect(store.claim([{ scope: "7 8 9", id: other, expiresAt: 4e9 }])).toBe(true);
  expect(store.claim([{ scope: "7 8 9", id: other, expiresAt: 4e9 }])).toBe(false);
});

it.each(["1 3 0", "2 2 0", "4 2 0"])("counts the scopes 1 2 and %s apart", (other) => {
  const counts = scopeCounts(10);
  const one = counts.add(counts.find(words("1 2 0")), words("1 2 0"));
  expect(counts.find(words(other))).toBe(0);
  const two = counts.add(0, words(other));
  counts.add(two, words(other));
  expect([counts.countOf(one), counts.countOf(two)]).toEqual([1, 2]);
  counts.subtract(one);
  expect(counts.find(words("1 2 0"))).toBe(0);
  expect(counts.find(words(other))).toBe(two);
});
