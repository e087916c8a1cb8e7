import { describe, expect, it } from "vitest";
import { type MapInUse, nextMapInUse } from "../../src/trust/bundle-map-succession.js";
import { parseSpiffeBundle } from "../../src/trust/spiffe-bundle.js";
import { a, b, c } from "./bundle-support.js";

const NOW = 1_790_000_000;

/** A map with the bundle of one trust domain that is numbered, and that of one that is not. */
function mapOf(keys: readonly object[], sequence: number) {
  return new Map([
    ["example.org", parseSpiffeBundle({ keys, spiffe_sequence: sequence })],
    ["partner.example", parseSpiffeBundle({ keys: [b] })],
  ]);
}

const kidsOf = ({ keys }: MapInUse): unknown => keys.map(({ kid }) => kid);

/** What is in use when the bundle with a lower number came at {@link NOW}, and again after some seconds. */
function behindFor(seconds: number, maxStale: number): MapInUse {
  const newer = nextMapInUse(undefined, mapOf([a], 5), { now: NOW - 100, maxStale });
  const older = nextMapInUse(newer, mapOf([c], 4), { now: NOW, maxStale });
  return nextMapInUse(older, mapOf([c], 4), { now: NOW + seconds, maxStale });
}

describe("the keys of a bundle that went back", () => {
  it.each([
    [0, true],
    [599.9, true],
    [600, false],
    [601, false],
    [-1, true], // a clock that was set back
  ])("FED-4.2.02: after %d of 600 seconds are in use: %s", (seconds, inUse) => {
    const map = behindFor(seconds, 600);
    expect(kidsOf(map)).toEqual([...(inUse ? ["example.org a"] : []), "partner.example b"]);
    expect([map.bundles.get("example.org")?.sequence, [...map.behind.keys()]]).toEqual([5n, ["example.org"]]);
    expect(map.problems).toEqual(["example.org: spiffe_sequence went back, and the bundle is not taken"]);
  });

  it("FED-4.2.02: are used no more where nothing may be stale", () => {
    expect(kidsOf(behindFor(0, 0))).toEqual(["partner.example b"]);
  });

  it("FED-4.2.02: have no more time where the clock was set back", () => {
    const maxStale = 600;
    const back = nextMapInUse(behindFor(-100, maxStale), mapOf([c], 4), { now: NOW + 499.9, maxStale });
    expect(kidsOf(back)).toContain("example.org a");
    expect(kidsOf(nextMapInUse(back, mapOf([c], 4), { now: NOW + 500, maxStale }))).not.toContain("example.org a");
  });
});
