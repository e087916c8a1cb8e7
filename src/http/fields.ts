import type { HeaderLine } from "./message.js";
import { trimOws } from "./message.js";

/** Whether a field name is `lowerCaseName`, whatever its letter case (CREDS-5.1.1.02). */
export function isField(name: string, lowerCaseName: string): boolean {
  if (name.length !== lowerCaseName.length) return false;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const isCapital = c >= 0x41 && c <= 0x5a;
    if ((isCapital ? c | 0x20 : c) !== lowerCaseName.charCodeAt(i)) return false;
  }
  return true;
}

/** The value of the field, white space around it removed; `undefined` when there is no line of it, or several. */
export function singleFieldValue(lines: readonly HeaderLine[], lowerCaseName: string): string | undefined {
  let found: string | undefined;
  for (const [name, value] of lines) {
    if (!isField(name, lowerCaseName)) continue;
    if (found !== undefined) return undefined; // WPT-2.20: a field that occurs more than once cannot be located
    found = trimOws(value);
  }
  return found;
}
