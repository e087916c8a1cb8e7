#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { systemRuntime } from "../base/runtime.js";
import type { Output } from "./io.js";
import { run } from "./run.js";

function outputTo(stream: NodeJS.WriteStream): Output {
  // A reader that has seen enough, such as `head`, is no failure.
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  return {
    isTTY: stream.isTTY === true,
    write: (text) => new Promise((resolve) => stream.write(text, () => resolve())),
  };
}

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
  env: process.env,
  vectors: fileURLToPath(new URL("../vectors/", import.meta.url)), // beside dist/
  runtime: systemRuntime,
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve());
    }),
});
