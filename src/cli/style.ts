import type { CommandIo, Output } from "./io.js";

/** Ways to set off a text on a terminal; elsewhere they leave it alone. */
export interface Style {
  strong(text: string): string;
  quiet(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  name(text: string): string;
}

/** Colour on a terminal only, and not where `NO_COLOR` is set (https://no-color.org). */
export function styleFor(out: Output, { env }: CommandIo): Style {
  const colour = out.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { strong: paint(1), quiet: paint(2), good: paint(32), bad: paint(31), name: paint(36) };
}

/** Characters that could move the cursor, change colours or turn the order of a line around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text from outside as a terminal may show it. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** A token, recognisable but of no use to anyone. */
export function abbreviated(token: string): string {
  return `${printable(token.slice(0, 12))}… (${token.length} characters)`;
}

/** The widest that a column gets, characters: one long name must not fill every other row with spaces. */
const MAX_COLUMN = 32;

/** Rows of cells in columns, with an indent. Longer cells move the rest of their row. */
export function columns(rows: readonly (readonly string[])[], indent: string): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.min(Math.max(widths[i] ?? 0, cell.length), MAX_COLUMN);
  }
  return rows.map((row) => (indent + row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")).trimEnd());
}
