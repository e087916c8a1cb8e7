import { MALFORMED, ValueReader } from "./structured-reader.js";
import { type BareItem, serializeBareItem, serializeKey } from "./structured-values.js";

/*
 * Structured fields (RFC 9651, and RFC 8941 before it) without a loss: a string is never taken for a token, nor 1.0
 * for 1, and names that occur twice are told. Reading takes linear time; whoever calls bounds the length.
 *
 * Writing gives the one canonical spelling. What has none is refused as a caller's mistake (`configuration_invalid`),
 * never repaired; whatever was parsed has one.
 */

/** Parameters in their order. */
export type Params = ReadonlyMap<string, BareItem>;

interface Parameterized {
  readonly params: Params;
  /** Names of parameters that occurred more than once; the last value of each counts. */
  readonly repeated?: ReadonlySet<string>;
}

/** A value with parameters. */
export interface Item extends Parameterized {
  readonly value: BareItem;
}

/** `("a" "b");c=1` */
export interface InnerList extends Parameterized {
  readonly items: readonly Item[];
  /** As it was read, where that is exactly how it is written: what need not be written anew. */
  readonly text?: string;
}

/** What a key of a dictionary, or a place in a list, holds: `"items" in member` tells which. */
export type Member = Item | InnerList;

/** A dictionary in its order. */
export interface Dictionary {
  readonly members: ReadonlyMap<string, Member>;
  /** Keys that occurred more than once, in one line of the field or several; the last member of each counts. */
  readonly repeated?: ReadonlySet<string>;
}

/**
 * Reads the lines of a field, without white space around them, as one dictionary; `undefined` when they are not one.
 * A field without content is an empty dictionary.
 */
export function parseDictionary(lines: readonly string[]): Dictionary | undefined {
  return read(lines.length === 1 ? (lines[0] as string) : lines.join(", "), readDictionary);
}

const readDictionary = (reader: FieldReader): Dictionary => reader.dictionary();

/** Reads the lines of a field, without white space around them, as one list; `undefined` when they are not one. */
export function parseList(lines: readonly string[]): readonly Member[] | undefined {
  return read(lines.join(", "), (reader) => reader.list());
}

/** Reads one value with its parameters; `undefined` when `text` is not exactly that. */
export function parseItem(text: string): Item | undefined {
  return read(text, (reader) => reader.item());
}

/** Reads one inner list with its parameters; `undefined` when `text` is not exactly that. */
export function parseInnerList(text: string): InnerList | undefined {
  return read(text, (reader) => reader.innerList());
}

/** A dictionary; the empty text when it has no members. */
export function serializeDictionary(dictionary: Dictionary): string {
  const parts: string[] = [];
  for (const [key, member] of dictionary.members) {
    const isTrue = "value" in member && member.value === true;
    parts.push(serializeKey(key) + (isTrue ? serializeParams(member.params) : `=${serializeMember(member)}`));
  }
  return parts.join(", ");
}

/** A list; the empty text when it has no members. */
export function serializeList(members: readonly Member[]): string {
  return members.map(serializeMember).join(", ");
}

/** What stands in a list, or behind `key=` in a dictionary. */
export function serializeMember(member: Member): string {
  return "items" in member ? serializeInnerList(member) : serializeItem(member);
}

/** An inner list with its parameters. */
export function serializeInnerList(list: InnerList): string {
  return `(${list.items.map(serializeItem).join(" ")})${serializeParams(list.params)}`;
}

/** A value with its parameters. */
export function serializeItem(item: Item): string {
  return serializeBareItem(item.value) + serializeParams(item.params);
}

/** Parameters in the order of the map, each with its semicolon. */
export function serializeParams(params: Params): string {
  let text = "";
  for (const [key, value] of params) {
    text += `;${serializeKey(key)}`;
    if (value !== true) text += `=${serializeBareItem(value)}`;
  }
  return text;
}

function read<T>(text: string, parse: (reader: FieldReader) => T): T | undefined {
  try {
    const reader = new FieldReader(text);
    reader.skipSpaces();
    const result = parse(reader);
    reader.skipSpaces();
    reader.end();
    return result;
  } catch (error) {
    if (error === MALFORMED) return undefined;
    throw error;
  }
}

const NO_PARAMS: Params = new Map();

class FieldReader extends ValueReader {
  /** How many spaces there were. A tab is none: it may stand beside a comma only. */
  skipSpaces(): number {
    const from = this.at;
    while (this.take(" "));
    return this.at - from;
  }

  end(): void {
    if (!this.isAtEnd()) throw MALFORMED;
  }

  dictionary(): Dictionary {
    const members = new Map<string, Member>();
    let repeated: Set<string> | undefined;
    this.#commaSeparated(() => {
      const key = this.key();
      const member = this.take("=") ? this.#member() : this.#withParams(true);
      if (members.has(key)) repeated = (repeated ?? new Set()).add(key);
      members.set(key, member);
    });
    return repeated ? { members, repeated } : { members };
  }

  list(): readonly Member[] {
    const members: Member[] = [];
    this.#commaSeparated(() => members.push(this.#member()));
    return members;
  }

  item(): Item {
    return this.#withParams(this.bareItem());
  }

  innerList(): InnerList {
    const from = this.at;
    if (!this.take("(")) throw MALFORMED;
    this.isCanonical = true;
    const items: Item[] = [];
    for (;;) {
      const spaces = this.skipSpaces();
      if (this.take(")")) {
        if (spaces > 0) this.isCanonical = false;
        const params = this.#params();
        const { repeated } = this;
        const text = this.isCanonical ? this.text.slice(from, this.at) : undefined;
        return { items, params, ...(repeated && { repeated }), ...(text !== undefined && { text }) };
      }
      if (spaces === 0 && items.length > 0) throw MALFORMED;
      if (spaces !== (items.length === 0 ? 0 : 1)) this.isCanonical = false;
      items.push(this.item());
    }
  }

  #member(): Member {
    return this.isNext("(") ? this.innerList() : this.item();
  }

  #withParams(value: BareItem): Item {
    if (!this.isNext(";")) return { value, params: NO_PARAMS };
    const params = this.#params();
    return this.repeated ? { value, params, repeated: this.repeated } : { value, params };
  }

  /** The names that occurred more than once among the parameters that were read last. */
  private repeated: Set<string> | undefined;

  #params(): Params {
    this.repeated = undefined;
    if (!this.isNext(";")) return NO_PARAMS;
    const params = new Map<string, BareItem>();
    while (this.take(";")) {
      if (this.skipSpaces() > 0) this.isCanonical = false;
      const key = this.key();
      const value = this.take("=") ? this.#given() : true;
      if (params.has(key)) {
        this.repeated = (this.repeated ?? new Set()).add(key);
        this.isCanonical = false;
      }
      params.set(key, value);
    }
    return params;
  }

  /** A value behind `=`, where the one that is true has no place in canonical text. */
  #given(): BareItem {
    const value = this.bareItem();
    if (value === true) this.isCanonical = false;
    return value;
  }

  #commaSeparated(readOne: () => void): void {
    if (this.isAtEnd()) return;
    for (;;) {
      readOne();
      this.#skipWhiteSpace();
      if (this.isAtEnd()) return;
      if (!this.take(",")) throw MALFORMED;
      this.#skipWhiteSpace(); // and then something has to be read: a comma at the end is malformed
    }
  }

  #skipWhiteSpace(): void {
    while (this.take(" ") || this.take("\t"));
  }
}
