/**
 * Tries the parsers for a long time: see docs/FUZZING.md.
 *
 *     npm run fuzz -- [target…] [--minutes N] [--seed S]
 */
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspect, parseArgs } from "node:util";
import { addToCorpus, readCorpus } from "./corpus.js";
import { fuzz } from "./engine.js";
import type { FuzzTarget } from "./target.js";
import { targets } from "./targets.js";

const corpusFolder = pathToFileURL(`${process.cwd()}/test/fuzz/corpus/`);
/** More than any time is enough for. */
const ENDLESS = 2 ** 31 - 1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } },
});
const minutes = numberOf(values.minutes, "minutes");
const seed = values.seed === undefined ? Date.now() % ENDLESS : numberOf(values.seed, "seed");
const unknown = positionals.filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0) {
  throw new Error(`no target ${unknown.join(", ")}; there are ${targets.map(({ name }) => name).join(", ")}`);
}

function numberOf(text: string, option: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${option}: a number above 0`);
  return number;
}

/** Whether nothing was found. */
async function tryTarget(target: FuzzTarget): Promise<boolean> {
  console.log(`\n${target.name}: ${minutes} minutes, --seed ${seed}`);
  const corpus = [...readCorpus(corpusFolder, target.name).values()];
  const settings = { seed, runs: ENDLESS, milliseconds: minutes * 60_000 };
  const { answers, finding } = await fuzz(target, corpus, settings);
  for (const [answer, times] of [...answers].sort(([, a], [, b]) => b - a))
    console.log(`${times}`.padStart(10), answer);
  if (finding === undefined) return true;
  const file = addToCorpus(corpusFolder, target.name, finding.input);
  console.log(`found: ${relative(process.cwd(), fileURLToPath(file))}\n${inspect(finding.input)}\n`, finding.error);
  return false;
}

let isSound = true;
for (const target of targets) {
  if (positionals.length > 0 && !positionals.includes(target.name)) continue;
  isSound = (await tryTarget(target)) && isSound;
}
process.exitCode = isSound ? 0 : 1;
