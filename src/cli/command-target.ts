import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { configurationInvalid } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import { BrokenOff } from "../conformance/answer.js";
import type { ConnectedTarget } from "../conformance/link.js";
import { fileProblem } from "./io.js";
import { linesOf } from "./lines.js";

/** Words with spaces between them. Everything else is for a shell to read: quotes, variables, patterns, pipes. */
const PLAIN_WORDS = /^[\w@%+=:,./ -]+$/;

/** The longest answer that is read, characters. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** How long a command may take to end after its input has ended, seconds. */
const TIME_TO_END = 2;

/**
 * Starts a command that speaks `wimse-target/v1` on its standard input and output. What it writes to standard error goes
 * to ours. Plain words are started as they are; a shell is asked only where there is more to read than words.
 *
 * @throws TypeError `configuration_invalid`: it cannot be started
 */
export async function startCommandTarget(command: string, runtime: Runtime): Promise<ConnectedTarget> {
  const child = await started(command);
  const { stdin, stdout } = child;
  const ended = endOf(child);
  const forget = endWithUs(child);
  const lines = linesOf(stdout, LONGEST_ANSWER);
  let unanswered = false;

  return {
    async answer(line) {
      unanswered = true;
      stdin.write(`${line}\n`);
      const next = await lines.next().catch(() => {
        throw new BrokenOff("it wrote a line that is too long");
      });
      if (next.done === true) throw new BrokenOff((await soonest(ended, runtime)) ?? "it closed its output");
      unanswered = false;
      return next.value;
    },
    async close() {
      stdin.end();
      if (unanswered || (await soonest(ended, runtime)) === undefined) kill(child);
      forget();
      stdout.destroy(); // or whoever else holds the other end would keep us waiting
    },
  };
}

/** Where it leads a process group, a command is ended together with everything that it started. */
const HAS_GROUPS = process.platform !== "win32";

type Child = ChildProcessByStdio<Writable, Readable, null>;

async function started(command: string): Promise<Child> {
  const [program, ...args] = command.split(" ").filter((word) => word !== "");
  if (program === undefined) throw configurationInvalid("--target: a command is required");
  const stdio: ["pipe", "pipe", "inherit"] = ["pipe", "pipe", "inherit"];
  const options = { stdio, detached: HAS_GROUPS };
  const child = PLAIN_WORDS.test(command) ? spawn(program, args, options) : spawn(command, { ...options, shell: true });
  // What can no longer be written was for a command that has ended, and that is told anyway.
  child.stdin.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(configurationInvalid(`--target: ${fileProblem(error)}`)));
  });
  return child;
}

function endOf(child: Child): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (status, signal) =>
      resolve(signal === null ? `it ended with status ${status}` : `it was ended by ${signal}`),
    );
  });
}

function kill({ pid }: Child): void {
  try {
    if (pid !== undefined) process.kill(HAS_GROUPS ? -pid : pid, "SIGKILL");
  } catch {
    // it has ended already
  }
}

/** A terminal sends its signals to our group only. Gives what ends the care for it. */
function endWithUs(child: Child): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const end = (signal: NodeJS.Signals): void => {
    kill(child);
    forget();
    process.kill(process.pid, signal);
  };
  const forget = (): void => {
    for (const signal of signals) process.off(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return forget;
}

/** What a promise gives if it gives it soon. */
function soonest<T>(promise: Promise<T>, runtime: Runtime): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = runtime.schedule(runtime.now() + TIME_TO_END, () => resolve(undefined));
    promise.then((value) => {
      timer.cancel();
      resolve(value);
    });
  });
}
