import { describe, expect, it } from "vitest";
import { successorOf } from "../../src/trust/bundle-succession.js";
import { parseSpiffeBundle } from "../../src/trust/spiffe-bundle.js";
import { a, b, c } from "./bundle-support.js";

const bundle = (keys: readonly object[], sequence?: number) =>
  parseSpiffeBundle({ keys, ...(sequence !== undefined && { spiffe_sequence: sequence }) });
const kids = (next: ReturnType<typeof successorOf>): unknown => next?.witKeys.map(({ kid }) => kid);

describe("the successor of a bundle", () => {
  it("is the first one, whatever it says", () => {
    for (const first of [bundle([a]), bundle([], 0), bundle([a], 7)]) expect(successorOf(undefined, first)).toBe(first);
  });

  it.each([
    [0, 1],
    [1, 2],
    [7, 9007199254740991],
  ])("FED-4.2.02: is the one with the higher sequence number: %d, %d", (before, after) => {
    const next = bundle([b], after);
    expect(successorOf(bundle([a], before), next)).toEqual(next);
    expect(successorOf(next, bundle([a], before))).toBeUndefined();
  });

  it("FED-4.2.02, BUNDLE-4.1.1.04: compares all digits", () => {
    const of = (digits: string) => parseSpiffeBundle(`{"keys":[],"spiffe_sequence":${digits}}`);
    expect(successorOf(of("9007199254740993"), of("9007199254740992"))).toBeUndefined();
    expect(successorOf(of("18446744073709551615"), of("9223372036854775808"))).toBeUndefined();
    expect(successorOf(of("9007199254740992"), of("9007199254740993"))?.sequence).toBe(9007199254740993n);
  });

  it("FED-4.2.03: is the later one where one of them has no number, and the highest number stays known", () => {
    expect(successorOf(bundle([a]), bundle([b]))).toEqual(bundle([b]));
    expect(successorOf(bundle([a]), bundle([b], 1))).toEqual(bundle([b], 1));
    const without = successorOf(bundle([a], 5), bundle([b]));
    expect([kids(without), without?.sequence]).toEqual([["b"], 5n]);
    expect(successorOf(without, bundle([a], 4))).toBeUndefined();
    expect(kids(successorOf(without, bundle([c], 6)))).toEqual(["c"]);
  });

  it("BUNDLE-4.1.1.03: takes keys away under the same number, and adds none", () => {
    const before = bundle([a, b], 5);
    expect(successorOf(before, bundle([b, a], 5))?.problems).toEqual([]);
    expect(kids(successorOf(before, bundle([b], 5)))).toEqual(["b"]);
    const next = successorOf(before, bundle([b, c], 5));
    expect(kids(next)).toEqual(["b"]);
    expect(next?.problems).toEqual([expect.stringMatching(/^spiffe_sequence: the keys changed without it/)]);
    expect(kids(successorOf(next, bundle([a, b, c], 5)))).toEqual(["b"]);
    expect(kids(successorOf(next, bundle([a, b, c], 6)))).toEqual(["a", "b", "c"]);
  });

  it("BUNDLE-4.1.1.03: takes a key of the same kid for another one", () => {
    expect(kids(successorOf(bundle([a], 5), bundle([{ ...c, kid: "a" }], 5)))).toEqual([]);
  });

  it("BUNDLE-4.1.3.03: is an empty one too, under any number but a lower one", () => {
    for (const sequence of [undefined, 5, 6]) {
      const next = successorOf(bundle([a], 5), bundle([], sequence));
      expect([kids(next), next?.problems]).toEqual([[], []]);
    }
    expect(successorOf(bundle([a], 5), bundle([], 4))).toBeUndefined();
  });
});
