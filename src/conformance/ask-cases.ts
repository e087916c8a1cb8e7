import { BrokenOff } from "./answer.js";
import { type ConnectTarget, openLink, type Patience, type TargetLink } from "./link.js";
import type { Verdict } from "./protocol.js";
import type { ConformanceReport } from "./report.js";
import { casesBefore, contextOf, type SelectedCase } from "./select-cases.js";
import type { VectorCase } from "./vector-file.js";

/** So often in a row a target may break off and is made anew. */
const ATTEMPTS = 3;

/** No usable answer, and why; without a reason where the target was not asked any more. */
export interface NoAnswer {
  readonly result: "none";
  readonly detail?: string;
}

/** Puts cases to a target, and to the next one when that breaks off. */
export interface Asker {
  ask(one: SelectedCase): Promise<Verdict | NoAnswer>;
  about(): Pick<ConformanceReport, "target" | "stopped">;
  close(): Promise<void>;
}

/**
 * Makes an asker. Each case starts from a reset, unless the case that it follows was the one before it; otherwise that
 * one, and what it follows in turn, is put to the target again first.
 */
export function createAsker(connect: ConnectTarget, patience: Patience): Asker {
  let link: TargetLink | undefined;
  let about: Pick<ConformanceReport, "target" | "stopped"> = {};
  let inARow = 0;
  /** What the target was asked last, since the last reset. */
  let last: { readonly vector: VectorCase; readonly verdict: Verdict } | undefined;

  const open = async (): Promise<TargetLink> => {
    try {
      const opened = await openLink(connect, patience);
      const { name, version, specs } = opened.greeting;
      about = { target: { name, version, specs } };
      return opened;
    } catch (error) {
      // one that does not even greet will not do so the next time
      if (error instanceof BrokenOff) inARow = ATTEMPTS;
      throw error;
    }
  };

  const perform = async ({ file, vector }: SelectedCase, through: TargetLink): Promise<Verdict> => {
    // without the operation, or the case that it follows, there is nothing to find out
    if (!through.greeting.operations.includes(vector.op)) return { result: "unsupported" };
    if (last?.verdict.result === "unsupported" && vector.after !== undefined) return { result: "unsupported" };
    return through.perform(vector.op, contextOf(file, vector), vector.input);
  };

  const performAll = async (one: SelectedCase): Promise<Verdict> => {
    link ??= await open();
    const earlier = casesBefore(one);
    const previous = earlier.at(-1);
    if (previous === undefined || last?.vector !== previous) {
      await link.reset();
      last = undefined;
      for (const vector of earlier) last = { vector, verdict: await perform({ ...one, vector }, link) };
    }
    const verdict = await perform(one, link);
    last = { vector: one.vector, verdict };
    inARow = 0;
    return verdict;
  };

  const close = async (): Promise<void> => {
    const closing = link;
    link = undefined;
    last = undefined;
    await closing?.close();
  };

  return {
    async ask(one) {
      if (about.stopped !== undefined) return { result: "none" };
      try {
        return await performAll(one);
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error;
        await close();
        inARow += 1;
        if (inARow >= ATTEMPTS) about = { ...about, stopped: error.message };
        return { result: "none", detail: error.message };
      }
    },
    about: () => about,
    close,
  };
}
