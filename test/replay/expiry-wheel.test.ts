import { describe, expect, it } from "vitest";
import { expiryWheel } from "../../src/replay/expiry-wheel.js";

const START = 1_800_000_000;
const ROUND = 2 ** 14;

/** A wheel of entries that are numbered from 1 in the order of `expiries`, and what it has released so far. */
function wheelOf(expiries: readonly number[], start = START) {
  const links = new Map<number, number>();
  const released: number[] = [];
  const wheel = expiryWheel(
    {
      expiryOf: (entry) => expiries[entry - 1] as number,
      linkOf: (entry) => links.get(entry) ?? 0,
      setLink: (entry, next) => void links.set(entry, next),
      release: (entry) => void released.push(entry),
    },
    start,
  );
  for (let entry = 1; entry <= expiries.length; entry++) wheel.add(entry);
  return { wheel, released };
}

describe("a turn of the wheel", () => {
  it("releases what has expired, and nothing before its time", () => {
    const { wheel, released } = wheelOf([START + 2, START + 1, START + 3]);
    wheel.turn(START + 0.9, 10);
    expect(released).toEqual([]);
    wheel.turn(START + 2.9, 10);
    expect(released).toEqual([2, 1]);
    wheel.turn(START + 3, 10);
    expect(released).toEqual([2, 1, 3]);
    wheel.turn(START + 3 + 2 * ROUND, 10);
    expect(released).toEqual([2, 1, 3]);
  });

  it("handles no more entries than allowed, and goes on from there", () => {
    const { wheel, released } = wheelOf([START + 1, START + 1, START + 1, START + 2, START + 2]);
    wheel.turn(START + 2, 0);
    expect(released).toEqual([]);
    wheel.turn(START + 2, 2);
    expect(released).toEqual([3, 2]);
    wheel.turn(START + 2, 2);
    expect(released).toEqual([3, 2, 1, 5]);
    wheel.turn(START + 2, 2);
    expect(released).toEqual([3, 2, 1, 5, 4]);
  });

  it("counts an entry that it puts back, because it expires a round later", () => {
    const { wheel, released } = wheelOf([START + 1, START + 1 + ROUND, START + 1 + ROUND]);
    wheel.turn(START + 1, 2);
    expect(released).toEqual([]);
    wheel.turn(START + 1, 1);
    expect(released).toEqual([1]);
    wheel.turn(START + ROUND, 10);
    expect(released).toEqual([1]);
    wheel.turn(START + 1 + ROUND, 10);
    expect(released.sort()).toEqual([1, 2, 3]);
  });

  it.each([ROUND - 1, ROUND, ROUND + 1, 3 * ROUND, 100 * ROUND + 5])(
    "meets every entry after a rest of %d s",
    (rest) => {
      const expiries = [START + 1, START + 2, START + 77, START + ROUND - 1];
      const { wheel, released } = wheelOf(expiries);
      wheel.turn(START + rest, 10);
      expect(released.sort()).toEqual([1, 2, 3, 4]);
    },
  );

  it("goes through the seconds again after the clock was set back", () => {
    const { wheel, released } = wheelOf([START + 20, START + 2000]);
    wheel.turn(START + 1000, 10);
    wheel.turn(START, 10);
    wheel.add(1);
    wheel.turn(START + 20, 10);
    expect(released).toEqual([1, 1]);
  });

  it("does nothing when the clock gives no time, and is none the worse for it", () => {
    const { wheel, released } = wheelOf([START + 1]);
    wheel.turn(Number.NaN, 10);
    expect(released).toEqual([]);
    wheel.turn(START + 1, 10);
    expect(released).toEqual([1]);
  });

  it("starts in the second in which it was made", () => {
    const { wheel, released } = wheelOf([START + 1], START + 0.99);
    wheel.turn(START + 1, 1);
    expect(released).toEqual([1]);
  });
});
