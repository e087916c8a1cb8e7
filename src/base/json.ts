import { utf8Text } from "./bytes.js";

/** A JSON object as parsed: `__proto__` is a member like any other. */
export type JsonObject = { readonly [name: string]: unknown };

/** Deepest nesting of objects and arrays, the outermost object counted. */
const MAX_DEPTH = 16;

/**
 * Whether the text stays within the depth limit, and how many members its objects have, found in one pass without
 * building anything. In well-formed JSON the colons outside strings are exactly the members.
 */
function countMembers(text: string): number | undefined {
  let members = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        for (i++; i < text.length; i++) {
          const c = text.charCodeAt(i);
          if (c === 0x22) break;
          if (c === 0x5c) i++; // a backslash escapes the next character
        }
        break;
      case 0x3a: // :
        members++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_DEPTH) return undefined;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
    }
  }
  return members;
}

function countKept(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countKept(item), 0);
  let kept = 0;
  for (const name of Object.keys(value)) kept += 1 + countKept((value as JsonObject)[name]);
  return kept;
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
 */
export function parseJsonObject(text: string): JsonObject | undefined {
  const members = countMembers(text);
  if (members === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // the parser's own message would quote the input
  }
  return isJsonObject(value) && countKept(value) === members ? value : undefined;
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
