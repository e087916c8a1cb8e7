import { describe, expect, it, vi } from "vitest";
import type { HeaderLine, HttpRequestView } from "../../src/http/message.js";
import { FieldLines, fieldLines } from "../../src/httpsig/field-lines.js";

const headers: HeaderLine[] = [
  ["X-A", " 1 "],
  ["x-b", "2"],
  ["x-A", "3\r\n  4"],
  ["\u212a", "Kelvin"],
  ["__proto__", "5"],
  ["x-a;tr", "6"],
];
const trailers: HeaderLine[] = [["X-a", "7"]];
const request: HttpRequestView = { method: "GET", target: "/", headers, trailers };
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const NAMES = ["x-a", "x-b", "__proto__", "constructor", "x-c", "host", ...LETTERS];

/** What is found for a field when so many were looked for before. */
function foundAfter(lookups: number, name: string, isTrailer: boolean): string[] {
  const lines = new FieldLines(request);
  for (let i = 0; i < lookups; i++) lines.of(`x-${i}`, false);
  return lines.of(name, isTrailer);
}

describe("the lines of a field", () => {
  it.each(NAMES)(
    "R9421-2.1.02, R9421-2.1.04: are the same for %s, however many fields were looked for before",
    (name) => {
      for (const [isTrailer, lines] of [
        [false, headers],
        [true, trailers],
      ] as const) {
        for (const lookups of [0, 7, 8, 40]) {
          expect(foundAfter(lookups, name, isTrailer), `${lookups}`).toEqual(fieldLines(lines, name));
        }
      }
    },
  );

  it("are those of the field and of no other", () => {
    expect(foundAfter(40, "x-a", false)).toEqual(["1", "3 4"]);
    expect(foundAfter(40, "x-a", true)).toEqual(["7"]);
    expect(foundAfter(40, "k", false)).toEqual([]); // though the sign for kelvin in lower case is a k
  });

  it("are none where there are no trailers", () => {
    const lines = new FieldLines({ method: "GET", target: "/", headers });
    for (const name of NAMES) expect(lines.of(name, true), name).toEqual([]);
  });

  it("cost a number of looks at each line that does not grow with that of the fields", () => {
    const look = vi.fn((i: number) => `x-${i}`);
    const watched = Array.from({ length: 256 }, (_, i): HeaderLine => {
      const line: [string, string] = ["", `${i}`];
      return Object.defineProperty(line, 0, { get: () => look(i) });
    });
    const lines = new FieldLines({ method: "GET", target: "/", headers: watched });
    for (let i = 0; i < 256; i++) expect(lines.of(`x-${i}`, false)).toEqual([`${i}`]);
    expect(look.mock.calls.length).toBeLessThanOrEqual(12 * 256);
  });
});
