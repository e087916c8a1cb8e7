import { nextTurn } from "./runtime.js";

/** Work that can be interrupted after each of its yields. */
export type InPieces<T> = Generator<void, T, void>;

/** Does the work without a pause. */
export function atOnce<T>(work: InPieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Pieces between two pauses: with the checks of a key each, some milliseconds. */
const PIECES = 16;

/** Does the work with pauses, in which everybody else gets a turn; gives up, with the signal's reason, once that is aborted. */
export async function inTurns<T>(work: InPieces<T>, signal?: AbortSignal): Promise<T> {
  for (let pieces = 1; ; pieces++) {
    const { done, value } = work.next();
    if (done) return value;
    if (pieces % PIECES !== 0) continue;
    await nextTurn();
    signal?.throwIfAborted();
  }
}
