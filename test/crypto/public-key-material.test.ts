import { ED25519_TORSION_SUBGROUP, ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { readPublicJwk } from "../../src/crypto/public-key.js";
import { b64, modulus, okp, p256, p384, p521, rsa } from "./keys.js";

describe("readPublicJwk refuses", () => {
  const bytesOf = (text: string): Uint8Array => Buffer.from(text, "base64url");
  const zero32 = b64(new Uint8Array(32));
  const P256_PRIME = Buffer.from("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "hex");

  it.each<[string, unknown, RegExp]>([
    ["x missing", { ...p256, x: undefined }, /one coordinate/],
    ["y missing", { ...p256, y: undefined }, /one coordinate/],
    ["x that is no string", { ...p256, x: 1 }, /one coordinate/],
    ["padding", { ...p256, x: `${p256.x}=` }, /one coordinate/],
    ["the alphabet of base64", { ...p256, x: `+${p256.x.slice(1)}` }, /one coordinate/],
    ["stray bits", { ...p256, x: `${p256.x.slice(0, -1)}B` }, /one coordinate/],
    ["x one byte short", { ...p256, x: b64(bytesOf(p256.x).subarray(1)) }, /one coordinate/],
    ["x with one zero byte more", { ...p256, x: b64(Uint8Array.of(0, ...bytesOf(p256.x))) }, /one coordinate/],
    ["y with one zero byte more", { ...p256, y: b64(Uint8Array.of(0, ...bytesOf(p256.y))) }, /one coordinate/],
    ["coordinates of another curve", { ...p384, crv: "P-256" }, /one coordinate/],
    ["the other y", { ...p256, y: p256.x }, /point of the curve/],
    ["P-384 off the curve", { ...p384, y: p384.x }, /point of the curve/],
    ["P-521 off the curve", { ...p521, y: p521.x }, /point of the curve/],
    ["the point at infinity", { ...p256, x: zero32, y: zero32 }, /point of the curve/],
    ["a coordinate that is the prime", { ...p256, x: b64(P256_PRIME) }, /point of the curve/],
  ])("an EC key: %s", (_name, jwk, reason) => {
    expect(readPublicJwk(jwk)).toEqual({ kind: "refused", reason: expect.stringMatching(reason) });
  });

  it.each<[string, unknown, RegExp]>([
    ["n missing", { ...rsa, n: undefined }, /base64url/],
    ["e missing", { ...rsa, e: undefined }, /base64url/],
    ["n empty", { ...rsa, n: "" }, /zero/],
    ["e empty", { ...rsa, e: "" }, /zero/],
    ["n with a leading zero", { ...rsa, n: b64(Uint8Array.of(0, ...bytesOf(rsa.n))) }, /zero/],
    ["e with a leading zero", { ...rsa, e: "AAEAAQ" }, /zero/],
    ["n with padding", { ...rsa, n: `${rsa.n}==` }, /base64url/],
    ["1024 bits", { ...rsa, n: modulus(1024) }, /2048/],
    ["2047 bits", { ...rsa, n: modulus(2047) }, /2048/],
    ["16385 bits", { ...rsa, n: modulus(16385) }, /16384/],
    ["e = 1", { ...rsa, e: "AQ" }, /at least 3/],
    ["e = 2", { ...rsa, e: "Ag" }, /at least 3/],
    ["e even", { ...rsa, e: "AQAC" }, /odd/],
    ["e of 65 bits", { ...rsa, e: b64(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1)) }, /64 bits/],
    ["n even", { ...rsa, n: modulus(2048, 2) }, /modulus must be odd/],
    [
      "n the smallest number of 2048 bits",
      { ...rsa, n: b64(Uint8Array.of(128, ...new Uint8Array(255))) },
      /must be odd/,
    ],
  ])("an RSA key: %s", (_name, jwk, reason) => {
    expect(readPublicJwk(jwk)).toEqual({ kind: "refused", reason: expect.stringMatching(reason) });
  });

  /** The product of the odd primes up to a bound below 13 squared. */
  const oddPrimorial = (last: bigint): bigint => {
    let product = 1n;
    for (let prime = 3n; prime <= last; prime += 2n) {
      if (![3n, 5n, 7n, 11n].some((small) => prime > small && prime % small === 0n)) product *= prime;
    }
    return product;
  };
  const rsaOf = (n: bigint) => ({ ...rsa, n: b64(Buffer.from(n.toString(16), "hex")) });

  it.each([1n, 12345n, 2n ** 200n + 7n])("an RSA modulus with the mark of CVE-2017-15361 (exponent %s)", (exponent) => {
    const primorial = oddPrimorial(167n);
    let residue = 1n;
    let square = 65537n % primorial;
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) residue = (residue * square) % primorial;
      square = (square * square) % primorial;
    }
    let n = (2n ** 2047n / primorial + 1n) * primorial + residue;
    if (n % 2n === 0n) n += primorial;
    expect(readPublicJwk(rsaOf(n))).toEqual({ kind: "refused", reason: "the RSA modulus is of a weak generator" });
    expect(readPublicJwk(rsaOf(n + 2n)).kind).toBe("usable");
  });

  // 1 is a power of 65537 modulo every prime, and zero modulo none.
  it.each([
    ["usable", 0n],
    ["refused", 1n],
  ])("an RSA modulus only when the largest prime, 167, shows that mark too: %s with %s modulo 167", (kind, residue) => {
    const others = oddPrimorial(163n);
    let n = (2n ** 2047n / others + 1n) * others + 1n;
    while (n % 2n === 0n || n % 167n !== residue) n += others;
    expect(readPublicJwk(rsaOf(n)).kind).toBe(kind);
  });

  const ed25519Keys = (y: bigint, sign = 0): string => {
    const bytes = Buffer.from(y.toString(16).padStart(64, "0"), "hex").reverse();
    bytes[31] = (bytes[31] ?? 0) | sign;
    return b64(bytes);
  };
  const PRIME = 2n ** 255n - 19n;

  it("an Ed25519 key: each point of small order", () => {
    expect(ED25519_TORSION_SUBGROUP).toHaveLength(8);
    for (const point of ED25519_TORSION_SUBGROUP) {
      const reading = readPublicJwk({ ...okp, x: b64(Buffer.from(point, "hex")) });
      expect(reading).toEqual({ kind: "refused", reason: "x must not be a point of small order" });
    }
  });

  it("an Ed25519 key: each point in an encoding that is not canonical", () => {
    const found = Array.from({ length: 19 }, (_, k) => ed25519Keys(PRIME + BigInt(k))).filter((x) => {
      try {
        return !ed25519.Point.fromBytes(Buffer.from(x, "base64url"), true).isSmallOrder();
      } catch {
        return false;
      }
    });
    expect(found.length).toBeGreaterThan(3);
    for (const x of found)
      expect(readPublicJwk({ ...okp, x })).toMatchObject({ reason: expect.stringMatching(/canonical/) });
    // x = 0 has no sign
    expect(readPublicJwk({ ...okp, x: ed25519Keys(1n, 0x80) })).toMatchObject({
      reason: expect.stringMatching(/canonical/),
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["off the curve", { ...okp, x: ed25519Keys(2n) }, /point of the curve/],
    ["31 bytes", { ...okp, x: b64(new Uint8Array(31).fill(9)) }, /32 bytes/],
    ["33 bytes", { ...okp, x: b64(new Uint8Array(33).fill(9)) }, /32 bytes/],
    ["missing", { ...okp, x: undefined }, /32 bytes/],
    ["padded", { ...okp, x: `${okp.x}=` }, /32 bytes/],
  ])("an Ed25519 key: %s", (_name, jwk, reason) => {
    expect(readPublicJwk(jwk)).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
  });
});
