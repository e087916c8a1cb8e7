import { exactJsonText } from "../base/exact-json.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";

/** Whether two JSON values are the same. The order of members says nothing. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]))
  );
}

/** How an output differs in the members that are expected; `undefined` when it does not. Others may be there. */
export function differenceOf(expected: JsonObject, output: JsonObject): string | undefined {
  const different = Object.keys(expected).filter((name) => !sameJson(expected[name], member(output, name)));
  if (different.length === 0) return undefined;
  return different.map((name) => `${name}: ${contrast(member(output, name), expected[name])}`).join("; ");
}

/** Two values that differ; of texts with several lines, such as signature bases, the first lines that do. */
function contrast(seen: unknown, expected: unknown): string {
  if (typeof seen !== "string" || typeof expected !== "string" || !expected.includes("\n")) {
    return `${shown(seen)}, not ${shown(expected)}`;
  }
  const [seenLines, lines] = [seen.split("\n"), expected.split("\n")];
  const longer = lines.length < seenLines.length ? seenLines : lines;
  const index = longer.findIndex((_, i) => seenLines[i] !== lines[i]);
  return `line ${index + 1} is ${shown(seenLines[index])}, not ${shown(lines[index])}`;
}

/** The longest value that is shown, characters. */
const LONGEST = 300;
/** What begins like the header of a token or the signature of a message. */
const SECRET = /eyJ[\w.~+/-]*|:[A-Za-z0-9+/]{16,}={0,2}:/g;

/** A value as a report may have it: tokens and signatures are left out. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = exactJsonText(value).replace(SECRET, "…");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
