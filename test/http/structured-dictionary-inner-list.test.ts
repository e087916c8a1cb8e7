import { describe, expect, it } from "vitest";
import { parseDictionary, parseInnerList, serializeInnerList } from "../../src/http/structured-dictionary.js";

describe("inner lists", () => {
  it("R9421-2.02: reads the value of a Signature-Input member, items and parameters in their order", () => {
    const text = '("@method" "content-digest";req "x";key="a";sf);created=1;keyid="k";tag="t"';
    const list = parseInnerList(text);
    expect(list?.items.map(({ value }) => value)).toEqual(["@method", "content-digest", "x"]);
    expect(list?.items.map(({ params }) => [...params])).toEqual([
      [],
      [["req", true]],
      [
        ["key", "a"],
        ["sf", true],
      ],
    ]);
    expect([...(list?.params ?? [])]).toEqual([
      ["created", 1],
      ["keyid", "k"],
      ["tag", "t"],
    ]);
    expect(list && serializeInnerList(list)).toBe(text);
  });

  it.each([
    [" ( a  b ) ; x ; y=?1 ", undefined],
    [" (  a   b  );  x;y=?1  ", "(a b);x;y"],
    ["()", "()"],
    ["(  )", "()"],
    ['("a";p)', '("a";p)'],
  ])("reads %j as %j", (text, canonical) => {
    const list = parseInnerList(text);
    expect(list && serializeInnerList(list)).toBe(canonical);
  });

  it.each([
    '("a""b")',
    "(a\tb)",
    "(a,b)",
    "((a))",
    "(a",
    "a",
    "() x",
    "();",
    "();=1",
    "();a=",
    "();a= 1",
    "();a =1",
    "",
  ])("refuses %j", (text) => {
    expect(parseInnerList(text)).toBeUndefined();
  });
});

describe("the text of an inner list", () => {
  it.each([
    '("@method" "@path")',
    '("a");created=1;tag="t";flag',
    '("a";req "b");n=0;x=-5;t=tok;b=:AA==:',
    '("a";k="\\"");f=?0',
    "()",
  ])("R9421-2.5.02: is kept where it is as it is written: %s", (text) => {
    expect(parseInnerList(text)?.text).toBe(text);
  });

  it("R9421-2.5.02: is that of the list alone, wherever it stands", () => {
    const members = parseDictionary(['x;y, a=("b" "c");d=1, e=("f")'])?.members;
    expect(["a", "e"].map((key) => (members?.get(key) as { text?: string } | undefined)?.text)).toEqual([
      '("b" "c");d=1',
      '("f")',
    ]);
  });

  it.each([
    '( "a")',
    '("a" )',
    '("a"  "b")',
    '("a"; req)',
    '("a");created=01',
    '("a");created=-0',
    '("a");flag=?1',
    '("a";req=?1)',
    '("a");x=1;x=2',
    '("a");d=1.0',
    '("a");s=%"a%62"',
  ])("R9421-2.5.02: is not kept where it is written otherwise: %s", (text) => {
    const list = parseInnerList(text);
    expect(list).toBeDefined();
    expect(Object.keys(list ?? {})).not.toContain("text");
  });
});
