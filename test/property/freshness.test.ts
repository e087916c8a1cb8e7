import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freshnessOf } from "../../src/trust/key-source/freshness.js";
import { freshSeconds, refreshDelay, refreshTimesOf, retryDelay } from "../../src/trust/key-source/refresh-times.js";

const fresh = (value: string, age?: string) =>
  freshnessOf(new Headers({ "Cache-Control": value, ...(age !== undefined && { Age: age }) }));

const token = fc
  .string({ unit: fc.constantFrom(..."abcxyzABC!#$%&'*+.^_`|~-0189"), minLength: 1, maxLength: 12 })
  .filter((name) => !["max-age", "no-store", "no-cache"].includes(name.toLowerCase()));
const quoted = fc
  .string({ unit: fc.constantFrom(..."ab=,; 09max-age"), maxLength: 20 })
  .map((text) => `"${text.replaceAll("a", '\\"')}"`);
const otherDirective = fc
  .tuple(token, fc.option(fc.oneof(token, quoted), { nil: undefined }))
  .map(([name, argument]) => (argument === undefined ? name : `${name}=${argument}`));
const space = fc.constantFrom("", " ", "\t", "  ");

describe("the freshness of a response", () => {
  it("is max-age, wherever it stands among other directives, whatever is quoted in them", () => {
    const others = fc.array(otherDirective, { maxLength: 5 });
    fc.assert(
      fc.property(others, fc.nat(), others, space, space, (before, maxAge, after, left, right) => {
        const directives = [...before, `max-age=${maxAge}`, ...after];
        expect(fresh(directives.join(`${left},${right}`))).toBe(maxAge);
      }),
    );
  });

  it("is the least of several, less the age, never below nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), fc.nat(), (ages, age) => {
        const value = ages.map((seconds) => `max-age=${seconds}`).join(", ");
        expect(fresh(value, String(age))).toBe(Math.max(0, Math.min(...ages) - age));
      }),
    );
  });

  it("is a number from zero, or nothing, for any text that a field can hold", () => {
    const any = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(
        fc.oneof(
          any,
          fc.array(fc.oneof(any, otherDirective)).map((parts) => parts.join(",")),
        ),
        (value) => {
          const seconds = fresh(value);
          if (seconds !== undefined) expect(seconds).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("is found in linear time: long texts of one kind", () => {
    for (const piece of ['"', "\\", ",", "a", "=", 'a="', 'a="\\', "max-age=", " ", "\t,", "a=b "]) {
      expect(fresh(piece.repeat(100_000 / piece.length)) ?? 0).toBe(0);
    }
  });
});

describe("the times of a source", () => {
  const times = fc
    .record({
      refreshInterval: fc.integer({ min: 1, max: 604_800 }),
      cooldown: fc.integer({ min: 0, max: 3600 }),
      timeout: fc.integer({ min: 1, max: 120 }),
    })
    .map(refreshTimesOf);
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it("keep what the publisher says within the bounds, and refresh before that is over", () => {
    fc.assert(
      fc.property(times, fc.double(), random, (given, said, drawn) => {
        const seconds = freshSeconds(said, given);
        expect(seconds).toBeGreaterThanOrEqual(given.minRefreshInterval);
        expect(seconds).toBeLessThanOrEqual(given.maxRefreshInterval);
        expect(refreshDelay(seconds, drawn)).toBeLessThan(0.9 * seconds + 1e-6);
        expect(refreshDelay(seconds, drawn)).toBeGreaterThanOrEqual(0.7 * seconds);
      }),
    );
  });

  it("retry after no less than the cooldown and a second, and no more than a quarter over the interval", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 10_000 }), random, (given, failures, drawn) => {
        const seconds = retryDelay(failures, given, drawn);
        expect(seconds).toBeGreaterThanOrEqual(Math.max(1, given.cooldown));
        expect(seconds).toBeLessThanOrEqual(1.25 * Math.max(1, given.cooldown, given.refreshInterval));
      }),
    );
  });
});
