import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/base/base64.js";
import { withNodeCrypto } from "../crypto/support.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const backends = [
  ["with Buffer", { decodeBase64, encodeBase64 }],
  ["without Buffer", await withNodeCrypto(undefined, () => import("../../src/base/base64.js"))],
] as const;

describe.each(backends)("strict base64, %s", (_name, base64) => {
  it.each([
    ["", []],
    ["AA==", [0]],
    ["/w==", [255]],
    ["AAA=", [0, 0]],
    ["+/8=", [251, 255]],
    ["Zm9v", [0x66, 0x6f, 0x6f]],
    ["Zm9vYg==", [0x66, 0x6f, 0x6f, 0x62]],
  ])("reads and writes %j", (text, bytes) => {
    expect([...(base64.decodeBase64(text) ?? [])]).toEqual(bytes);
    expect(base64.encodeBase64(Uint8Array.from(bytes))).toBe(text);
  });

  it.each([
    "A",
    "AA",
    "AA=",
    "AAA",
    "AAA==",
    "AAAA=",
    "AAAA====",
    "=AAA",
    "A=AA",
    "Zm 9v",
    " Zm9v",
    "Zm9v\n",
    "_w==",
    "-w==",
    "Zm9v.",
    "Zm9\u0176",
    "AB\0A",
  ])("refuses %j: length, padding, white space, another alphabet", (text) => {
    expect(base64.decodeBase64(text)).toBeUndefined();
  });

  it("refuses every last character whose unused bits are not zero, and no other", () => {
    for (const last of ALPHABET) {
      for (const text of [`A${last}==`, `AA${last}=`]) {
        const canonical = Buffer.from(text, "base64").toString("base64") === text;
        expect([text, base64.decodeBase64(text) !== undefined]).toEqual([text, canonical]);
      }
    }
  });

  it("encodes exactly the bytes of a view", () => {
    expect(base64.encodeBase64(Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 4))).toBe("AgME");
  });
});

it("reads the portable file in a second instance", () => {
  expect(backends[1][1].decodeBase64).not.toBe(decodeBase64);
});
