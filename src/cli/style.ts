import { printable, type TextStyle } from "../base/text.js";
import type { CommandIo, Output } from "./io.js";

/** Ways to set off a text on a terminal. */
export interface Style extends TextStyle {
  name(text: string): string;
}

/** Colour on a terminal only, and not where `NO_COLOR` is set (https://no-color.org). */
export function styleFor(out: Output, { env }: CommandIo): Style {
  const colour = out.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { strong: paint(1), quiet: paint(2), good: paint(32), bad: paint(31), name: paint(36) };
}

/** A token, recognisable but of no use to anyone. */
export function abbreviated(token: string): string {
  return `${printable(token.slice(0, 12))}… (${token.length} characters)`;
}
