import assert from "node:assert/strict";
import { inspect } from "node:util";
import type fc from "fast-check";
import { WimseError, type WimseErrorCode } from "../../src/base/errors.js";

/**
 * One parser under generated input. Inputs are octets, written as a string of ISO 8859-1: so a file of the corpus holds
 * every input as it is.
 */
export interface FuzzTarget {
  readonly name: string;
  /** Pieces of its grammar, which edits put into inputs. */
  readonly pieces: readonly string[];
  /** Inputs made from the grammar, most of them well formed. */
  readonly inputs: fc.Arbitrary<string>;
  /**
   * What became of the input: `accepted…`, or the code with which it was refused. The same input has to give the same
   * answer again.
   *
   * @throws when something is not as it must be
   */
  check(input: string): string | Promise<string>;
}

/** The octets of an input. */
export function octetsOf(input: string): Uint8Array {
  return Buffer.from(input, "latin1");
}

/** Longest message of an error: they are fixed text. */
const LONGEST_MESSAGE = 160;
/** Sixteen characters of base64 with a capital, a small letter and a digit: so tokens look, and no words do. */
const LIKE_A_TOKEN =
  /(?=([\w+/-]{16}))(?=[a-z0-9+/_-]{0,15}[A-Z])(?=[A-Z0-9+/_-]{0,15}[a-z])(?=[A-Za-z+/_-]{0,15}[0-9])/g;

/** The code of an error, which has to be one of these, and must not tell of the input. */
export function refusal(error: unknown, codes: readonly WimseErrorCode[], input: string): WimseErrorCode {
  if (!(error instanceof WimseError)) throw error;
  assert.ok(codes.includes(error.code), `refused with ${error.code}, which is none of ${codes.join(", ")}`);
  expectSilence(error, input);
  return error.code;
}

/** That nothing in which an error is printed has a piece of the input that looks like a part of a token. */
export function expectSilence(error: WimseError, input: string): void {
  assert.match(error.message, /^[ -~]+$/);
  assert.ok(error.message.length <= LONGEST_MESSAGE, "the message is too long for a fixed text");
  assert.equal(error.cause, undefined);
  const printed = inspect(error, { depth: 9, showHidden: true });
  for (const [, piece = ""] of printed.matchAll(LIKE_A_TOKEN))
    assert.ok(!input.includes(piece), "the error tells of the input");
}
