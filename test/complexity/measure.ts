import { createHash } from "node:crypto";
import type { Awaitable } from "../../src/base/runtime.js";
import { answerOf, type ComplexityCase } from "./case.js";

/** Sizes as shares of the limit. */
const SHARES = [1 / 4, 1 / 2, 1] as const;

/** What a case costs at a quarter, a half and the whole of its limit, milliseconds. */
export interface Cost {
  readonly quarter: number;
  readonly half: number;
  readonly whole: number;
}

/** How often the cost grows when the size grows four times: 4 where it is linear, 16 where it is quadratic. */
export function growthOf({ quarter, whole }: Cost): number {
  return whole / quarter;
}

/**
 * Measures a case, more exactly with every round. What counts is the least of all rounds: whatever else a machine does can
 * only make a round longer.
 */
export class Meter {
  readonly #runs: readonly (() => Awaitable<unknown>)[];
  readonly #least: number[];

  constructor(one: ComplexityCase) {
    this.#runs = SHARES.map((share) => one.make(Math.floor(one.limit * share)));
    this.#least = this.#runs.map(() => Number.POSITIVE_INFINITY);
  }

  /** The answers at each of the sizes. */
  answers(): Promise<readonly unknown[]> {
    return Promise.all(this.#runs.map(answerOf));
  }

  /** Some more rounds, in each of which the sizes take turns; the cost as far as it is known by then. */
  async measure(rounds: number): Promise<Cost> {
    for (let round = 0; round < rounds; round++) {
      for (const [i, run] of this.#runs.entries()) this.#least[i] = Math.min(this.#least[i] ?? 0, await timeOf(run));
    }
    const [quarter = 0, half = 0, whole = 0] = this.#least;
    return { quarter, half, whole };
  }
}

/** What it costs to look at each of so many octets once and to hash them, milliseconds: the yardstick of a machine. */
export async function yardstick(octets: number, rounds = 50): Promise<number> {
  const text = "a".repeat(octets);
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const look = (): unknown => {
      for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
      return createHash("sha256").update(text, "latin1").digest();
    };
    least = Math.min(least, await timeOf(look));
  }
  return sum > 0 ? least : 0;
}

async function timeOf(run: () => Awaitable<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await answerOf(run);
  return Number(process.hrtime.bigint() - start) / 1e6;
}
