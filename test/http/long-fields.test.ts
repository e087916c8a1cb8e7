import { describe, expect, it } from "vitest";
import { parseDictionary } from "../../src/http/structured-dictionary.js";

describe("long input", () => {
  const times = 300_000;
  // anything worse than linear time would not end within the time a test has
  it.each([
    ["members", "a,".repeat(times)],
    ["the same key", "a=1,".repeat(times)],
    ["parameters", `a${";b".repeat(times)};`],
    ["items", `a=(${"b ".repeat(times)}`],
    ["spaces", `a=(${" ".repeat(times)}b${" ".repeat(times)}`],
    ["white space", `a${" \t".repeat(times)}b`],
    ["escapes", `a="${'\\"'.repeat(times)}`],
    ["a string", `a="${"b".repeat(times)}`],
    ["a token", `a=${"b".repeat(times)}(`],
    ["a number", `a=${"1".repeat(times)}`],
    ["a byte sequence", `a=:${"AAAA".repeat(times)}`],
    ["byte sequences", `${"a=:AAAA:,".repeat(times)}:`],
    ["a display string", `a=%"${"%c3%bc".repeat(times)}`],
    ["opened lists", `a=${"(".repeat(times)}`],
  ])("is refused in linear time: %s", (_name, text) => {
    expect(parseDictionary([text])).toBeUndefined();
  });
});
