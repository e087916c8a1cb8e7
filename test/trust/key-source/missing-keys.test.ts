import { describe, expect, it } from "vitest";
import { MissingKeys } from "../../../src/trust/key-source/missing-keys.js";
import { algorithm } from "../../crypto/support.js";

const es256 = algorithm("ES256");
const ed25519 = algorithm("Ed25519");

describe("MissingKeys", () => {
  it("tells names, algorithms and the lack of a name apart", () => {
    const missing = new MissingKeys();
    missing.add("a", es256);
    missing.add(undefined, ed25519);
    expect(missing.has("a", es256)).toBe(true);
    expect(missing.has("a", ed25519)).toBe(false);
    expect(missing.has("A", es256)).toBe(false);
    expect(missing.has(undefined, es256)).toBe(false);
    expect(missing.has(undefined, ed25519)).toBe(true);
    expect(missing.has("", ed25519)).toBe(false);
    missing.clear();
    expect(missing.has("a", es256)).toBe(false);
  });

  it("remembers a fixed number of digests, the newest, whatever it is told", () => {
    const missing = new MissingKeys();
    for (let index = 0; index < 10_000; index++) missing.add(`${index} ${"x".repeat(1000)}`, es256);
    missing.add("last", es256);
    missing.add("last", es256);
    expect(missing.size).toBe(256);
    expect(missing.has("last", es256)).toBe(true);
    expect(missing.has(`9999 ${"x".repeat(1000)}`, es256)).toBe(true);
    expect(missing.has(`9 ${"x".repeat(1000)}`, es256)).toBe(false);
  });
});
