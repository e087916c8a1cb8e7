import { Command, CommanderError } from "commander";
import { isConfigurationError, WimseError } from "../base/errors.js";
import { VERSION } from "../conformance/version.js";
import { addBundle } from "./bundle.js";
import { addConformance } from "./conformance.js";
import { addDemo } from "./demo.js";
import { addInspect } from "./inspect.js";
import type { Cli, CommandIo } from "./io.js";
import { addIssue } from "./issue.js";
import { addKeygen } from "./keygen.js";
import { addRotate } from "./rotate.js";
import { addServe } from "./serve.js";
import { addSign } from "./sign.js";
import { addVerify } from "./verify.js";
import { withoutSecrets } from "./without-secrets.js";

/** How a command ended: 0 done or accepted, 1 rejected, 2 wrong usage or configuration. */
export type ExitStatus = 0 | 1 | 2;

const COMMANDS = [
  addKeygen,
  addIssue,
  addInspect,
  addSign,
  addVerify,
  addBundle,
  addServe,
  addRotate,
  addConformance,
  addDemo,
];

/** Runs one command line, the program's own name left out. Never throws. */
export async function run(argv: readonly string[], io: CommandIo): Promise<ExitStatus> {
  const json = argv.includes("--json");
  let status: ExitStatus = 0;
  const reject = (): void => {
    status = 1;
  };
  try {
    await createProgram({ io, reject }, json).parseAsync(argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said so already
    const { exit, ...problem } = problemOf(error);
    await io.stderr.write(json ? `${JSON.stringify({ error: problem })}\n` : `wimse: ${textOf(problem)}\n`);
    return exit;
  }
}

function createProgram(cli: Cli, json: boolean): Command {
  const { io } = cli;
  const program = new Command("wimse")
    .description("Workload identity: issue, sign, verify and look into WIMSE tokens.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    .helpCommand("help [command]", "explain a command")
    .showHelpAfterError(json ? false : "(--help explains the command)")
    .addHelpText("after", "\nExit status: 0 done or accepted, 1 rejected, 2 wrong usage or configuration.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(usageError(text, json)),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    });
  for (const add of COMMANDS) add(program, cli);
  return program;
}

function usageError(text: string, json: boolean): string {
  const message = withoutSecrets(text.replace(/^error: /, "").trim());
  return json ? `${JSON.stringify({ error: { code: "configuration_invalid", message } })}\n` : `wimse: ${message}\n`;
}

interface CommandProblem {
  readonly code: string;
  readonly message: string;
  readonly requirement?: string;
}

/** What may be said of an error. One that is not ours may quote keys or tokens, so only its kind is told. */
function problemOf(error: unknown): CommandProblem & { exit: 1 | 2 } {
  if (error instanceof WimseError) {
    const { requirement } = error;
    return { exit: 1, code: error.code, message: error.message, ...(requirement !== undefined && { requirement }) };
  }
  if (isConfigurationError(error)) return { exit: 2, code: error.code, message: error.message };
  const { name, code } = error as Partial<Error> & { code?: unknown };
  const kind = typeof code === "string" ? `${name}, ${code}` : `${name}`;
  return { exit: 2, code: "unexpected", message: `an unexpected error (${kind})` };
}

function textOf({ code, message }: CommandProblem): string {
  return code === "configuration_invalid" || code === "unexpected" ? message : `${code}: ${message}`;
}
