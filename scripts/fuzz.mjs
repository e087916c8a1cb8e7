// @ts-check
/** Bundles the fuzz targets with the sources that they try, and runs them: see docs/FUZZING.md. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const root = fileURLToPath(new URL("..", import.meta.url));
await build({
  config: false,
  silent: true,
  entry: { fuzz: `${root}/test/fuzz/main.ts` },
  outDir: `${root}/test/.generated/fuzz`,
  format: "esm",
  target: "node20",
  platform: "node",
  skipNodeModulesBundle: true,
  removeNodeProtocol: false,
  sourcemap: "inline",
});
const args = ["--enable-source-maps", `${root}/test/.generated/fuzz/fuzz.js`, ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit", cwd: root }).status ?? 1;
