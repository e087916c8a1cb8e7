import { isWimseError } from "../../src/base/errors.js";
import type { Awaitable } from "../../src/base/runtime.js";

/** Hostile input of any size, and what it must be refused with. */
export interface ComplexityCase {
  /** What is read, and what is bad about it. */
  readonly name: string;
  /** The size at the limit, octets. */
  readonly limit: number;
  /** The answer: an error code, or `undefined` where a parser has no codes and answers so. */
  readonly answer: string | undefined;
  /** Makes an input of about `octets`, outside of what is measured; the function that is returned reads it. */
  make(octets: number): () => Awaitable<unknown>;
}

/** What a function answered: the code that it refused with, or what it returned. */
export async function answerOf(run: () => Awaitable<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (isWimseError(error)) return error.code;
    throw error;
  }
}

/** `piece` again and again, or what it gives for 0, 1, 2 …, up to `octets`. */
export function filled(octets: number, piece: string | ((i: number) => string), separator = ""): string {
  const pieces: string[] = [];
  for (let i = 0, length = 0; length < octets; i++) {
    const next = typeof piece === "string" ? piece : piece(i);
    pieces.push(next);
    length += next.length + separator.length;
  }
  // a string of its own, as a server has it, and not a rope of pieces that is made into one when it is first read
  return Buffer.from(pieces.join(separator), "latin1").toString("latin1");
}
