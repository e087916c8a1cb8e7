import { describe, expect, it } from "vitest";
import { derSignature } from "../../src/crypto/ecdsa-signature.js";

describe("derSignature", () => {
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const ff = (length: number): string => "ff".repeat(length);
  const one = (length: number): string => "01".repeat(length);

  it.each([
    ["the shortest numbers", "0000000100000002", "3006020101020102"],
    ["zero keeps one byte", "0000000000000000", "3006020100020100"],
    ["a high bit needs a zero byte", "80000000000000ff", "300b02050080000000020200ff"],
    ["nothing to cut", "7fffffff01020304", "300c02047fffffff020401020304"],
    ["the longest length in one byte", `00${ff(61)}00${one(61)}`, `307f023e00${ff(61)}023d${one(61)}`],
    ["the shortest length in two bytes", `00${ff(61)}${one(62)}`, `308180023e00${ff(61)}023e${one(62)}`],
    ["the longest signature, of P-521", `${ff(66)}${ff(66)}`, `30818a024300${ff(66)}024300${ff(66)}`],
  ])("%s", (_name, rs, der) => {
    derSignature(new Uint8Array(rs.length / 2).fill(0xaa)); // nothing of an earlier one stays
    expect(hexOf(derSignature(Buffer.from(rs, "hex")))).toBe(der);
  });
});
