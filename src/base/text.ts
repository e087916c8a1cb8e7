/** Ways to set off a text; where there are none, they leave it alone. */
export interface TextStyle {
  strong(text: string): string;
  quiet(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const same = (text: string): string => text;

/** No way at all. */
export const PLAIN: TextStyle = { strong: same, quiet: same, good: same, bad: same };

/** Characters that could move the cursor, change colours or turn the order of a line around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text from outside as a terminal may show it. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
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
