import { describe, expect, it } from "vitest";
import { asciiBytes, hex, utf8Bytes, utf8Text } from "../../src/base/bytes.js";
import { withNodeCrypto } from "../crypto/support.js";

describe("bytes and text", () => {
  it("writes ASCII, with Buffer and without", async () => {
    const portable = await withNodeCrypto(undefined, () => import("../../src/base/bytes.js"));
    for (const ascii of [asciiBytes, portable.asciiBytes]) expect([...ascii("aZ.~")]).toEqual([97, 90, 46, 126]);
    expect(Buffer.isBuffer(asciiBytes("a"))).toBe(true);
    expect(Buffer.isBuffer(portable.asciiBytes("a"))).toBe(false);
  });

  it("writes and reads UTF-8", () => {
    expect([...utf8Bytes("é€")]).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac]);
    expect(utf8Text(utf8Bytes("é€😀"))).toBe("é€😀");
  });

  it.each([
    ["a byte that starts nothing", [0xff]],
    ["a cut sequence", [0xe2, 0x82]],
    ["an overlong form", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ])("is no text: %s", (_name, bytes) => {
    expect(utf8Text(Uint8Array.from(bytes))).toBeUndefined();
  });

  it("keeps a byte order mark", () => {
    expect(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  it("writes hexadecimal digits, two a byte", () => {
    expect(hex(Uint8Array.of(0, 9, 10, 255))).toBe("00090aff");
  });
});
