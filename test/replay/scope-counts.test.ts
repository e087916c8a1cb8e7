import { expect, it } from "vitest";
import { scopeCounts } from "../../src/replay/scope-counts.js";

const alice = { a: 4, b: 2, c: 0 };
/** Of the same chain and hash, as far as the first word goes. */
const bob = { a: 4, b: 3, c: 0 };
/** Of the same chain, and with the second word of alice. */
const carol = { a: 8, b: 2, c: 0 };

it("counts are kept apart for scopes of one chain", () => {
  const counts = scopeCounts(4);
  for (const [index, scope] of [alice, bob, carol].entries()) {
    expect(counts.find(scope)).toBe(0);
    for (let i = 0; i <= index; i++) counts.add(counts.find(scope), scope);
  }
  expect([alice, bob, carol].map((scope) => counts.countOf(counts.find(scope)))).toEqual([1, 2, 3]);
});

it("a scope that holds nothing takes no room, and counts from 0 when it comes back", () => {
  const counts = scopeCounts(1);
  for (const scope of [alice, bob, carol, alice]) {
    const name = counts.add(0, scope);
    expect(counts.add(name, scope)).toBe(name);
    expect(counts.countOf(name)).toBe(2);
    counts.subtract(name);
    expect(counts.countOf(counts.find(scope))).toBe(1);
    counts.subtract(name);
    expect([counts.find(scope), counts.countOf(0)]).toEqual([0, 0]);
  }
});
