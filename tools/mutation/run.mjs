/**
 * Mutates files of one folder and writes the report of it; scripts/mutation.mjs calls this in the root of the project.
 *
 *     node tools/mutation/run.mjs <folder of src/> <report> <source file>…
 */
import { Stryker } from "@stryker-mutator/core";

const [folder, report, ...mutate] = process.argv.slice(2);
const beside = (name) => new URL(name, import.meta.url).pathname;

// The tests of the folder notice its mutants; vitest.config.ts reads this.
process.env["WIMSE_MUTATED_FOLDER"] = folder;

await new Stryker({
  mutate,
  plugins: [beside("runner.mjs"), beside("prose.mjs")],
  testRunner: "strict-vitest",
  ignorers: ["prose"],
  vitest: { configFile: "tools/mutation/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // Much more than a test takes: a busy machine must not make a mutant count as noticed.
  timeoutMS: 5_000,
  timeoutFactor: 3,
  concurrency: Number(process.env["MUTATION_CONCURRENCY"] ?? 2),
  disableTypeChecks: false,
  tempDirName: ".stryker-tmp",
  ignorePatterns: ["bench", "coverage", "dist", "examples", "tools/mutation/node_modules"],
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: report },
  warnings: { slow: false },
}).runMutationTest();
