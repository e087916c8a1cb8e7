import { base64url } from "jose";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url, isBase64url } from "../../src/base/base64url.js";
import { withNodeCrypto } from "../crypto/support.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

describe("strict base64url", () => {
  it.each([
    ["", []],
    ["AA", [0]],
    ["_w", [255]],
    ["AAA", [0, 0]],
    ["-_8", [251, 255]],
    ["Zm9v", [0x66, 0x6f, 0x6f]],
    ["Zm9vYg", [0x66, 0x6f, 0x6f, 0x62]],
  ])("reads %j", (text, bytes) => {
    expect(isBase64url(text)).toBe(true);
    expect(decodeBase64url(text)).toEqual(Buffer.from(bytes));
    expect(encodeBase64url(Uint8Array.from(bytes))).toBe(text);
  });

  it.each([
    "A",
    "AAAAA",
    "AA==",
    "AA=",
    "AAA=",
    "Zm9v=",
    "Zm 9v",
    " Zm9v",
    "Zm9v\n",
    "Zm9v ",
    "+A",
    "/w",
    "Zm9v.",
    "é",
    "AB\0A",
  ])("CREDS-5.1.4.02: refuses %j: length, padding, white space, another alphabet", (text) => {
    expect(isBase64url(text)).toBe(false);
    expect(decodeBase64url(text)).toBeUndefined();
  });

  it("CREDS-5.1.4.02: refuses every last character whose unused bits are not zero, and no other", () => {
    for (const last of ALPHABET) {
      for (const text of [`A${last}`, `AA${last}`]) {
        const canonical = Buffer.from(text, "base64url").toString("base64url") === text;
        expect([text, isBase64url(text)]).toEqual([text, canonical]);
      }
    }
  });

  it("encodes exactly the bytes of a view", () => {
    const whole = Uint8Array.of(1, 2, 3, 4, 5);
    expect(encodeBase64url(whole.subarray(1, 4))).toBe(base64url.encode(Uint8Array.of(2, 3, 4)));
  });

  it("does the same where there is no Buffer", async () => {
    const portable = await withNodeCrypto(undefined, () => import("../../src/base/base64url.js"));
    expect(portable.encodeBase64url(Uint8Array.of(251, 255))).toBe("-_8");
    expect(portable.decodeBase64url("-_8")).toEqual(Uint8Array.of(251, 255));
    expect(portable.decodeBase64url("-_9")).toBeUndefined();
    expect(Buffer.isBuffer(portable.decodeBase64url("-_8"))).toBe(false);
  });
});
