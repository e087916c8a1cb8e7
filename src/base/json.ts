import { utf8Text } from "./bytes.js";

/** A JSON object as parsed: `__proto__` is a member like any other. */
export type JsonObject = { readonly [name: string]: unknown };

/** Deepest nesting of objects and arrays, the outermost object counted. */
const MAX_DEPTH = 16;

/** What one pass over a text finds out without building anything. */
interface Outline {
  /** How many members its objects have: in well-formed JSON the colons outside strings are exactly those. */
  members: number;
  /** Whether a name is written with a backslash. */
  escapedNames: boolean;
}

/** The outline of a text; `undefined` when it nests too deep, or a string in it has no end. */
function outlineOf(text: string, maxDepth: number): Outline | undefined {
  const outline = { members: 0, escapedNames: false };
  let depth = 0;
  let escaped = false; // in the string before
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        escaped = false;
        for (i++; i < text.length; i++) {
          const c = text.charCodeAt(i);
          if (c === 0x22) break;
          if (c !== 0x5c) continue;
          escaped = true;
          i++; // a backslash escapes the next character
        }
        if (i >= text.length) return undefined; // a string without an end would be looked for again and again
        break;
      case 0x3a: // :
        outline.members++;
        outline.escapedNames ||= escaped;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) return undefined;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
  }
  return outline;
}

function countKept(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countKept(item), 0);
  let kept = 0;
  for (const name of Object.keys(value)) kept += 1 + countKept((value as JsonObject)[name]);
  return kept;
}

/** A string, and the colon behind it where it is a name. */
const STRING = /("(?:[^"\\]|\\[\s\S])*")([ \t\n\r]*:)?/g;

/**
 * Parses a text whose names have escapes. V8 13 (Node 24) can read such a name as another one, depending on what it
 * parsed before; so the names are taken out, each decoded by itself, and put back.
 */
function parseWithEscapedNames(text: string): unknown {
  const names: string[] = [];
  const plain = text.replace(STRING, (whole, string: string, colon?: string) => {
    if (colon === undefined) return whole;
    return `"n${names.push(JSON.parse(string) as string) - 1}"${colon}`;
  });
  return putBack(JSON.parse(plain), names);
}

function putBack(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => putBack(item, names));
  if (typeof value !== "object" || value === null) return value;
  // fromEntries defines `__proto__` like any other member
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [names[Number(name.slice(1))], putBack(inner, names)]),
  );
}

/** Whether `value` is a JSON object: not null and not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The JSON object that `text` is; `undefined` when it is anything else, nests deeper than 16 levels, or names a member
 * twice in one object, at any depth (RFC 8259 section 4, RFC 7519 section 4: names must be unique).
 *
 * Duplicates are found by counting: a member that was written twice is kept once.
 *
 * @param maxDepth another limit to nesting, the outermost object counted
 */
export function parseJsonObject(text: string, maxDepth: number = MAX_DEPTH): JsonObject | undefined {
  const outline = outlineOf(text, maxDepth);
  if (outline === undefined) return undefined;
  let value: unknown;
  try {
    value = outline.escapedNames ? parseWithEscapedNames(text) : JSON.parse(text);
  } catch {
    return undefined; // the parser's own message would quote the input
  }
  return isJsonObject(value) && countKept(value) === outline.members ? value : undefined;
}

/** {@link parseJsonObject} of bytes, which must be UTF-8. */
export function parseJsonBytes(bytes: Uint8Array): JsonObject | undefined {
  const text = utf8Text(bytes);
  return text === undefined ? undefined : parseJsonObject(text);
}

/** An own member; never one that the object inherits. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The value with every object and array in it frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
