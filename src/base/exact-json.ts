import { type JsonObject, parseJsonObject } from "./json.js";

/** A name with its colon, another string, a bracket, a comma, or a number; the rest of a JSON text decides nothing. */
const TOKEN = /("(?:[^"\\]|\\.)*")([ \t\n\r]*:)?|[{}[\],]|-?\d[\d.eE+-]*/g;
const INTEGER = /^-?\d+$/;
/** The longest integer that is kept exactly, characters: making a BigInt costs more than linear time. */
const MAX_DIGITS = 100;

interface Container {
  readonly [key: string | number]: unknown;
}

/**
 * {@link parseJsonObject}, but an integer that a Number cannot hold exactly is a BigInt in the result. Of such integers
 * with over 100 digits, and of numbers written with a fraction or an exponent, the nearest Number is left.
 *
 * @param maxDepth as in {@link parseJsonObject}
 */
export function parseExactJsonObject(text: string, maxDepth?: number): JsonObject | undefined {
  const object = parseJsonObject(text, maxDepth);
  if (object !== undefined) restoreIntegers(object, text);
  return object;
}

/** Walks the text, which is known to be JSON with unique names, and the value that was made of it, side by side. */
function restoreIntegers(object: JsonObject, text: string): void {
  const open: Container[] = [];
  const keys: (string | number)[] = []; // of what comes next, in each of the open containers
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    const last = open.length - 1;
    const container = open[last];
    const key = keys[last];
    if (token === "{" || token === "[") {
      open.push(container === undefined || key === undefined ? object : (container[key] as Container));
      keys.push(token === "{" ? "" : 0);
    } else if (token === "}" || token === "]") {
      open.pop();
      keys.pop();
    } else if (token === ",") {
      if (typeof key === "number") keys[last] = key + 1;
    } else if (colon !== undefined && string !== undefined) {
      keys[last] = JSON.parse(string) as string;
    } else if (container !== undefined && key !== undefined && isInexact(token)) {
      // an own member already, `__proto__` too, so that this only changes its value
      (container as { [key: string | number]: unknown })[key] = BigInt(token);
    }
  }
}

function isInexact(token: string): boolean {
  return INTEGER.test(token) && token.length <= MAX_DIGITS && !Number.isSafeInteger(Number(token));
}

/** The JSON text of a value, as `JSON.stringify` writes it, and BigInts as integers. */
export function exactJsonText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(exactJsonText).join(",")}]`;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${exactJsonText(inner)}`).join(",")}}`;
}
