import { decodeBase64 } from "../base/base64.js";
import { utf8Text } from "../base/bytes.js";
import type { BareItem, Decimal, DisplayString, StructuredDate } from "./structured-values.js";

/** What {@link ValueReader} throws. One object, so that refusing costs no stack trace. */
export const MALFORMED: Error = new Error("malformed structured field");

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const LETTERS: string = LOWER + LOWER.toUpperCase();
const DIGITS = "0123456789";
const IS_DIGIT = setOf(DIGITS);
const IS_KEY_START = setOf(`${LOWER}*`);
const IS_IN_KEY = setOf(`${LOWER}${DIGITS}_-.*`);
const IS_TOKEN_START = setOf(`${LETTERS}*`);
const IS_IN_TOKEN = setOf(`${LETTERS}${DIGITS}!#$%&'*+-.^_\`|~:/`);
/** What stands for itself in a string: printable, and neither quote nor backslash. */
const IS_PLAIN = setOf(
  Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i))
    .filter((character) => character !== '"' && character !== "\\")
    .join(""),
);
const HEX_PAIR = /^[0-9a-f]{2}$/;

/** A set of ASCII characters, by character code. */
function setOf(characters: string): Uint8Array {
  const set = new Uint8Array(128);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether a character is printable ASCII. `NaN`, which is read after the end of a text, is not. */
function isPrintable(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

/** Reads keys and values from left to right, each character once; throws {@link MALFORMED}. */
export class ValueReader {
  protected readonly text: string;
  protected at = 0;
  /** Becomes false where something is not written as a serializer would write it. */
  protected isCanonical = true;

  constructor(text: string) {
    this.text = text;
  }

  protected isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  protected isNext(character: string): boolean {
    return this.text.charCodeAt(this.at) === character.charCodeAt(0);
  }

  protected take(character: string): boolean {
    if (!this.isNext(character)) return false;
    this.at++;
    return true;
  }

  protected key(): string {
    return this.#word(IS_KEY_START, IS_IN_KEY);
  }

  protected bareItem(): BareItem {
    if (this.take('"')) return this.#string();
    if (this.isNext("-") || this.#isNextIn(IS_DIGIT)) return this.#number();
    if (this.take(":")) return this.#byteSequence();
    if (this.take("?")) return this.#boolean();
    if (this.take("@")) return this.#date();
    if (this.take("%")) return this.#displayString();
    return { type: "token", value: this.#word(IS_TOKEN_START, IS_IN_TOKEN) };
  }

  #isNextIn(set: Uint8Array): boolean {
    return set[this.text.charCodeAt(this.at)] === 1;
  }

  #word(start: Uint8Array, inside: Uint8Array): string {
    if (!this.#isNextIn(start)) throw MALFORMED;
    return this.#run(inside);
  }

  #run(set: Uint8Array): string {
    const { text, at: from } = this;
    let at = from;
    while (set[text.charCodeAt(at)] === 1) at++;
    this.at = at;
    return text.slice(from, at);
  }

  #number(): number | Decimal {
    const isNegative = this.take("-");
    const signed = (size: number): number => (isNegative ? 0 - size : size); // there is no negative zero
    const whole = this.#run(IS_DIGIT);
    if (whole === "") throw MALFORMED;
    if (!this.take(".")) {
      if (whole.length > 15) throw MALFORMED;
      if (whole.startsWith("0") && (whole !== "0" || isNegative)) this.isCanonical = false;
      return signed(Number(whole));
    }
    this.isCanonical = false; // or perhaps it is: nobody needs to know
    const fraction = this.#run(IS_DIGIT);
    if (whole.length > 12 || fraction === "" || fraction.length > 3) throw MALFORMED;
    return { type: "decimal", thousandths: signed(Number(whole + fraction.padEnd(3, "0"))) };
  }

  #date(): StructuredDate {
    const seconds = this.#number();
    if (typeof seconds !== "number") throw MALFORMED;
    return { type: "date", seconds };
  }

  #boolean(): boolean {
    if (this.take("1")) return true;
    if (this.take("0")) return false;
    throw MALFORMED;
  }

  #string(): string {
    const { text } = this;
    // Nearly every string is free of escapes, and then it is a piece of the text.
    let at = this.at;
    while (IS_PLAIN[text.charCodeAt(at)] === 1) at++;
    if (text.charCodeAt(at) === QUOTE) {
      const plain = text.slice(this.at, at);
      this.at = at + 1;
      return plain;
    }
    return this.#escapedString();
  }

  #escapedString(): string {
    const { text } = this;
    let value = "";
    let from = this.at; // where the piece begins that is not in `value` yet
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return value + text.slice(from, at);
      }
      if (code === BACKSLASH) {
        value += text.slice(from, at);
        from = ++at;
        const escaped = text.charCodeAt(at);
        if (escaped !== QUOTE && escaped !== BACKSLASH) throw MALFORMED;
      } else if (!isPrintable(code)) {
        throw MALFORMED;
      }
    }
  }

  #byteSequence(): Uint8Array {
    const bytes = decodeBase64(this.#until(":"));
    if (bytes === undefined) throw MALFORMED;
    return bytes;
  }

  #displayString(): DisplayString {
    if (!this.take('"')) throw MALFORMED;
    const encoded = this.#until('"');
    this.isCanonical = false; // an octet may be written in two ways
    const bytes: number[] = [];
    for (let i = 0; i < encoded.length; i++) {
      const code = encoded.charCodeAt(i);
      if (!isPrintable(code)) throw MALFORMED;
      if (code !== 0x25) {
        bytes.push(code);
        continue;
      }
      const pair = encoded.slice(i + 1, i + 3);
      if (!HEX_PAIR.test(pair)) throw MALFORMED;
      bytes.push(Number.parseInt(pair, 16));
      i += 2;
    }
    const value = utf8Text(Uint8Array.from(bytes));
    if (value === undefined) throw MALFORMED;
    return { type: "display-string", value };
  }

  /** The text before the next `delimiter`, which is read too. */
  #until(delimiter: string): string {
    const end = this.text.indexOf(delimiter, this.at);
    if (end < 0) throw MALFORMED;
    const text = this.text.slice(this.at, end);
    this.at = end + 1;
    return text;
  }
}
