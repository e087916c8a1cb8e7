import { withDeadline } from "../base/deadline.js";
import { exactJsonText } from "../base/exact-json.js";
import type { JsonObject } from "../base/json.js";
import type { Awaitable, Runtime } from "../base/runtime.js";
import { BrokenOff, readAnswer, readGreeting } from "./answer.js";
import { type Greeting, PROTOCOL, type Verdict } from "./protocol.js";
import type { Target } from "./target.js";

/** A target as a runner holds it. */
export interface ConnectedTarget extends Target {
  /** Ends it, whatever it is doing. */
  close?(): Awaitable<void>;
}

/** Makes a fresh target: a process, or {@link createTarget}. Called again when one has broken off. */
export type ConnectTarget = () => Awaitable<ConnectedTarget>;

/** A target that has greeted. Its functions throw {@link BrokenOff}, and it is of no use after that. */
export interface TargetLink {
  readonly greeting: Greeting;
  perform(op: string, context: JsonObject, input: JsonObject): Promise<Verdict>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** How long to wait, and by whose clock. */
export interface Patience {
  readonly runtime: Runtime;
  /** Seconds for one answer. */
  readonly timeout: number;
}

/** Connects to a target and greets it. */
export async function openLink(connect: ConnectTarget, patience: Patience): Promise<TargetLink> {
  const target = await connect();
  const ask = async (message: JsonObject): Promise<string> => answerWithin(target, exactJsonText(message), patience);
  const close = async (): Promise<void> => target.close?.();
  let id = 0;
  try {
    return {
      greeting: readGreeting(await ask({ hello: PROTOCOL })),
      async perform(op, context, input) {
        id += 1;
        return readAnswer(await ask({ id, op, context, input }), id);
      },
      async reset() {
        id += 1;
        const { result } = readAnswer(await ask({ id, reset: true }), id);
        if (result !== "accept") throw new BrokenOff("it did not reset");
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The answer of a target, or {@link BrokenOff}: a target may be anybody's program. */
async function answerWithin(target: Target, line: string, { runtime, timeout }: Patience): Promise<string> {
  const late = (): Error => new BrokenOff(`it gave no answer within ${timeout} s`);
  try {
    const answer: unknown = await withDeadline(runtime, timeout, undefined, late, () => target.answer(line));
    if (typeof answer === "string") return answer;
  } catch (error) {
    if (error instanceof BrokenOff) throw error;
  }
  throw new BrokenOff("it failed"); // an error of somebody else may say anything
}
