import type { Command } from "commander";
import { RELOAD_INTERVAL } from "../issuer/key-schedule.js";
import { addSavedKey, withdrawSavedKey } from "../issuer/saved-keys.js";
import { type Cli, writeJson, writeLines } from "./io.js";
import { withJson } from "./options.js";
import { openStateFolder } from "./serve/state-folder.js";
import { isoTime } from "./times.js";

interface RotateOptions {
  readonly dir: string;
  readonly algorithm?: string;
  readonly withdraw?: string;
  readonly json?: boolean;
}

export function addRotate(program: Command, cli: Cli): void {
  withJson(
    program
      .command("rotate")
      .description("a new signing key for an identity server, which may be running")
      .requiredOption("--dir <folder>", "the folder of wimse serve")
      .option("--algorithm <name>", "algorithm of the new key (default: that of the newest)")
      .option("--withdraw <kid>", "take a key away at once instead: somebody else may have it")
      .addHelpText("after", "\nExample:\n  $ wimse rotate --dir id"),
  ).action((options: RotateOptions) => rotate(options, cli));
}

async function rotate({ dir, algorithm, withdraw, json }: RotateOptions, { io }: Cli): Promise<void> {
  const { runtime } = io;
  const folder = await openStateFolder(dir, false, runtime);
  if (withdraw !== undefined) {
    await withdrawSavedKey(folder.store, withdraw, runtime);
    if (json) return writeJson(io, { withdrawn: withdraw, publishedWithin: RELOAD_INTERVAL });
    return writeLines(io, [`key ${withdraw} is withdrawn; a running server stops within ${RELOAD_INTERVAL} seconds`]);
  }
  const { kid, algorithm: used } = await addSavedKey(folder.store, algorithm, runtime);
  const publishAhead = (await folder.note())?.publishAhead ?? 0;
  const activeFrom = Math.ceil(runtime.now() + RELOAD_INTERVAL + publishAhead);
  if (json) return writeJson(io, { kid, algorithm: used, publishedWithin: RELOAD_INTERVAL, publishAhead, activeFrom });
  await writeLines(io, [
    `key ${kid} (${used}) is saved; a running server publishes it within ${RELOAD_INTERVAL} seconds`,
    `it signs ${publishAhead} seconds after that: by ${isoTime(activeFrom)}, if the server runs until then`,
  ]);
}
