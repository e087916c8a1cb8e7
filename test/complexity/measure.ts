import { createHash } from "node:crypto";
import type { Awaitable } from "../../src/base/runtime.js";
import { answerOf, type ComplexityCase } from "./case.js";

/** Sizes as shares of the limit. */
const SHARES = [1 / 4, 1 / 2, 1] as const;

/** What a case costs, milliseconds: the least of several runs. */
export interface Cost {
  readonly quarter: number;
  readonly half: number;
  readonly whole: number;
}

async function once(run: () => Awaitable<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await answerOf(run);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The cost of a case at a quarter, a half and the whole of its limit, in turns. */
export async function costOf(one: ComplexityCase, rounds: number): Promise<Cost> {
  const runs = SHARES.map((share) => one.make(Math.floor(one.limit * share)));
  const least = [Infinity, Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) least[i] = Math.min(least[i] as number, await once(run));
  }
  const [quarter, half, whole] = least as [number, number, number];
  return { quarter, half, whole };
}

/** What it costs to look at each octet and to hash them, milliseconds: the yardstick of the machine. */
export async function yardstick(octets: number, rounds: number): Promise<number> {
  const text = "a".repeat(octets);
  let least = Infinity;
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    const time = await once(() => {
      for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
      return createHash("sha256").update(text, "latin1").digest();
    });
    least = Math.min(least, time);
  }
  return sum === 0 ? 0 : least;
}
