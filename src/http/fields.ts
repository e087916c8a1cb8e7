import type { HttpRequestView } from "./message.js";
import { trimOws } from "./message.js";

/** Whether a field name is `lowerCaseName`, whatever its letter case (CREDS-5.1.1.02). */
export function isField(name: string, lowerCaseName: string): boolean {
  return name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName;
}

/** The value of the field, white space around it removed; `undefined` when the request has none or several lines of it. */
export function singleFieldValue(view: HttpRequestView, lowerCaseName: string): string | undefined {
  let found: string | undefined;
  for (const [name, value] of view.headers) {
    if (!isField(name, lowerCaseName)) continue;
    if (found !== undefined) return undefined; // WPT-2.20: a field that occurs more than once cannot be located
    found = trimOws(value);
  }
  return found;
}
