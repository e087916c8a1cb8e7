import { isUtf8 } from "node:buffer";

const DEEPEST = 16;
/** A string, a sign, or a number, `true`, `false` or `null`: what texts that `JSON.parse` reads consist of. */
const LEXEME = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

type Container = { readonly names: Set<string> | undefined; readonly value: Record<string, unknown> | unknown[] };

/**
 * What a text says, by a second reading that has nothing in common with the first; `undefined` when it is no JSON object,
 * nests deeper than 16 levels or names a member twice. `JSON.parse` says whether the text is JSON, and what a string and a
 * number mean; objects are put together here.
 */
export function readJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  if (!isUtf8(bytes) || !isJson(text)) return undefined;
  const open: Container[] = [];
  let name: string | undefined;
  let last: unknown;
  const put = (value: unknown): boolean => {
    const parent = open.at(-1);
    last = value;
    if (parent === undefined) return true;
    if (Array.isArray(parent.value)) parent.value.push(value);
    else if (name === undefined || parent.names?.has(name)) return false;
    else {
      parent.names?.add(name);
      Object.defineProperty(parent.value, name, { value, enumerable: true, configurable: true, writable: true });
    }
    name = undefined;
    return true;
  };
  for (const [lexeme] of text.matchAll(LEXEME)) {
    if (lexeme === "," || lexeme === ":") continue;
    if (lexeme === "]" || lexeme === "}") {
      last = open.pop()?.value;
      continue;
    }
    const isContainer = lexeme === "[" || lexeme === "{";
    const value: unknown = isContainer ? (lexeme === "[" ? [] : {}) : JSON.parse(lexeme);
    if (!isContainer && expectsName(open.at(-1), name)) name = value as string;
    else if (!put(value)) return undefined;
    if (!isContainer) continue;
    open.push({ names: lexeme === "{" ? new Set() : undefined, value: value as Container["value"] });
    if (open.length > DEEPEST) return undefined;
  }
  return typeof last === "object" && last !== null && !Array.isArray(last) ? { ...last } : undefined;
}

function expectsName(parent: Container | undefined, name: string | undefined): boolean {
  return parent?.names !== undefined && name === undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
