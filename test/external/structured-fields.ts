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
import { testData } from "./test-data.js";

/** A case of the suite that the HTTP working group keeps. What `raw` lacks is a test of the serializer. */
export interface Case {
  readonly name: string;
  readonly header_type: "item" | "list" | "dictionary";
  readonly raw?: readonly string[];
  readonly expected?: unknown;
  readonly canonical?: readonly string[];
  readonly must_fail?: boolean;
  readonly can_fail?: boolean;
}

// structured-field-tests of the HTTP working group, which are not part of this project.
const data = testData("structured-fields");
export const structuredFieldsPresent: boolean = data.present;

/** The cases of a file; none when the suite is absent. */
export function structuredFieldCases(file: string): readonly (readonly [name: string, Case])[] {
  return data.read<readonly Case[]>(file, []).map((entry) => [entry.name, entry]);
}

/** Every file of cases for parsers, and how many it has: none is left out. */
export const FILES = {
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

/** Every file of cases for serializers, and how many it has. */
export const SERIALIZER_FILES = {
  "serialisation-tests/key-generated.json": 378,
  "serialisation-tests/number.json": 9,
  "serialisation-tests/string-generated.json": 33,
  "serialisation-tests/token-generated.json": 124,
};

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Bytes as the suite writes them. */
export function base32(bytes: Uint8Array): string {
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

/** A field that was read: its value in the notation of the suite, and the canonical spelling of it. */
export interface Parsed {
  readonly value: unknown;
  readonly canonical: string;
}

type Change = (value: BareItem) => BareItem;
const changedParams = (values: Params, change: Change): Params =>
  new Map([...values].map(([key, value]) => [key, change(value)]));
const changedItem = ({ value, params }: Item, change: Change): Item => ({
  value: change(value),
  params: changedParams(params, change),
});
const changedMember = (value: Member, change: Change): Member =>
  "items" in value
    ? { items: value.items.map((item) => changedItem(item, change)), params: changedParams(value.params, change) }
    : changedItem(value, change);

/**
 * What we make of the lines of a field; `undefined` when we refuse them.
 *
 * @param change is made to each value before it is written
 */
export function parse(
  type: Case["header_type"],
  raw: readonly string[],
  change: Change = (value) => value,
): Parsed | undefined {
  if (type === "item") {
    const parsed = parseItem(raw.join(", "));
    return parsed && { value: item(parsed), canonical: serializeItem(changedItem(parsed, change)) };
  }
  if (type === "list") {
    const parsed = parseList(raw);
    const changed = parsed?.map((value) => changedMember(value, change));
    return parsed && { value: parsed.map(member), canonical: serializeList(changed ?? []) };
  }
  const parsed = parseDictionary(raw);
  if (parsed === undefined) return undefined;
  const members = [...parsed.members];
  const changed = members.map(([key, value]) => [key, changedMember(value, change)] as const);
  return {
    value: members.map(([key, value]) => [key, member(value)]),
    canonical: serializeDictionary({ members: new Map(changed) }),
  };
}

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

/** What we write for a case; it throws what refuses it. */
export function serialize({ header_type: type, expected }: Case): string {
  if (type === "item") return serializeItem(unitem(expected));
  if (type === "list") return serializeList((expected as unknown[]).map(unitem));
  return serializeDictionary({ members: new Map((expected as Pairs).map(([key, value]) => [key, unitem(value)])) });
}
