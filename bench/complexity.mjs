/**
 * What a refusal costs at most: hostile input at the limits, for every parser and for every way through a verifier that ends
 * before a signature is checked. The inputs are those of test/complexity.
 *
 *     npm run bench
 */
import { cpus } from "node:os";
import { bundleOf } from "../scripts/bundle.mjs";
import { goal } from "./support.mjs";

const ROUNDS = 60;
const MOST_MILLISECONDS = 5;
/** 4 is linear, 16 quadratic. */
const MOST_GROWTH = 8;

const { figures } = await import(await bundleOf("test/complexity/figures.ts", "complexity"));
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}\n`);
const measured = await figures(ROUNDS);
let missed = 0;
for (const { what, cases, worst, milliseconds, growth } of measured.figures) {
  for (const { what: name, measured: figure, goal: wanted, met } of [
    goal(`${what}: the most expensive of ${cases} refusals (${worst})`, milliseconds, "<=", MOST_MILLISECONDS, " ms"),
    goal(`${what}: times the cost for 4 times the size`, growth, "<=", MOST_GROWTH),
  ]) {
    console.log(`${met ? "met   " : "missed"}  ${name}: ${figure} (goal ${wanted})`);
    if (!met) missed++;
  }
}
console.log(`\nlooking at each of 65,536 octets and hashing them: ${measured.yard.toFixed(2)} ms`);
process.exitCode = missed === 0 ? 0 : 1;
