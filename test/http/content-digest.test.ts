import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type ContentDigestAlgorithm, contentDigest, verifyContentDigest } from "../../src/http/content-digest.js";
import { expectMistake } from "../support/wit-fixtures.js";

const BODY = Buffer.from('{"hello": "world"}\n');
const OTHER = Buffer.from('{"hello": "World"}\n');
const ALGORITHMS: ContentDigestAlgorithm[] = ["sha-256", "sha-512"];

/** One digest by Node, as the field has it. */
const digest = (name: string, body: Uint8Array = BODY): string =>
  `${name}=:${createHash(name.replace("-", "")).update(body).digest("base64")}:`;

const SHA256 = digest("sha-256");
const SHA512 = digest("sha-512");
const WRONG256 = digest("sha-256", OTHER);
const WRONG512 = digest("sha-512", OTHER);
const MD5 = digest("md5");

describe("contentDigest", () => {
  it("R9530-2.01, R9530-5.01: is a dictionary of one byte sequence, sha-256 unless asked otherwise", async () => {
    expect(await contentDigest(BODY)).toBe("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    expect(await contentDigest(BODY, "sha-256")).toBe(SHA256);
    expect(await contentDigest(BODY, "sha-512")).toBe(SHA512);
  });

  it("R9530-3.02: asserts the absence of content by the digest of nothing", async () => {
    expect(await contentDigest(new Uint8Array())).toBe("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
  });

  it.each(["md5", "sha", "SHA-256", "sha256", "", "constructor", null])(
    "R9530-5.02: has no algorithm %j",
    async (name) => {
      await expect(contentDigest(BODY, name as ContentDigestAlgorithm)).rejects.toThrow(
        expect.objectContaining({ code: "configuration_invalid" }),
      );
    },
  );

  it.each(ALGORITHMS)("is verified by verifyContentDigest: %s", async (algorithm) => {
    for (const length of [0, 1, 1000]) {
      const body = new Uint8Array(length).fill(length);
      await verifyContentDigest(await contentDigest(body, algorithm), body);
    }
  });
});

describe("verifyContentDigest", () => {
  it.each([
    ["sha-256", SHA256],
    ["sha-512", SHA512],
    ["R9530-2.02: both", `${SHA256}, ${SHA512}`],
    ["R9530-2.03: one that is not known beside one that is", `${MD5}, ${SHA512}`],
    ["a wrong one that is not known", `md5=:AAAA:, ${SHA256},crc32c=::`],
    ["parameters and spaces", ` ${SHA256};a=1;b ,\t${SHA512} `],
    ["the last of two under one key, which is the one that counts", `${WRONG256}, ${SHA256}`],
  ])("accepts %s", async (_name, field) => {
    await expect(verifyContentDigest(field, BODY)).resolves.toBeUndefined();
  });

  it.each([
    ["another body", WRONG256],
    ["another body, sha-512", WRONG512],
    ["R9530-6.6.01: the weaker one right, the stronger one wrong", `${SHA256}, ${WRONG512}`],
    ["the stronger one right, the weaker one wrong", `${SHA512}, ${WRONG256}`],
    ["the wrong one first", `${WRONG256}, ${SHA512}`],
    ["the last of two under one key", `${SHA256}, ${WRONG256}`],
    ["an empty digest", "sha-256=::"],
    [
      "a digest cut short",
      `sha-256=:${createHash("sha256").update(BODY).digest().subarray(0, 31).toString("base64")}:`,
    ],
    [
      "a digest with a byte more",
      `sha-256=:${Buffer.concat([createHash("sha256").update(BODY).digest(), Buffer.of(0)]).toString("base64")}:`,
    ],
    ["a digest whose last byte is another", SHA256.replace("bDg=:", "bDk=:")],
    ["a digest whose first byte is another", SHA256.replace(":RK", ":SK")],
    ["the digest of the other algorithm", SHA512.replace("sha-512", "sha-256")],
  ])("refuses %s", async (_name, field) => {
    await expect(verifyContentDigest(field, BODY)).rejects.toThrow(
      expect.objectContaining({ code: "content_digest_mismatch", requirement: "R9530-2.01" }),
    );
  });

  it.each([
    ["md5", MD5],
    ["sha", "sha=:07CavjDP4u3/TungoUHJO/Wzr4c=:"],
    ["a name that objects have", "constructor=:AAAA:"],
    ["a right digest under another name", SHA256.replace("sha-256", "sha256")],
    ["R9530-6.7.01: hundreds of digests", Array.from({ length: 500 }, (_, i) => `a${i}=:AAAA:`).join(", ")],
  ])("R9530-2.03, R9530-5.02: does not do with %s alone", async (_name, field) => {
    await expect(verifyContentDigest(field, BODY)).rejects.toThrow(
      expect.objectContaining({ code: "content_digest_unsupported", requirement: "R9530-2.03" }),
    );
  });

  it.each([
    ["an empty field", ""],
    ["spaces", "  "],
    ["no dictionary", `${SHA256},`],
    ["a name in upper case", SHA256.toUpperCase()],
    ["a token", "sha-256=abc"],
    ["a string", SHA256.replace(/:/g, '"')],
    ["a boolean", "sha-256"],
    ["an inner list", SHA256.replace("=:", "=(:").concat(")")],
    ["no padding", SHA256.replace("=:", "#").replace("=", "").replace("#", "=:")],
    ["the alphabet of URLs", SHA256.replaceAll("/", "_").replaceAll("+", "-")],
    ["a value of another type beside a right digest", `${SHA256}, a=b`],
    ["a right digest beside a value of another type", `a=(:AAAA:), ${SHA256}`],
  ])("R9530-2.01: refuses %s", async (_name, field) => {
    await expect(verifyContentDigest(field, BODY)).rejects.toThrow(
      expect.objectContaining({ code: "content_digest_malformed", requirement: "R9530-2.01" }),
    );
  });
});

describe("a caller's mistake is told by the name of the argument", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a string", BODY.toString()],
    ["an array of numbers", [...BODY]],
    ["an ArrayBuffer", new ArrayBuffer(4)],
  ])("a body that is %s", async (_what, body) => {
    await expectMistake(contentDigest(body as Uint8Array), /^body: a Uint8Array$/);
    await expectMistake(verifyContentDigest(SHA256, body as Uint8Array), /^body: a Uint8Array$/);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
    ["an array of lines", [SHA256]],
  ])("a field that is %s", async (_what, field) => {
    await expectMistake(verifyContentDigest(field as string, BODY), /^field: the value of Content-Digest, a string$/);
  });
});
