import { describe, expect, it } from "vitest";
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
const NAMES = ["x-a", "x-b", "k", "__proto__", "constructor", "x-c", "host"];

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
    for (let i = 0; i < 20; i++) expect(lines.of("x-a", true)).toEqual([]);
  });
});
