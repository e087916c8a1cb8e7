import { describe, expect, it } from "vitest";
import { filled } from "./case.js";
import { complexityCases } from "./cases.js";
import { type Cost, growthOf, Meter, yardstick } from "./measure.js";

/** Times the yardstick for as many octets that a refusal may cost. */
const MOST_YARDSTICKS = 50;
/** Between the 4 of linear and the 16 of quadratic cost. */
const MOST_GROWTH = 8;
const ROUNDS = 5;
/** How often it is measured anew before the figures are believed: a busy machine needs more rounds for a quiet one. */
const ATTEMPTS = 20;
const PATIENCE = 60_000;

/** What is too much about the cost of a case; `undefined` when nothing is. */
function excess(cost: Cost, yard: number): string | undefined {
  if (cost.whole <= yard) return undefined; // as good as nothing, whatever it grows like
  if (cost.whole > MOST_YARDSTICKS * yard) return `${(cost.whole / yard).toFixed(0)} times the yardstick`;
  const growth = growthOf(cost);
  return growth > MOST_GROWTH ? `${growth.toFixed(1)} times the cost for 4 times the size` : undefined;
}

const OCTETS = 65_536;
let yard: Promise<number> | undefined;

/** The yardstick for so many octets. */
async function yardFor(octets: number): Promise<number> {
  yard ??= yardstick(OCTETS);
  return ((await yard) * octets) / OCTETS;
}

async function excessOf(meter: Meter, octets: number): Promise<string | undefined> {
  const allowed = await yardFor(octets);
  let found: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    found = excess(await meter.measure(ROUNDS), allowed);
    if (found === undefined) break;
  }
  return found;
}

describe("the cost of a refusal, in proportion to the size", () => {
  it.each(complexityCases.map((one) => [one.name, one] as const))(
    "%s",
    async (_name, one) => {
      const meter = new Meter(one);
      expect(await meter.answers()).toEqual([one.answer, one.answer, one.answer]);
      expect(await excessOf(meter, one.limit)).toBeUndefined();
    },
    PATIENCE,
  );
});

describe("the measurement itself", () => {
  const SIZE = 800;
  const compare = (rounds: number): Meter =>
    new Meter({
      name: "each with each",
      limit: SIZE,
      answer: undefined,
      make(octets) {
        const text = filled(octets, "ab");
        return () => {
          let equal = 0;
          for (let i = 0; i < text.length; i++) {
            for (let j = 0; j < Math.min(rounds, text.length); j++) if (text[i] === text[j]) equal++;
          }
          return equal === -1 ? equal : undefined;
        };
      },
    });

  it(
    "tells quadratic cost",
    async () => {
      expect(await excessOf(compare(Number.POSITIVE_INFINITY), SIZE)).toMatch(/times/);
    },
    PATIENCE,
  );

  it(
    "lets linear cost pass",
    async () => {
      expect(await excessOf(compare(10), SIZE)).toBeUndefined();
    },
    PATIENCE,
  );
});
