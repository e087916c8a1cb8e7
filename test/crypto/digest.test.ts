import { createHash, hash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { hex, utf8Bytes } from "../../src/base/bytes.js";
import { withNodeCrypto } from "./support.js";

const load = () => import("../../src/crypto/digest.js");

const runtimes = [
  ["with crypto.hash", load],
  ["with createHash only", () => withNodeCrypto({ createHash, createPublicKey: () => ({}) }, load)],
  ["without node:crypto", () => withNodeCrypto(undefined, load)],
] as const;

describe.each(runtimes)("digests %s", (_name, loadDigests) => {
  it.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["ü", createHash("sha256").update("ü").digest("hex")],
    ["x".repeat(5000), createHash("sha256").update("x".repeat(5000)).digest("hex")],
  ])("sha256(%j) is the same for a text and for its UTF-8 bytes", async (text, expected) => {
    const { sha256, sha256Base64url } = await loadDigests();
    expect(hex(sha256(text))).toBe(expected);
    expect(hex(sha256(utf8Bytes(text)))).toBe(expected);
    expect(sha256Base64url(text)).toBe(Buffer.from(expected, "hex").toString("base64url"));
    expect(sha256Base64url(utf8Bytes(text))).toBe(Buffer.from(expected, "hex").toString("base64url"));
  });

  it("sha512 is SHA-512", async () => {
    const { sha512, sha512Base64url } = await loadDigests();
    const expected = createHash("sha512").update("abc").digest();
    expect(hex(sha512("abc"))).toBe(expected.toString("hex"));
    expect(sha512Base64url(utf8Bytes("abc"))).toBe(expected.toString("base64url"));
  });

  it("reads a view of a larger buffer and nothing around it", async () => {
    const { sha256 } = await loadDigests();
    const view = utf8Bytes("xabcx").subarray(1, 4);
    expect(hex(sha256(view))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

// A request needs several digests: each is left to the quickest function that there is.
describe("a digest is made by", () => {
  const createPublicKey = () => ({});

  it("crypto.hash, once, already in base64url where that is asked for", async () => {
    const oneShot = vi.fn(hash);
    const runtime = { hash: oneShot, createHash: vi.fn(), createPublicKey };
    const { sha256, sha512Base64url } = await withNodeCrypto(runtime, load);
    expect(hex(sha256("abc"))).toBe(createHash("sha256").update("abc").digest("hex"));
    expect(oneShot.mock.calls).toEqual([["sha256", "abc", "buffer"]]);
    expect(sha512Base64url("abc")).toBe(createHash("sha512").update("abc").digest("base64url"));
    expect(oneShot.mock.calls.slice(1)).toEqual([["sha512", "abc", "base64url"]]);
    expect(runtime.createHash).not.toHaveBeenCalled();
  });

  it("crypto.createHash where there is no crypto.hash", async () => {
    const incremental = vi.fn(createHash);
    const { sha256 } = await withNodeCrypto({ createHash: incremental, createPublicKey }, load);
    sha256("abc");
    expect(incremental.mock.calls).toEqual([["sha256"]]);
  });
});
