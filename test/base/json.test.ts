import { describe, expect, it } from "vitest";
import { utf8Bytes } from "../../src/base/bytes.js";
import { deepFreeze, isJsonObject, member, parseJsonBytes, parseJsonObject } from "../../src/base/json.js";

const nested = (depth: number, open: string, close: string): string =>
  `{"a":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`;

describe("parseJsonObject reads", () => {
  it.each([
    "{}",
    ' \n\t\r{ "a" : 1 } ',
    '{"a":{"a":{"a":[{"a":1},{"a":1}]}},"b":"a"}',
    '{"a:b":"{:}","c":["::","[[[[[[[[[[[[[[[[[["]}',
    String.raw`{"\"":1,"\\":2,"\\\"":":","a\\":"{\"x\":1,\"x\":2}"}`,
    String.raw`{"\u0061":1,"b":"\u0022:\u005c"}`,
    '{"":0,"1":1,"0":2,"-1":3}',
    '{"constructor":1,"toString":2,"hasOwnProperty":{"length":3}}',
    String.raw`{"\u0061":null,"b":[null,{"\n":null}]}`,
    '{"a":null,"b":true,"c":-1.5e3,"d":[]}',
  ])("%s as JSON.parse does", (text) => {
    expect(parseJsonObject(text)).toEqual(JSON.parse(text));
    expect(parseJsonBytes(utf8Bytes(text))).toEqual(JSON.parse(text));
  });

  it("16 levels and no more, of objects and of arrays, the outermost object counted", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      expect(parseJsonObject(nested(16, open, close))).toBeDefined();
      expect(parseJsonObject(nested(17, open, close))).toBeUndefined();
    }
    for (const inner of ["[[]]", '{"a":{}}']) {
      const wide = Array.from({ length: 40 }, () => inner).join();
      expect(parseJsonObject(`{"a":[${wide}]}`)).toBeDefined();
    }
  });

  it("__proto__ as a member like any other", () => {
    const object = parseJsonObject('{"__proto__":{"admin":true},"a":{"__proto__":null}}');
    expect(Object.keys(object ?? {})).toEqual(["__proto__", "a"]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect((object as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe("parseJsonObject refuses", () => {
  it.each([
    ["nothing", ""],
    ["an array", "[]"],
    ["an array of an object", '[{"a":1}]'],
    ["null", "null"],
    ["a string", '"{}"'],
    ["a number", "1"],
    ["a boolean", "true"],
    ["two objects", "{}{}"],
    ["text after it", '{"a":1} x'],
    ["a byte order mark", "\ufeff{}"],
    ["a comment", '{"a":1/**/}'],
    ["a trailing comma", '{"a":1,}'],
    ["a single quote", "{'a':1}"],
    ["NaN", '{"a":NaN}'],
    ["an unterminated string", '{"a":"'],
    ["a string that ends with a backslash", '{"a":"\\'],
    ["closing brackets only", "]]}}"],
  ])("%s", (_name, text) => {
    expect(parseJsonObject(text)).toBeUndefined();
    expect(parseJsonBytes(utf8Bytes(text))).toBeUndefined();
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"o":{"a":1,"a":2}}',
    '{"o":[0,{"a":1,"a":2}]}',
    '{"o":[[{"p":{"a":[],"a":{}}}]]}',
    '{"__proto__":1,"__proto__":2}',
    '{"constructor":1,"constructor":1}',
    '{"":1,"":2}',
    '{"1":1,"1":2}',
    '{"a":{"b":1},"a":{"b":1}}',
  ])("CREDS-5.1.4.01: a member that is named twice, at any depth: %s", (text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(parseJsonObject(text)).toBeUndefined();
  });

  it("bytes that are not UTF-8", () => {
    expect(parseJsonBytes(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBeUndefined();
  });

  it("a hundred thousand levels, at once", () => {
    expect(parseJsonObject(`{"a":${"[".repeat(100_000)}`)).toBeUndefined();
    expect(parseJsonObject(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toBeUndefined();
  });
});

describe("reading objects", () => {
  it.each([
    [{}, true],
    [Object.create(null), true],
    [null, false],
    [[], false],
    ["{}", false],
    [undefined, false],
  ])("%o is a JSON object: %s", (value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });

  it("finds own members only", () => {
    expect(member({ a: 1 }, "a")).toBe(1);
    expect(member({}, "toString")).toBeUndefined();
    expect(member(Object.create({ a: 1 }), "a")).toBeUndefined();
  });

  it("freezes at every depth, and goes once through what is frozen already", () => {
    const value = { a: [{ b: {} }], n: null, c: {} as object };
    value.c = value; // a circle
    expect(deepFreeze(value)).toBe(value);
    expect([value, value.a, value.a[0], value.a[0]?.b].every((inner) => Object.isFrozen(inner))).toBe(true);
    expect(deepFreeze("x")).toBe("x");
    expect(deepFreeze(null)).toBe(null);
  });
});

describe("names with escapes", () => {
  it.each<[text: string, value: unknown]>([
    ['{"\\u0073ub":1}', { sub: 1 }],
    ['{"\\u0073ub" \n:{"a\\"b":[{"\\\\":"\\u0061"}]}}', { sub: { 'a"b': [{ "\\": "a" }] } }],
    ['{"\\u005f_proto__":{"n0":1}}', Object.fromEntries([["__proto__", { n0: 1 }]])],
    ['{"a\\/b":"c\\":d","n1":2}', { "a/b": 'c":d', n1: 2 }],
  ])("CREDS-5.1.4.02: %s is read as it is spelt", (text, value) => {
    expect(parseJsonObject(text)).toEqual(value);
  });

  it.each(['{"sub":1,"\\u0073ub":2}', '{"\\u0061":{"b":1,"\\u0062":2}}', '{"\\x":1}', '{"\\u00":1}', '{"\\u0061":1,}'])(
    "CREDS-5.1.4.02: %s is refused",
    (text) => {
      expect(parseJsonObject(text)).toBeUndefined();
    },
  );

  it("ID-7.1.03: a string without an end, full of escapes, costs linear time", () => {
    const text = `{"\\u0061":1,"${'\\"'.repeat(500_000)}`;
    expect(parseJsonObject(text)).toBeUndefined(); // at once; quadratic time would take hours
  });

  // JSON.parse of Node 24 reads the second text's last name as a backslash once it has read the first.
  it("CREDS-5.1.4.02: what was read before does not matter", () => {
    for (let i = 0; i < 10; i++) {
      expect(parseJsonObject('{"w":{"a":0,"\u00e9":"x","\\\\":1}}')).toEqual({ w: { a: 0, \u00e9: "x", "\\": 1 } });
      expect(parseJsonObject('{"w":{"\\u0061":0,"\\u00e9":"x","\\u0061":1}}')).toBeUndefined();
      expect(parseJsonObject('{"w":{"\\u0061":0,"\\u00e9":"x","\\u0062":1}}')).toEqual({
        w: { a: 0, \u00e9: "x", b: 1 },
      });
    }
  });
});
