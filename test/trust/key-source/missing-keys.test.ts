import { describe, expect, it } from "vitest";
import { MissingKeys } from "../../../src/trust/key-source/missing-keys.js";
import { algorithm } from "../../crypto/support.js";

const es256 = algorithm("ES256");
const ed25519 = algorithm("Ed25519");

const NOW = 1_790_000_000;

describe("MissingKeys", () => {
  it("remembers a key for its seconds only, whichever way the clock goes, and anew when it is looked for again", () => {
    const missing = new MissingKeys(30);
    missing.add("a", es256, NOW);
    const remembered = (seconds: number): boolean => missing.has("a", es256, NOW + seconds);
    expect([-30, -29.9, 0, 29.9, 30].map(remembered)).toEqual([false, true, true, true, false]);
    missing.add("a", es256, NOW + 20);
    expect([-11, 49.9, 50].map(remembered)).toEqual([false, true, false]);
    expect(missing.size).toBe(1);
  });

  it("tells names, algorithms and the lack of a name apart", () => {
    const missing = new MissingKeys(30);
    missing.add("a", es256, NOW);
    missing.add(undefined, ed25519, NOW);
    expect(missing.has("a", es256, NOW)).toBe(true);
    expect(missing.has("a", ed25519, NOW)).toBe(false);
    expect(missing.has("A", es256, NOW)).toBe(false);
    expect(missing.has(undefined, es256, NOW)).toBe(false);
    expect(missing.has(undefined, ed25519, NOW)).toBe(true);
    for (const kid of ["", "undefined", "Ed25519"]) expect(missing.has(kid, ed25519, NOW)).toBe(false);
    missing.add("undefined", es256, NOW);
    expect(missing.has(undefined, es256, NOW)).toBe(false);
    missing.clear();
    expect(missing.has("a", es256, NOW)).toBe(false);
  });

  it("remembers a fixed number of digests, the newest, whatever it is told", () => {
    const missing = new MissingKeys(30);
    for (let index = 0; index < 10_000; index++) missing.add(`${index} ${"x".repeat(1000)}`, es256, NOW);
    missing.add("last", es256, NOW);
    missing.add("last", es256, NOW);
    expect(missing.size).toBe(256);
    expect(missing.has("last", es256, NOW)).toBe(true);
    expect(missing.has(`9999 ${"x".repeat(1000)}`, es256, NOW)).toBe(true);
    expect(missing.has(`9 ${"x".repeat(1000)}`, es256, NOW)).toBe(false);
  });
});
