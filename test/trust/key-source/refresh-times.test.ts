import { describe, expect, it } from "vitest";
import { missingSeconds, type RefreshOptions, refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";
import { expectMistake } from "../../support/wit-fixtures.js";

/** What each option may be, as its error says it, and from where to where. */
const BOUNDS: readonly [name: keyof RefreshOptions, least: number, most: number][] = [
  ["refreshInterval", 1, 604_800],
  ["minRefreshInterval", 1, 604_800],
  ["maxRefreshInterval", 1, 604_800],
  ["cooldown", 0, 3600],
  ["maxStale", 0, 2_592_000],
  ["timeout", 0.1, 120],
];

describe("the times of a source", () => {
  it.each(BOUNDS)("%s is from %d to %d, and nothing else", async (name, least, most) => {
    const others = { minRefreshInterval: 1, maxRefreshInterval: 604_800 };
    for (const seconds of [least, most]) expect(refreshTimesOf({ ...others, [name]: seconds })[name]).toBe(seconds);
    for (const wrong of [least - 0.01, most + 1, -1, Number.NaN, Number.POSITIVE_INFINITY, "60", null, true, 60n]) {
      const message = `${name}: a number from ${least} to ${most}`;
      await expectMistake(() => refreshTimesOf({ ...others, [name]: wrong }), new RegExp(`^${message}$`));
    }
  });

  it.each<[given: RefreshOptions, least: number, most: number]>([
    [{}, 30, 3600],
    [{ refreshInterval: 10 }, 10, 3600],
    [{ refreshInterval: 86_400 }, 30, 86_400],
    [{ minRefreshInterval: 60, maxRefreshInterval: 60 }, 60, 60],
  ])("of %j lie between %i and %i", (given, least, most) => {
    expect(refreshTimesOf(given)).toMatchObject({ minRefreshInterval: least, maxRefreshInterval: most });
  });

  it.each<[given: RefreshOptions]>([
    [{ minRefreshInterval: 60.1, maxRefreshInterval: 60 }],
    [{ minRefreshInterval: 3601 }],
    [{ maxRefreshInterval: 29 }],
  ])("of %j contradict each other", async (given) => {
    await expectMistake(() => refreshTimesOf(given), /^minRefreshInterval: no more than maxRefreshInterval$/);
  });
});

describe("the seconds for which nobody looks again for a key that was not there", () => {
  it.each([
    [0, 30],
    [10, 30],
    [11, 33],
    [3600, 10_800],
  ])("with a cooldown of %d: %d", (cooldown, seconds) => {
    expect(missingSeconds(refreshTimesOf({ cooldown }))).toBe(seconds);
  });
});
