import { describe, expect, it } from "vitest";
import { contentOf, headersOf, hexOf, timeOf } from "../../src/conformance/input.js";
import { mistake } from "../support/wpt-fixtures.js";

const NO_PAIR = "headers: a line is a pair of strings";
const NO_BASE64 = "body: base64 with padding is required";
const NO_HEX = "random: bytes in hex";
const NO_TIME = "now: a number of seconds";

describe("what is given in the place of something else is refused, not read as it", () => {
  it.each<[string, () => unknown, string]>([
    ["header lines that are no list", () => headersOf({ headers: {} }), "headers: an array of lines"],
    ["a line that is no list", () => headersOf({ headers: ["ab"] }), NO_PAIR],
    ["a line without a value", () => headersOf({ headers: [["Host"]] }), NO_PAIR],
    ["a name that is a number", () => headersOf({ headers: [[5, "a"]] }), NO_PAIR],
    ["a value that is a number", () => headersOf({ headers: [["Age", 5]] }), NO_PAIR],
    ["a line of three", () => headersOf({ headers: [["Host", "a", "b"]] }), NO_PAIR],
    ["a number whose digits are base64", () => contentOf({ body: 1234 }), NO_BASE64],
    ["a word that is base64", () => contentOf({ body: true }), NO_BASE64],
    ["base64 without padding", () => contentOf({ body: "YQ" }), NO_BASE64],
    ["half a byte", () => hexOf({ random: "00010" }, "random"), NO_HEX],
    ["digits that are not hex", () => hexOf({ random: "000g" }, "random"), NO_HEX],
    ["a sign in the place of a digit", () => hexOf({ random: "00+1" }, "random"), NO_HEX],
    ["a time that is a text", () => timeOf({ now: "1" }, "now"), NO_TIME],
    ["a time that is infinite", () => timeOf({ now: Number.POSITIVE_INFINITY }, "now"), NO_TIME],
  ])("%s", (_what, read, message) => {
    expect(read).toThrow(expect.objectContaining({ ...mistake, message }));
  });

  it("and what is right is read", () => {
    expect(headersOf({ headers: [["Host", "a"]] })).toEqual([["Host", "a"]]);
    expect(contentOf({ body: "YQ==" })).toEqual(new Uint8Array([97]));
    expect(hexOf({ random: "00fF" }, "random")).toEqual(new Uint8Array([0, 255]));
    expect(timeOf({ now: 1.5 }, "now")).toBe(1.5);
  });
});
