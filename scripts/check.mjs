// @ts-check
/** Runs the checks one after another, stops at the first that fails and says which it was. */
import { spawnSync } from "node:child_process";

const STEPS = ["format", "lint", "types", "layers", "spec-map", "vectors", "coverage", "package"];

for (const step of STEPS) {
  const started = performance.now();
  console.log(`\n── check:${step}`);
  const { status, error } = spawnSync("npm", ["run", "--silent", `check:${step}`], { stdio: "inherit" });
  if (status !== 0) {
    console.error(`\ncheck: ${step} failed${error ? ` (${error.message})` : ""}; again with: npm run check:${step}`);
    process.exit(1);
  }
  console.log(`── check:${step} passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`\ncheck: all ${STEPS.length} steps passed`);
