import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactJsonText, parseExactJsonObject } from "../../src/base/exact-json.js";
import { parseJsonObject } from "../../src/base/json.js";

describe("exactJsonText", () => {
  it.each<[value: unknown, text: string]>([
    [9007199254740993n, "9007199254740993"],
    [null, "null"],
    [undefined, "null"],
    [1.5, "1.5"],
    ['a"b', String.raw`"a\"b"`],
    [[1, [2n], null, undefined], "[1,[2],null,null]"],
    [{ a: 1n, "b\n": { c: [] }, d: undefined, e: null }, String.raw`{"a":1,"b\n":{"c":[]},"e":null}`],
  ])("writes %o", (value, text) => {
    expect(exactJsonText(value)).toBe(text);
  });

  it("writes what parseExactJsonObject reads", () => {
    const text = '{"a":[1,{"b":18446744073709551616,"c":"x"}],"d":null,"e":{}}';
    expect(exactJsonText(parseExactJsonObject(text))).toBe(text);
  });
});

describe("parseExactJsonObject", () => {
  it.each<[text: string, value: unknown]>([
    ['{"a":9007199254740993}', { a: 9007199254740993n }],
    ['{"a":-9007199254740993}', { a: -9007199254740993n }],
    ['{"a":9007199254740991,"b":9007199254740992}', { a: 9007199254740991, b: 9007199254740992n }],
    ['{"a":18446744073709551615,"b":18446744073709551616}', { a: 2n ** 64n - 1n, b: 2n ** 64n }],
    [
      '{"a":[1,[18446744073709551615],2],"b":{"c":[{"d":99999999999999999999}]}}',
      {
        a: [1, [2n ** 64n - 1n], 2],
        b: { c: [{ d: 99999999999999999999n }] },
      },
    ],
    [
      '{"2":99999999999999999999,"1":{"0":99999999999999999998}}',
      {
        "2": 99999999999999999999n,
        "1": { "0": 99999999999999999998n },
      },
    ],
    [
      '{"a":"99999999999999999999","b":"{[,\\"99999999999999999999","c":[]}',
      {
        a: "99999999999999999999",
        b: '{[,"99999999999999999999',
        c: [],
      },
    ],
    [
      String.raw`{"\u0061":99999999999999999999,"\"":[{},99999999999999999998]}`,
      {
        a: 99999999999999999999n,
        '"': [{}, 99999999999999999998n],
      },
    ],
    ['{"a":[{},[],"x",null,true,99999999999999999999]}', { a: [{}, [], "x", null, true, 99999999999999999999n] }],
    [' { "a" \n:\t99999999999999999999 , "b" : 1.5e3 , "c":-0 } ', { a: 99999999999999999999n, b: 1500, c: -0 }],
  ])("keeps the integers of %s", (text, value) => {
    expect(parseExactJsonObject(text)).toEqual(value);
  });

  it("leaves __proto__ a member like any other", () => {
    const object = parseExactJsonObject(
      '{"__proto__":{"a":99999999999999999999},"b":{"__proto__":99999999999999999998}}',
    );
    expect(Object.entries(object ?? {})).toEqual([
      ["__proto__", { a: 99999999999999999999n }],
      ["b", expect.anything()],
    ]);
    expect(Object.entries(object?.["b"] as object)).toEqual([["__proto__", 99999999999999999998n]]);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it("leaves the nearest Number of what is written with a fraction or exponent, or has over 100 digits", () => {
    expect(parseExactJsonObject('{"a":9007199254740993.0,"b":1e30,"c":1e400}')).toEqual({
      a: 9007199254740992,
      b: 1e30,
      c: Number.POSITIVE_INFINITY,
    });
    expect(parseExactJsonObject(`{"a":${"9".repeat(100)}}`)).toEqual({ a: 10n ** 100n - 1n });
    expect(parseExactJsonObject(`{"a":${"9".repeat(101)}}`)).toEqual({ a: 1e101 });
  });

  it.each(["", "[]", "[99999999999999999999]", '{"a":1,"a":99999999999999999999}', '{"a":099999999999999999999}', "{"])(
    "refuses %j as parseJsonObject does",
    (text) => {
      expect(parseExactJsonObject(text)).toBeUndefined();
    },
  );

  it("takes another limit to nesting", () => {
    const nested = `{"a":${"[".repeat(17)}${"]".repeat(17)}}`;
    expect([parseExactJsonObject(nested), parseExactJsonObject(nested, 17)]).toEqual([undefined, undefined]);
    expect(parseExactJsonObject(nested, 18)).toBeDefined();
  });

  it("reads everything else as parseJsonObject does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 3 })), (object) => {
        const text = JSON.stringify(object);
        const plain = parseJsonObject(text);
        const rounded = JSON.stringify(parseExactJsonObject(text), (_name, value) =>
          typeof value === "bigint" ? Number(value) : value,
        );
        expect(rounded).toBe(JSON.stringify(plain));
      }),
    );
  });
});
