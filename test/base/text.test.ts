import { describe, expect, it } from "vitest";
import { columns, printable } from "../../src/base/text.js";

describe("texts from outside", () => {
  it.each([
    ["\u001b[31m", "\\u001b[31m"],
    ["a\u009bb\u007f", "a\\u009bb\\u007f"],
    ["a\u202eb\u2028", "a\\u202eb\\u2028"],
    ["\ud800é", "\\ud800é"],
    ["\u{e0041}", "\\ue0041"],
  ])("%j cannot take over a terminal", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe("columns", () => {
  it("are aligned, without spaces at the end", () => {
    expect(columns([["a", "b", "c"], ["long", "d", ""], ["e"]], " ")).toEqual([" a     b  c", " long  d", " e"]);
  });

  it("are as wide as most names, and a longer one moves its own row only", () => {
    const [short, long] = columns(
      [
        ["a", "b"],
        ["x".repeat(500), "y"],
      ],
      "",
    );
    expect(short).toBe(`${"a".padEnd(32)}  b`);
    expect(long).toBe(`${"x".repeat(500)}  y`);
  });
});
