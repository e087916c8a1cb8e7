import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Dictionary,
  type Item,
  type Member,
  parseDictionary,
  parseInnerList,
  parseItem,
  parseList,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
} from "../../src/http/structured-dictionary.js";
import type { BareItem } from "../../src/http/structured-values.js";
import { integer, printable, structuredFieldsOf, token } from "../support/structured-field-arbitraries.js";

const { item, innerList, member, dictionary } = structuredFieldsOf(
  fc.oneof<fc.Arbitrary<BareItem>[]>(
    printable,
    fc.boolean(),
    integer,
    fc.uint8Array({ maxLength: 70 }),
    token,
    integer.map((thousandths) => ({ type: "decimal" as const, thousandths })),
    integer.map((seconds) => ({ type: "date" as const, seconds })),
    fc.string({ unit: "binary" }).map((value) => ({ type: "display-string" as const, value })),
  ),
);

/** Order counts, of members and of parameters, which comparing maps does not see. */
function inOrder(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Map) return { entries: [...value].map(inOrder) };
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== "text"); // what was read says how it was written
  return Object.fromEntries(entries.map(([name, inner]) => [name, inOrder(inner)]));
}

/** What every inner list that was read as it is written must be written as. */
function expectTextAsWritten(members: Iterable<Member>): void {
  for (const member of members) {
    if ("items" in member && member.text !== undefined) expect(serializeInnerList(member)).toBe(member.text);
  }
}

describe("structured fields", () => {
  it("R9421-2.03: what was written is read as it was, in its order", () => {
    fc.assert(
      fc.property(dictionary, fc.array(member, { maxLength: 4 }), innerList, item, (d, l, i, v) => {
        expect(inOrder(parseDictionary([serializeDictionary(d)]))).toEqual(inOrder(d));
        expect(inOrder(parseList([serializeList(l)]))).toEqual(inOrder(l));
        expect(inOrder(parseInnerList(serializeInnerList(i)))).toEqual(inOrder(i));
        expectTextAsWritten([parseInnerList(serializeInnerList(i)) as Member]);
        expect(inOrder(parseItem(serializeItem(v)))).toEqual(inOrder(v));
      }),
      { numRuns: 300 },
    );
  });

  it("any text is refused or read; what was read has one spelling, of printable ASCII, that means the same", () => {
    const seen = { read: 0, refused: 0 };
    const piece = fc.constantFrom(
      ...[
        "a",
        "b1",
        "*",
        "=",
        ";",
        ",",
        ", ",
        " ",
        "\t",
        "(",
        ")",
        '"',
        "\\",
        ":",
        ":AA==:",
        "?1",
        "?",
        "@",
        "%",
        '%"%c3',
      ],
      ...['"x"', "-", "0", "00", "1.5", ".", "a=1", "a=(", ";p", '";sf', "\0", "é", "\n"],
    );
    const anyText = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(""));
    // one character of a field that is well formed, changed
    const nearly = fc.tuple(dictionary, fc.nat(), piece).map(([d, at, inserted]) => {
      const text = serializeDictionary(d);
      return text.slice(0, at % (text.length + 1)) + inserted + text.slice((at % (text.length + 1)) + 1);
    });
    fc.assert(
      fc.property(fc.oneof(anyText, nearly), (text) => {
        const parsed = parseDictionary([text]);
        for (const parse of [parseItem, parseInnerList, (it: string) => parseList([it])]) {
          expect(() => parse(text)).not.toThrow();
        }
        if (parsed === undefined) {
          seen.refused++;
          return;
        }
        seen.read++;
        expectTextAsWritten(parsed.members.values());
        const canonical = serializeDictionary(parsed);
        expect(canonical).toMatch(/^[ -~]*$/);
        const again = parseDictionary([canonical]);
        expect(again && serializeDictionary(again)).toBe(canonical);
        expect(inOrder(again?.members)).toEqual(inOrder(withoutRepeated(parsed.members)));
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(100);
  });
});

/** Members without the note of what was repeated, which is not written. */
function withoutRepeated(members: Dictionary["members"]): Dictionary["members"] {
  const plain = ({ value, params }: Item): Item => ({ value, params });
  const strip = (m: Member): Member => ("items" in m ? { items: m.items.map(plain), params: m.params } : plain(m));
  return new Map([...members].map(([key, m]) => [key, strip(m)]));
}
