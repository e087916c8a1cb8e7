import { describe, expect, it } from "vitest";
import { freshnessOf } from "../../../src/trust/key-source/freshness.js";

describe("freshnessOf", () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ["", undefined],
    ["public", undefined],
    ["max-age=60", 60],
    ["Max-Age=60", 60],
    ['max-age="60"', 60],
    ["public, max-age=60, must-revalidate", 60],
    ["public,max-age=60,", 60],
    [", ,max-age=60", 60],
    ["max-age=60\t,\t private", 60],
    ["max-age=0", 0],
    ["max-age=007", 7],
    ["max-age=99999999999999999999999999", 1e26],
    // of several the safest
    ["max-age=60, max-age=30", 30],
    ["max-age=30, max-age=60", 30],
    // not to be kept
    ["max-age=60, no-store", 0],
    ["no-cache, max-age=60", 0],
    ["No-Store", 0],
    ['no-cache="set-cookie", max-age=60', 0],
    // what is no number leaves nothing
    ["max-age", 0],
    ["max-age=", 0],
    ["max-age=-1", 0],
    ["max-age=1.5", 0],
    ["max-age=1e9", 0],
    ["max-age=0x10", 0],
    ["max-age=never, max-age=60", 0],
    // other words
    ["s-maxage=60", undefined],
    ["x-max-age=60", undefined],
    ["max-age-x=60", undefined],
    ["stale-if-error=60", undefined],
    // quoted strings hold no directives
    ['private="a, max-age=5, b", max-age=60', 60],
    ['private="a\\", no-store, \\"b"', undefined],
    ['private="a, max-age=5', 5],
    // what is no directive is stepped over
    ["max-age = 60", undefined],
    ["max age=60, max-age=50", 50],
    ["(), max-age=60", 60],
    ["max-age=60 no-store", undefined],
    ["max-age=60; no-store", undefined],
  ])("Cache-Control: %s → %s", (value, fresh) => {
    expect(freshnessOf(new Headers(value === undefined ? {} : { "Cache-Control": value }))).toBe(fresh);
  });

  it.each<[string, number]>([
    ["10", 50],
    ["60", 0],
    ["61", 0],
    ["0", 60],
    ["-10", 60],
    ["10, 20", 60],
    ["soon", 60],
  ])("Age: %s leaves %s of 60", (age, fresh) => {
    expect(freshnessOf(new Headers({ "Cache-Control": "max-age=60", Age: age }))).toBe(fresh);
  });

  it("Age alone, and Expires, say nothing", () => {
    expect(freshnessOf(new Headers({ Age: "10" }))).toBeUndefined();
    expect(freshnessOf(new Headers({ Expires: "Thu, 01 Dec 2094 16:00:00 GMT" }))).toBeUndefined();
  });
});
