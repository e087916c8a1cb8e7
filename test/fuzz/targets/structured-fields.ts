import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Dictionary,
  type Item,
  type Member,
  type Params,
  parseDictionary,
  parseInnerList,
  parseItem,
  parseList,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
} from "../../../src/http/structured-dictionary.js";
import type { BareItem } from "../../../src/http/structured-values.js";
import { dictionaryByOracle } from "../oracles/structured-fields.js";
import type { FuzzTarget } from "../target.js";

const space = fc.constantFrom("", "", " ", "  ");
const comma = fc.constantFrom(",", ", ", " ,\t", ",  ");
const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,2}$/);
const bareItem = fc.oneof(
  fc.constantFrom(
    '"a"',
    '"a\\"\\\\b"',
    '""',
    "1",
    "-0",
    "00012",
    "999999999999999",
    "1.5",
    "0.000",
    "-1.250",
    "*t/:",
    "?0",
  ),
  fc.constantFrom("?1", ":AA==:", "::", ":aGk=:", "@1659578233", '%"f%c3%bc"', '%""', "A!#", '"@method"', '"x-a"'),
  fc.integer().map(String),
);
const params = fc
  .array(fc.tuple(space, key, fc.option(bareItem)), { maxLength: 3 })
  .map((list) => list.map(([gap, name, value]) => `;${gap}${name}${value === null ? "" : `=${value}`}`).join(""));
const item = fc.tuple(bareItem, params).map(([value, rest]) => value + rest);
const innerList = fc
  .tuple(space, fc.array(item, { maxLength: 4 }), fc.constantFrom(" ", "  "), space, params)
  .map(([before, items, between, after, rest]) => `(${before}${items.join(between)}${after})${rest}`);

/** Texts of dictionaries, in all the ways in which they may be written. */
export const dictionaries: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.tuple(key, fc.option(fc.oneof(item, innerList)), params), { maxLength: 5 }), comma)
  .map(([members, separator]) =>
    members.map(([name, value, rest]) => (value === null ? name + rest : `${name}=${value}`)).join(separator),
  );

/** Pieces of structured fields. */
export const STRUCTURED_PIECES: readonly string[] = [
  ...'=;,()":?@%\\*- \t.0a',
  ...[
    "a=",
    ";a",
    "=1",
    "=?1",
    ":AA==:",
    ":AB==:",
    ":AA:",
    "?1",
    "?2",
    '"x"',
    '";sf',
    '%"%c3%bc"',
    "%c3",
    "1.",
    "1.0000",
  ],
  ...["1234567890123456", "\0", "\xe9", "\x7f", ", ", " , ", "( )", "a=(", ");b"],
];

/** Reads and writes again, which must change nothing after the first time. */
function expectSettled<T>(text: string, parse: (text: string) => T | undefined, write: (value: T) => string): void {
  const value = parse(text);
  if (value === undefined) return;
  const written = write(value);
  assert.match(written, /^[ -~]*$/);
  const again = parse(written);
  assert.ok(again !== undefined, "what was written cannot be read");
  assert.equal(write(again), written);
  assert.ok(written.length <= 4 * text.length + 4, "the result is out of proportion");
}

function expectTextAsWritten({ members }: Dictionary): void {
  for (const member of members.values()) {
    if ("items" in member && member.text !== undefined) assert.equal(serializeInnerList(member), member.text);
  }
}

/** Decimals without a fraction are integers to the package. */
function withoutEmptyFractions({ members }: Dictionary): Dictionary {
  const bare = (value: BareItem): BareItem => {
    const isWhole = typeof value === "object" && "thousandths" in value && value.thousandths % 1000 === 0;
    return isWhole ? value.thousandths / 1000 || 0 : value;
  };
  const params = (values: Params): Params => new Map([...values].map(([name, value]) => [name, bare(value)]));
  const item = (one: Item): Item => ({ value: bare(one.value), params: params(one.params) });
  const changed = (member: Member): Member =>
    "items" in member ? { items: member.items.map(item), params: params(member.params) } : item(member);
  return { members: new Map([...members].map(([name, member]) => [name, changed(member)])) };
}

/** Structured fields, against the package `structured-headers`. */
export const structuredFields: FuzzTarget = {
  name: "structured-fields",
  pieces: STRUCTURED_PIECES,
  inputs: fc.oneof({ weight: 4, arbitrary: dictionaries }, innerList, item),
  check(input) {
    const dictionary = parseDictionary([input]);
    const theirs = dictionaryByOracle(input);
    if (theirs !== "unlike") {
      assert.equal(dictionary && serializeDictionary(withoutEmptyFractions(dictionary)), theirs?.canonical);
      assert.deepEqual(dictionary && [...dictionary.members.keys()], theirs?.keys);
    }
    expectSettled(input, (text) => parseDictionary([text]), serializeDictionary);
    expectSettled(input, (text) => parseList([text]), serializeList);
    expectSettled(input, parseInnerList, serializeInnerList);
    expectSettled(input, parseItem, serializeItem);
    if (dictionary === undefined) return "refused";
    expectTextAsWritten(dictionary);
    expectSameInLines(input, dictionary);
    return dictionary.repeated ? "accepted with a key that occurs twice" : "accepted";
  },
};

/** A comma between two members is as good as a line between them. */
function expectSameInLines(input: string, dictionary: Dictionary): void {
  if (dictionary.members.size < 2 || dictionary.repeated) return;
  const lines = [...dictionary.members].map((member) => serializeDictionary({ members: new Map([member]) }));
  const ofLines = parseDictionary(lines);
  assert.equal(ofLines && serializeDictionary(ofLines), serializeDictionary(dictionary), input);
}
