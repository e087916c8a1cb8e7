import { describe, expect, it } from "vitest";
import {
  type Item,
  type Member,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
  serializeMember,
  serializeParams,
} from "../../src/http/structured-dictionary.js";
import { type BareItem, serializeBareItem, serializeKey } from "../../src/http/structured-values.js";

const plain = (value: BareItem): Item => ({ value, params: new Map() });
const refused = expect.objectContaining({ code: "configuration_invalid" });

describe("values", () => {
  it.each<[string, BareItem, string?]>([
    ['"a"', "a"],
    ["a", { type: "token", value: "a" }],
    ['""', ""],
    ['"\\"\\\\"', '"\\'],
    ['"a\\\\b\\"c"', 'a\\b"c'],
    ["*a/b:c", { type: "token", value: "*a/b:c" }],
    ["AZaz", { type: "token", value: "AZaz" }],
    ['" ~\\" ~"', ' ~" ~'],
    ['%" !~%7f"', { type: "display-string", value: " !~\x7f" }],
    ["1", 1],
    ["1.0", { type: "decimal", thousandths: 1000 }],
    ["-0.05", { type: "decimal", thousandths: -50 }],
    ["-0.0", { type: "decimal", thousandths: 0 }, "0.0"],
    ["01.250", { type: "decimal", thousandths: 1250 }, "1.25"],
    ["100.0", { type: "decimal", thousandths: 100_000 }],
    ["999999999999.999", { type: "decimal", thousandths: 999_999_999_999_999 }],
    ["-999999999999999", -999_999_999_999_999],
    ["000000000000001", 1, "1"],
    ["-0", 0, "0"],
    ["?0", false],
    ["?1", true],
    ["@1", { type: "date", seconds: 1 }],
    ["@-1", { type: "date", seconds: -1 }],
    ["::", Buffer.of()],
    [":AP8=:", Buffer.of(0, 255)],
    ['%"f%c3%bc%22%25%0a"', { type: "display-string", value: 'fü"%\n' }],
  ])("R9421-2.3.02: reads %s as what it is, and writes it again", (text, value, canonical = text) => {
    expect(parseItem(text)).toEqual(plain(value));
    expect(serializeBareItem(value)).toBe(canonical);
    expect(serializeItem(plain(value))).toBe(canonical);
  });

  it.each([
    "",
    "1000000000000000",
    "-1000000000000000",
    "0000000000000001",
    "1000000000000.0",
    "1.",
    "1.0000",
    ".5",
    "-",
    "+1",
    "1e3",
    "- 1",
    "?",
    "?2",
    "?true",
    "@",
    "@1.0",
    "@a",
    ":",
    ":AP8:",
    ":AP9=:",
    ":AP8=",
    ":AP8= :",
    ":_w==:",
    '"',
    '"a',
    '"a\\"',
    '"a\\',
    '"\\a"',
    '"\t"',
    '"\x7f"',
    '"é"',
    "'a'",
    "%a",
    '%"',
    '%"%"',
    '%"%4"',
    '%"%C3%BC"',
    '%"%ff"',
    '%"é"',
    '%"\n"',
    "a b",
    "a,b",
    "é",
    "(",
    "(a",
    "()",
    "1\t",
    "\t1",
    "1\n",
  ])("refuses %j as a value", (text) => {
    expect(parseItem(text)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ["a line end", "a\r\nb"],
    ["a NUL", "\0"],
    ["DEL", "\x7f"],
    ["another script", "é"],
    ["a long integer", 1_000_000_000_000_000],
    ["a long negative integer", -1_000_000_000_000_000],
    ["a fraction", 1.5],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["an empty token", { type: "token", value: "" }],
    ["a token with a space", { type: "token", value: "a b" }],
    ["a token with a line end", { type: "token", value: "a\n" }],
    ["a token that begins as a number", { type: "token", value: "1a" }],
    ["a long decimal", { type: "decimal", thousandths: 1_000_000_000_000_000 }],
    ["a decimal with four digits", { type: "decimal", thousandths: 1.5 }],
    ["a date between seconds", { type: "date", seconds: 0.5 }],
    ["half a character", { type: "display-string", value: "\ud800" }],
    ["an unknown type", { type: "blob", value: "a" }],
    ["a bigint", 1n],
    ["null", null],
    ["undefined", undefined],
    ["a function", () => "a"],
  ])("R9421-2.5.01: writes no %s", (_name, value) => {
    expect(() => serializeBareItem(value as BareItem)).toThrow(refused);
  });

  it.each(["", "A", "1", "_", "-a", "a b", "a=", "é", "a\n", "a;b"])("neither reads nor writes the key %j", (key) => {
    expect(() => serializeKey(key)).toThrow(refused);
    expect(() => serializeParams(new Map([[key, 1]]))).toThrow(refused);
    expect(() => serializeDictionary({ members: new Map([[key, plain(1)]]) })).toThrow(refused);
    expect(parseDictionary([`${key}=1`])?.members.has(key) ?? false).toBe(false);
  });
});

describe("dictionaries and lists", () => {
  it("R9421-4.1.01: are read from all lines of a field", () => {
    const dictionary = parseDictionary(["a=(1 2);x, b", "c=:AA==:"]);
    expect(dictionary && [...dictionary.members.keys()]).toEqual(["a", "b", "c"]);
    expect(dictionary && serializeDictionary(dictionary)).toBe("a=(1 2);x, b, c=:AA==:");
    const list = parseList(["a, (b)", '"c"']);
    expect(list).toHaveLength(3);
    expect(list && serializeList(list)).toBe('a, (b), "c"');
    expect(list?.map(serializeMember)).toEqual(["a", "(b)", '"c"']);
  });

  it("are empty where the field has no content", () => {
    for (const lines of [[], [""], ["  "]]) {
      expect(parseDictionary(lines)).toEqual({ members: new Map() });
      expect(parseList(lines)).toEqual([]);
    }
    expect(serializeDictionary({ members: new Map() })).toBe("");
    expect(serializeList([])).toBe("");
  });

  it.each([["a,"], ["a,,b"], [",a"], ["a", ""], ["", "a"], ["a b"], ["a=1;"], ["a="], ["a= 1"], ["a =1"], ["\ta"]])(
    "refuse %j, %j",
    (...lines) => {
      expect(parseDictionary(lines)).toBeUndefined();
    },
  );

  it("leave the equals sign out before true only, and not before an inner list", () => {
    const members = new Map<string, Member>([
      ["a", { value: true, params: new Map([["p", true]]) }],
      ["b", plain(false)],
      ["c", { items: [plain(true)], params: new Map([["q", false]]) }],
    ]);
    expect(serializeDictionary({ members })).toBe("a;p, b=?0, c=(?1);q=?0");
  });

  it("R9421-4.01: tell the keys that occur twice, and keep the last member in the first place", () => {
    const dictionary = parseDictionary(["a=1, b=2, a=3", "c, b=4, a=5"]);
    expect(dictionary?.repeated).toEqual(new Set(["a", "b"]));
    expect(dictionary && serializeDictionary(dictionary)).toBe("a=5, b=4, c");
    expect(parseDictionary(["a, b"])).not.toHaveProperty("repeated");
  });

  it("tell the parameters that occur twice, where they do", () => {
    const dictionary = parseDictionary(["a=(x;p;q;p=1 y;p);r, b;r;r=?0, c=(x);p;p;p"]);
    const [a, b, c] = [...(dictionary?.members.values() ?? [])];
    expect(a).not.toHaveProperty("repeated");
    expect(a && "items" in a && a.items.map(({ repeated }) => repeated)).toEqual([new Set(["p"]), undefined]);
    expect(b?.repeated).toEqual(new Set(["r"]));
    expect(c?.repeated).toEqual(new Set(["p"]));
    expect(dictionary).not.toHaveProperty("repeated");
    expect(dictionary && serializeDictionary(dictionary)).toBe("a=(x;p=1;q y;p);r, b;r=?0, c=(x);p");
  });

  it("do not take a programming error for a malformed field", () => {
    expect(() => parseItem(undefined as never)).toThrow(TypeError);
  });
});
