/** What is compared takes turns in one run, so that both meet the same machine. */

async function microsecondsPerCall(run, calls) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) {
    const pending = run(i);
    if (pending !== undefined) await pending;
  }
  return Number(process.hrtime.bigint() - start) / 1000 / calls;
}

/**
 * Measures subjects in turns, after turns that only warm up, and returns the median of each in microseconds a call.
 * Each subject is made anew for every turn, outside the measured time.
 *
 * @param {Record<string, () => unknown>} subjects factories of functions `(i) => unknown`
 * @param {{ calls: number, rounds?: number, warmUp?: number }} options
 * @returns {Promise<Record<string, number>>}
 */
export async function inTurns(subjects, { calls, rounds = 41, warmUp = 40 }) {
  const names = Object.keys(subjects);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    // Every other round in the opposite order, so that nobody always follows the same neighbour.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const microseconds = await microsecondsPerCall(await subjects[name](), calls);
      if (round >= 0) samples[name].push(microseconds);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * One line of the report: a figure and the goal that it is held against.
 *
 * @param {string} what
 * @param {number} figure
 * @param {">=" | "<="} relation
 * @param {number} wanted
 */
export function goal(what, figure, relation, wanted, unit = "") {
  const met = relation === ">=" ? figure >= wanted : figure <= wanted;
  return { what, measured: `${significant(figure)}${unit}`, goal: `${relation} ${wanted}${unit}`, met };
}

function significant(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
