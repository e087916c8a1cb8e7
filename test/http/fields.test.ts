import { describe, expect, it } from "vitest";
import { isField, singleFieldValue } from "../../src/http/fields.js";
import type { HeaderLine } from "../../src/http/message.js";

describe("field names", () => {
  it.each(["x-custom-token", "X-Custom-Token", "X-CUSTOM-TOKEN"])("CREDS-5.1.1.02: %s is that field", (name) => {
    expect(isField(name, "x-custom-token")).toBe(true);
  });

  it.each([
    "x-custom-toke",
    "x-custom-tokens",
    "x-custom_token",
    " x-custom-token",
    "",
    "y-custom-token",
    "x\rcustom-token",
  ])("%j is another field", (name) => {
    expect(isField(name, "x-custom-token")).toBe(false);
  });

  it("only letters have two cases", () => {
    for (const [name, lower] of [
      ["@", "`"],
      ["[", "{"],
      ["\r", "-"],
      ["\u212a", "k"],
      ["_", "\x7f"],
    ] as const) {
      expect(isField(name, lower)).toBe(false);
    }
    expect([isField("A", "a"), isField("Z", "z")]).toEqual([true, true]);
  });
});

describe("the single value of a field", () => {
  const singleValue = (...headers: HeaderLine[]): string | undefined => singleFieldValue(headers, "x-a");

  it.each<[string, HeaderLine[], string | undefined]>([
    ["there is none", [["x-b", "1"]], undefined],
    [
      "one line",
      [
        ["X-A", "1"],
        ["x-b", "2"],
      ],
      "1",
    ],
    ["white space around it", [["x-a", " \t1 2\t "]], "1 2"],
    ["an empty line", [["x-a", ""]], ""],
    ["a list in one line", [["x-a", "1, 2"]], "1, 2"],
    [
      "WPT-2.20: two lines",
      [
        ["x-a", "1"],
        ["x-a", "2"],
      ],
      undefined,
    ],
    [
      "WPT-2.20: two lines that are equal, in other letters, apart",
      [
        ["x-a", "1"],
        ["x-b", "0"],
        ["X-A", "1"],
      ],
      undefined,
    ],
    [
      "WPT-2.20: a second line that is empty",
      [
        ["x-a", "1"],
        ["x-a", ""],
      ],
      undefined,
    ],
    [
      "WPT-2.20: a first line that is empty",
      [
        ["x-a", ""],
        ["x-a", "1"],
      ],
      undefined,
    ],
  ])("%s", (_what, headers, value) => {
    expect(singleValue(...headers)).toBe(value);
  });
});
