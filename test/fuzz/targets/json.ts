import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJsonBytes } from "../../../src/base/json.js";
import { readJson } from "../oracles/json.js";
import { type FuzzTarget, octetsOf } from "../target.js";

const space = fc.constantFrom("", "", "", " ", "\t\n", "\r ");
const NAMES = [
  "a",
  "a",
  "b",
  "",
  "__proto__",
  "constructor",
  "\\u0061",
  "\\\\",
  '\\"',
  ":",
  "{",
  "0",
  "4294967295",
  "\xc3\xa9",
];
const string = fc
  .oneof(
    fc.constantFrom(...NAMES),
    fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text).slice(1, -1)),
  )
  .map((text) => `"${text}"`);
const leaf = fc.oneof(
  string,
  fc.constantFrom("0", "-0", "1e3", "-1.5E-2", "1e999", "12345678901234567890", "true", "false", "null", '"\\ud800"'),
);

const grammar = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  object: fc
    .array(fc.tuple(string, space, tie("value"), space), { maxLength: 5 })
    .map((members) => `{${members.map(([name, a, value, b]) => `${a}${name}${b}:${a}${value}${b}`).join(",")}}`),
  array: fc
    .array(fc.tuple(space, tie("value")), { maxLength: 4 })
    .map((items) => `[${items.map((it) => it.join("")).join(",")}]`),
  value: fc.oneof({ maxDepth: 5 }, leaf, tie("object"), tie("array")),
}));
const wrapped = fc
  .tuple(grammar.object, fc.nat(17))
  .map(([text, levels]) => (levels < 9 ? text : `${'{"w":'.repeat(levels)}${text}${"}".repeat(levels)}`));

/** Texts of JSON objects, some of which nest too deep or name a member twice. */
export const jsonObjects: fc.Arbitrary<string> = fc.oneof({ weight: 4, arbitrary: grammar.object }, wrapped);

/** Pieces of JSON. */
export const JSON_PIECES: readonly string[] = [
  ...'{}[]:,"\\0-',
  '"a":1,',
  '{"a":',
  "[[",
  "\\u0061",
  "\\ud800",
  "\\n",
  "1e9",
  "null",
  '"__proto__":',
  " ",
  "\n",
  "\xef\xbb\xbf",
  "\xc3\xa9",
  "\xed\xa0\x80",
  "\0",
];

/** The strict reader of JSON objects, against a second reader. */
export const json: FuzzTarget = {
  name: "json",
  pieces: JSON_PIECES,
  inputs: jsonObjects,
  check(input) {
    const bytes = octetsOf(input);
    const value = parseJsonBytes(bytes);
    const expected = readJson(bytes);
    assert.deepEqual(value, expected && { ...expected });
    if (value === undefined) return "refused";
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    // written again it is the same: nothing was lost on the way, and nothing came to it
    const written = JSON.stringify(value);
    assert.deepEqual(parseJsonBytes(Buffer.from(written)), JSON.parse(JSON.stringify(expected)));
    // a number may be written longer than it was, and an escape shorter
    assert.ok(written.length <= 30 * input.length, "the result is out of proportion");
    return "accepted";
  },
};
