// @ts-check
/** Tries the parsers for as long as it is told to: see docs/FUZZING.md. */
import { spawnSync } from "node:child_process";
import { bundleOf } from "./bundle.mjs";

const args = ["--enable-source-maps", await bundleOf("test/fuzz/main.ts", "fuzz"), ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
