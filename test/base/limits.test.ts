import { describe, expect, it } from "vitest";
import { clockToleranceOf, limitOf } from "../../src/base/limits.js";
import { expectMistake } from "../support/wit-fixtures.js";

describe("limits", () => {
  it.each([0, 0.5, 5, 119.999, 120])("WITSVID-3.4.04: a clock tolerance of %d s is allowed", (seconds) => {
    expect(clockToleranceOf(seconds)).toBe(seconds);
  });

  it("the clock tolerance is 5 s by default", () => {
    expect(clockToleranceOf(undefined)).toBe(5);
  });

  it.each([120.001, 121, 3600, -0.001, -1, Number.NaN, Number.POSITIVE_INFINITY, "5", null, [5]])(
    "WITSVID-3.4.04: a clock tolerance of %j is not",
    async (seconds) => {
      await expectMistake(() => clockToleranceOf(seconds as number), /^clockTolerance: a number from 0 to 120$/);
    },
  );

  it("has a least value, 0 unless told", async () => {
    expect(limitOf(1, 7, "x", 9, 1)).toBe(1);
    expect(limitOf(0, 7, "x", 9)).toBe(0);
    expect(limitOf(9, 7, "x", 9)).toBe(9);
    expect(limitOf(undefined, 7, "x", 9, 1)).toBe(7);
    await expectMistake(() => limitOf(0.999, 7, "x", 9, 1), /^x: a number from 1 to 9$/);
  });
});
