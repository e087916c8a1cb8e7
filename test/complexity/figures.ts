import { complexityCases } from "./cases.js";
import { growthOf, Meter, yardstick } from "./measure.js";

/** What the most expensive refusal of one kind costs. */
export interface Figure {
  /** What is read. */
  readonly what: string;
  /** How many hostile inputs. */
  readonly cases: number;
  /** The most expensive of them. */
  readonly worst: string;
  readonly milliseconds: number;
  /** Of those that cost a hundredth of a millisecond at least: the most that four times the size costs, times one. */
  readonly growth: number;
}

/** The yardstick for 64 KiB, milliseconds, and the figures of each kind of input. */
export async function figures(rounds: number): Promise<{ yard: number; figures: readonly Figure[] }> {
  const byKind = new Map<string, Figure>();
  for (const one of complexityCases) {
    const [what = "", worst = ""] = one.name.split(": ");
    const cost = await new Meter(one).measure(rounds);
    const growth = cost.whole < 0.01 ? 0 : growthOf(cost);
    const before = byKind.get(what) ?? { what, cases: 0, worst, milliseconds: 0, growth: 0 };
    const isWorst = cost.whole > before.milliseconds;
    byKind.set(what, {
      what,
      cases: before.cases + 1,
      worst: isWorst ? worst : before.worst,
      milliseconds: Math.max(cost.whole, before.milliseconds),
      growth: Math.max(growth, before.growth),
    });
  }
  return { yard: await yardstick(65_536), figures: [...byKind.values()] };
}
