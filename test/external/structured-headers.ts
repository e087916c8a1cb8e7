import * as oracle from "structured-headers";
import type { InnerList, Item, Member, Params } from "../../src/http/structured-dictionary.js";
import type { BareItem } from "../../src/http/structured-values.js";
import { base32, type Case, type Parsed } from "./structured-fields.js";

// The package `structured-headers` of npm: its values in the notation of the structured-field tests, ours in its own.

function bare(value: oracle.BareItem): unknown {
  if (value instanceof ArrayBuffer) return { __type: "binary", value: base32(new Uint8Array(value)) };
  if (value instanceof oracle.Token) return { __type: "token", value: value.toString() };
  if (value instanceof oracle.DisplayString) return { __type: "displaystring", value: value.toString() };
  if (value instanceof Date) return { __type: "date", value: value.getTime() / 1000 };
  return Object.is(value, -0) ? 0 : value; // it has a negative zero, and writes it as 0
}
const params = (values: oracle.Parameters): unknown => [...values].map(([key, value]) => [key, bare(value)]);
const item = ([value, values]: oracle.Item): unknown => [bare(value), params(values)];
const member = (value: oracle.Item | oracle.InnerList): unknown =>
  oracle.isInnerList(value) ? [value[0].map(item), params(value[1])] : item(value);

/** What it makes of the lines of a field; `undefined` when it refuses them. */
export function parseByOracle(type: Case["header_type"], raw: readonly string[]): Parsed | undefined {
  const text = raw.join(", ");
  try {
    if (type === "item") {
      const parsed = oracle.parseItem(text);
      return { value: item(parsed), canonical: oracle.serializeItem(parsed) };
    }
    if (type === "list") {
      const parsed = oracle.parseList(text);
      return { value: parsed.map(member), canonical: oracle.serializeList(parsed) };
    }
    const parsed = oracle.parseDictionary(text);
    return {
      value: [...parsed].map(([key, value]) => [key, member(value)]),
      canonical: oracle.serializeDictionary(parsed),
    };
  } catch (error) {
    if (error instanceof oracle.ParseError) return undefined;
    throw error;
  }
}

/** A value of ours as it has it. */
function unbare(value: BareItem): oracle.BareItem {
  if (typeof value !== "object") return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value).buffer;
  switch (value.type) {
    case "token":
      return new oracle.Token(value.value);
    case "display-string":
      return new oracle.DisplayString(value.value);
    case "date":
      return new Date(value.seconds * 1000);
    case "decimal":
      return value.thousandths / 1000;
  }
}
const unparams = (values: Params): oracle.Parameters =>
  new Map([...values].map(([key, value]) => [key, unbare(value)]));
const unitem = ({ value, params }: Item): oracle.Item => [unbare(value), unparams(params)];
const unlist = ({ items, params }: InnerList): oracle.InnerList => [items.map(unitem), unparams(params)];

/** A dictionary of ours as it writes it. */
export function serializeByOracle(members: ReadonlyMap<string, Member>): string {
  const theirs = [...members].map(([key, value]) => [key, "items" in value ? unlist(value) : unitem(value)] as const);
  return oracle.serializeDictionary(new Map(theirs));
}

type Pairs = readonly (readonly [string, unknown])[];

/** Of the typed values of the suite, the cases for serializers have tokens only. */
function uncase(value: unknown): oracle.BareItem {
  return typeof value === "object" ? new oracle.Token((value as { value: string }).value) : (value as oracle.BareItem);
}
const uncaseItem = (pair: unknown): oracle.Item => {
  const [value, params] = pair as [unknown, Pairs];
  return [uncase(value), new Map(params.map(([key, value]) => [key, uncase(value)]))];
};

/** What it writes for a case; `undefined` when it refuses to. */
export function serializeCaseByOracle({ header_type: type, expected }: Case): string | undefined {
  try {
    if (type === "item") return oracle.serializeItem(uncaseItem(expected));
    if (type === "list") return oracle.serializeList((expected as Pairs).map(uncaseItem));
    return oracle.serializeDictionary(new Map((expected as Pairs).map(([key, item]) => [key, uncaseItem(item)])));
  } catch (error) {
    // it checks tokens when they are made
    if (error instanceof oracle.SerializeError || error instanceof TypeError) return undefined;
    throw error;
  }
}
