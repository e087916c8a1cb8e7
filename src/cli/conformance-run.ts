import { type Command, Option } from "commander";
import { configurationInvalid } from "../base/errors.js";
import { printable } from "../base/text.js";
import { junitReport } from "../conformance/junit-report.js";
import { loadVectors } from "../conformance/load.js";
import type { ConformanceReport } from "../conformance/report.js";
import { type RunOptions, runVectors } from "../conformance/run.js";
import { createTarget } from "../conformance/target.js";
import { textReport } from "../conformance/text-report.js";
import { startCommandTarget } from "./command-target.js";
import type { Cli, CommandIo } from "./io.js";
import { seconds, several, withJson } from "./options.js";
import { styleFor } from "./style.js";
import { vectorFolder } from "./vector-folder.js";

interface RunCommandOptions {
  readonly target?: string;
  readonly suite?: readonly string[];
  readonly case?: readonly string[];
  readonly vectors?: string;
  readonly exact?: boolean;
  readonly explain?: boolean;
  readonly timeout?: number;
  readonly format?: "text" | "json" | "junit";
  readonly json?: boolean;
}

export function addConformanceRun(conformance: Command, cli: Cli): void {
  withJson(
    conformance
      .command("run")
      .description("run the conformance vectors against this implementation, or another")
      .option("--target <command>", "a command that speaks wimse-target/v1 (default: this implementation)")
      .option("--suite <name>", "only this suite; may be repeated", several)
      .option("--case <id>", "only this case; may be repeated", several)
      .option("--vectors <folder>", "other vectors than those of this package")
      .option("--exact", "compare what is signed byte by byte, as it is always done for this implementation")
      .option("--explain", "tell the checks that this implementation makes in each verifyRequest case that failed")
      .option("--timeout <seconds>", "how long to wait for one answer (default: 10)", seconds)
      .addOption(
        new Option("--format <format>", "form of the report (default: text)").choices(["text", "json", "junit"]),
      )
      .addHelpText("after", '\nExample:\n  $ wimse conformance run --target "node my-target.js" --suite wpt'),
  ).action((options: RunCommandOptions) => run(options, cli));
}

async function run(options: RunCommandOptions, cli: Cli): Promise<void> {
  const { io } = cli;
  const { target, suite, case: cases, vectors, timeout } = options;
  const format = formatOf(options);
  const files = await loadVectors(vectorFolder(vectors ?? io.vectors, io));
  const progress = progressOn(io, format);
  const report = await runVectors(
    files,
    target === undefined ? createTarget : () => startCommandTarget(target, io.runtime),
    {
      exact: options.exact === true || target === undefined,
      explain: options.explain === true,
      runtime: io.runtime,
      onResult: progress.show,
      ...(suite !== undefined && { suites: suite }),
      ...(cases !== undefined && { cases }),
      ...(timeout !== undefined && { timeout }),
    },
  ).finally(progress.end);
  if (report.outcome === "failed") cli.reject();
  await io.stdout.write(textOf(report, format, io));
}

function formatOf({ format, json }: RunCommandOptions): "text" | "json" | "junit" {
  if (!json) return format ?? "text";
  if (format !== undefined && format !== "json") throw configurationInvalid("--format: --json says json already");
  return "json";
}

function textOf(report: ConformanceReport, format: "text" | "json" | "junit", io: CommandIo): string {
  switch (format) {
    case "text":
      return textReport(report, styleFor(io.stdout, io));
    case "json":
      return `${JSON.stringify(report)}\n`;
    case "junit":
      return junitReport(report);
  }
}

const CLEAR_LINE = "\r\u001b[K";

/** One line on a terminal that says how far it is; nothing elsewhere. */
function progressOn(
  io: CommandIo,
  format: string,
): {
  readonly show: NonNullable<RunOptions["onResult"]>;
  readonly end: () => Promise<void>;
} {
  const { stderr } = io;
  const shown = stderr.isTTY === true && format === "text" && io.env["TERM"] !== "dumb";
  if (!shown) return { show: () => undefined, end: async () => undefined };
  return {
    show: ({ name }, done, all) => stderr.write(`${CLEAR_LINE}${done}/${all}  ${printable(name)}`),
    end: () => stderr.write(CLEAR_LINE),
  };
}
