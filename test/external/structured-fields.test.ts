import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Item,
  type Member,
  type Params,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
} from "../../src/http/structured-dictionary.js";
import type { BareItem } from "../../src/http/structured-values.js";

/** A case of the suite that the HTTP working group keeps. What `raw` lacks is a test of the serializer. */
interface Case {
  readonly name: string;
  readonly header_type: "item" | "list" | "dictionary";
  readonly raw?: readonly string[];
  readonly expected?: unknown;
  readonly canonical?: readonly string[];
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
}

// structured-field-tests of the HTTP working group, which are not part of this project.
const FOLDER = new URL("../../../shared/testdata/structured-fields/", import.meta.url);
const present = existsSync(FOLDER);
const load = (file: string): Case[] => (present ? JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) : []);

if (!present) console.warn("left out: ../shared/testdata/structured-fields is absent");

it("the structured-field tests are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

/** Every file of cases for parsers, and how many it has: none is left out. */
const FILES = {
  "binary.json": 15,
  "boolean.json": 12,
  "date.json": 17,
  "dictionary.json": 26,
  "display-string.json": 22,
  "examples.json": 21,
  "item.json": 5,
  "key-generated.json": 640,
  "large-generated.json": 11,
  "list.json": 11,
  "listlist.json": 12,
  "number-generated.json": 193,
  "number.json": 37,
  "param-dict.json": 14,
  "param-list.json": 20,
  "param-listlist.json": 3,
  "string-generated.json": 256,
  "string.json": 14,
  "token-generated.json": 256,
  "token.json": 6,
};

/** Of what a parser may refuse, we refuse base64 that no encoder writes. */
const REFUSED_BY_CHOICE = ["bad padding", "non-zero pad bits"];

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, "0"), 2)]);
  return digits.join("").padEnd(Math.ceil(digits.length / 8) * 8, "=");
}

/** Our model in the notation of the suite. */
function bare(value: BareItem): unknown {
  if (typeof value !== "object") return value;
  if (value instanceof Uint8Array) return { __type: "binary", value: base32(value) };
  switch (value.type) {
    case "token":
      return { __type: "token", value: value.value };
    case "display-string":
      return { __type: "displaystring", value: value.value };
    case "date":
      return { __type: "date", value: value.seconds };
    case "decimal":
      return value.thousandths / 1000;
  }
}
const params = (value: Params): unknown => [...value].map(([key, item]) => [key, bare(item)]);
const item = (value: Item): unknown => [bare(value.value), params(value.params)];
const member = (value: Member): unknown =>
  "items" in value ? [value.items.map(item), params(value.params)] : item(value);

/** What we make of the lines of a field: a value in the notation of the suite, and our canonical spelling of it. */
function parse(type: Case["header_type"], raw: readonly string[]): { value: unknown; canonical: string } | undefined {
  if (type === "item") {
    const parsed = parseItem(raw.join(", "));
    return parsed && { value: item(parsed), canonical: serializeItem(parsed) };
  }
  if (type === "list") {
    const parsed = parseList(raw);
    return parsed && { value: parsed.map(member), canonical: serializeList(parsed) };
  }
  const parsed = parseDictionary(raw);
  const value = parsed && [...parsed.members].map(([key, value]) => [key, member(value)]);
  return parsed && { value, canonical: serializeDictionary(parsed) };
}

describe.runIf(present).each(Object.entries(FILES))("structured-field tests, %s", (file, count) => {
  const cases = load(file);

  it("has as many cases as are told here", () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases.map((entry): [string, Case] => [entry.name, entry]))("%s", (name, entry) => {
    const raw = entry.raw ?? [];
    const parsed = parse(entry.header_type, raw);
    if (entry.must_fail || REFUSED_BY_CHOICE.includes(name)) {
      expect(parsed).toBeUndefined();
    } else {
      // an empty list or dictionary has no line at all in the suite, and an empty one here
      expect(parsed).toEqual({ value: entry.expected, canonical: (entry.canonical ?? raw).join(", ") });
    }
  });
});

/** Every file of cases for serializers, and how many it has. */
const SERIALIZER_FILES = {
  "serialisation-tests/key-generated.json": 378,
  "serialisation-tests/number.json": 9,
  "serialisation-tests/string-generated.json": 33,
  "serialisation-tests/token-generated.json": 124,
};

/** Of what has more than three decimals we lose none by rounding: it is refused. */
const ROUNDED = /\bround /;

type Pairs = readonly (readonly [string, unknown])[];

/** The notation of the suite in our model; of its typed values these files have tokens only. */
function unbare(value: unknown): BareItem {
  if (typeof value === "object") return { type: "token", value: (value as { value: string }).value };
  if (typeof value === "number" && !Number.isInteger(value)) return { type: "decimal", thousandths: value * 1000 };
  return value as BareItem;
}
const unparams = (pairs: unknown): Params => new Map((pairs as Pairs).map(([key, value]) => [key, unbare(value)]));
const unitem = (pair: unknown): Item => {
  const [value, params] = pair as [unknown, unknown];
  return { value: unbare(value), params: unparams(params) };
};

function serialize({ header_type: type, expected }: Case): string {
  if (type === "item") return serializeItem(unitem(expected));
  if (type === "list") return serializeList((expected as unknown[]).map(unitem));
  return serializeDictionary({ members: new Map((expected as Pairs).map(([key, value]) => [key, unitem(value)])) });
}

describe.runIf(present).each(Object.entries(SERIALIZER_FILES))("structured-field tests, %s", (file, count) => {
  const cases = load(file);

  it("has as many cases as are told here", () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases.map((entry): [string, Case] => [entry.name, entry]))("%s", (name, entry) => {
    expect(entry.must_fail || ROUNDED.test(name)).toBe(true);
    expect(() => serialize(entry)).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
  });
});
