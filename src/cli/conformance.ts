import type { Command } from "commander";
import { createTarget } from "../conformance/target.js";
import { addConformanceRun } from "./conformance-run.js";
import type { Cli } from "./io.js";
import { linesOf } from "./lines.js";
import { withJson } from "./options.js";

export function addConformance(program: Command, cli: Cli): void {
  const conformance = program.command("conformance").description("test implementations against each other");
  withJson(
    conformance
      .command("target")
      .description("answer wimse-target/v1, one line of JSON after the other, from standard input to standard output"),
  ).action(() => serveTarget(cli));
  addConformanceRun(conformance, cli);
}

async function serveTarget({ io }: Cli): Promise<void> {
  const target = createTarget();
  for await (const line of linesOf(io.stdin)) await io.stdout.write(`${await target.answer(line)}\n`);
}
