import assert from "node:assert/strict";
import fc from "fast-check";
import type { FuzzTarget } from "./target.js";

/** How long, and from where, a target is tried. The same seed tries the same inputs in the same order. */
export interface FuzzSettings {
  readonly seed: number;
  /** How many inputs. */
  readonly runs: number;
  /** Ends earlier after this time. */
  readonly milliseconds?: number;
}

/** An input that must not be answered as it is. */
export interface Finding {
  readonly input: string;
  readonly error: unknown;
}

/** What became of a target. */
export interface FuzzReport {
  /** How often each answer was given. */
  readonly answers: ReadonlyMap<string, number>;
  readonly finding?: Finding;
}

/** An edit of a text: what stands at a place gives way to something else. */
interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly put: string;
  /** How often it is put there. */
  readonly times: number;
}

const MOST_OCTETS = 32768;
/** Where an edit begins that is not anywhere: more happens around the signs of a grammar than between them. */
const SIGNS = /[^A-Za-z0-9_-]/g;

function edited(text: string, { at, removed, put, times }: Edit, atSign: boolean): string {
  const signs = atSign ? Array.from(text.matchAll(SIGNS), ({ index }) => index) : [];
  const from = signs[at % signs.length] ?? at % (text.length + 1);
  return (text.slice(0, from) + put.repeat(times) + text.slice(from + removed)).slice(0, MOST_OCTETS);
}

/** Inputs of the grammar, and inputs of the corpus with a few edits. */
export function inputsOf(target: FuzzTarget, corpus: readonly string[]): fc.Arbitrary<string> {
  const octet = fc.nat(255).map((code) => String.fromCharCode(code));
  const kept = fc.constantFrom(...(corpus.length === 0 ? [""] : corpus));
  const slice = fc
    .tuple(kept, fc.nat(), fc.nat(60))
    .map(([text, at, length]) => text.slice(at % (text.length + 1)).slice(0, length));
  const put = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("", ...target.pieces) },
    { weight: 2, arbitrary: octet },
    { weight: 2, arbitrary: slice },
  );
  const times = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constantFrom(2, 17, 65, 300));
  const removed = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40));
  const edit = fc.tuple(fc.record({ at: fc.nat(), removed, put, times }), fc.boolean());
  // most inputs come so near to what is accepted that they get past the first check
  const edits = fc.oneof({ weight: 2, arbitrary: fc.array(edit, { maxLength: 1 }) }, fc.array(edit, { maxLength: 5 }));
  return fc
    .tuple(fc.oneof(kept, target.inputs), edits)
    .map(([text, list]) => list.reduce((changed, [one, atSign]) => edited(changed, one, atSign), text));
}

/** What a target makes of an input, asked twice. */
export async function answerTo(target: FuzzTarget, input: string): Promise<string> {
  const first = await target.check(input);
  assert.equal(await target.check(input), first, "the same input was answered otherwise the second time");
  return first;
}

/** Tries a target until something is found, or enough was tried. What was found is made as short as it gets. */
export async function fuzz(
  target: FuzzTarget,
  corpus: readonly string[],
  { seed, runs, milliseconds }: FuzzSettings,
): Promise<FuzzReport> {
  const answers = new Map<string, number>();
  const property = fc.asyncProperty(inputsOf(target, corpus), async (input) => {
    const answer = await answerTo(target, input);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  });
  const limit = milliseconds === undefined ? {} : { interruptAfterTimeLimit: milliseconds };
  const { counterexample, errorInstance } = await fc.check(property, { seed, numRuns: runs, ...limit });
  if (counterexample === null) return { answers };
  const [found] = counterexample;
  const input = await minimized(found, async (text) => (await errorOf(target, text)) !== undefined);
  return { answers, finding: { input, error: (await errorOf(target, input)) ?? errorInstance } };
}

async function errorOf(target: FuzzTarget, input: string): Promise<unknown> {
  try {
    await answerTo(target, input);
    return undefined;
  } catch (error) {
    return error ?? new Error("undefined was thrown");
  }
}

/** The text without everything that can be taken away while it still fails: in halves first, in single octets last. */
export async function minimized(text: string, fails: (text: string) => Promise<boolean>): Promise<string> {
  let shortest = text;
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < shortest.length; ) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + size);
      if (await fails(shorter)) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
}
