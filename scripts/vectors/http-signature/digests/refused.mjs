// @ts-check
// Fields that are not those of their content, or cannot be read, and those of which it is left open.

import { makeCase, rejectWith } from "../../cases.mjs";
import { byteSequence } from "../../signatures.mjs";
import { bodyOf, EVERY_BYTE, GOOD, hashed, MD5, NOTHING, SHA_1, sha256, sha512, TEXT, WRONG } from "./contents.mjs";

const FIELD = "R9530-2.01";
const SEVERAL = "R9530-2.02";
const EACH = "R9530-6.6.01";
const OUTDATED = "R9530-5.02";
const IGNORED = "R9530-2.03";
const CHECKED = "HSIG-3.20 HSIG-3.21";
const MISMATCH = "content_digest_mismatch";
const MALFORMED = "content_digest_malformed";
const UNSUPPORTED = "content_digest_unsupported";
const MISSING = "content_digest_missing";
/** base64 of SHA-256 over the text, with its padding of one character. */
const BASE64 = hashed(TEXT).toString("base64");

/** @param {string} id @param {string} description @param {string} requirements @param {string | string[]} codes @param {string} field @param {Uint8Array} [content] */
const refused = (id, description, requirements, codes, field, content = TEXT) =>
  makeCase("verifyContentDigest", id, description, requirements, { field, body: bodyOf(content) }, rejectWith(codes));
/** @param {string} id @param {string} description @param {string} field */
const malformed = (id, description, field) => refused(id, description, FIELD, MALFORMED, field);
/** @param {string} id @param {string} description @param {string} note @param {string} field */
const open = (id, description, note, field) =>
  makeCase(
    "verifyContentDigest",
    id,
    description,
    FIELD,
    { field, body: bodyOf(TEXT) },
    { result: "either" },
    { note },
  );

const LENIENT = "RFC 8941 section 4.2.7 would have parsers not fail for it, unless their base64 leaves them no choice.";

const PADDED = "RFC 4648 section 3.3 lets a decoder ignore more padding than there should be.";

const rejected = [
  refused("mismatch", "the digest of other content", CHECKED, MISMATCH, WRONG),
  refused("mismatch-sha-512", "the digest of other content, SHA-512", CHECKED, MISMATCH, sha512(NOTHING)),
  refused(
    "mismatch-line-end",
    "the content without its line end",
    CHECKED,
    MISMATCH,
    sha256(Buffer.from("two cones\n")),
  ),
  refused(
    "mismatch-letter-case",
    "content that differs in letter case",
    CHECKED,
    MISMATCH,
    sha256(Buffer.from("Two cones")),
  ),
  refused("mismatch-nothing", "the digest of nothing, and content", CHECKED, MISMATCH, sha256(NOTHING)),
  refused("mismatch-no-content", "the digest of content, and none", CHECKED, MISMATCH, GOOD, NOTHING),
  refused(
    "mismatch-base64",
    "the digest of the base64 of the content",
    CHECKED,
    MISMATCH,
    sha256(Buffer.from(bodyOf(TEXT))),
  ),
  refused(
    "mismatch-hex",
    "the digest in hexadecimal digits",
    CHECKED,
    MISMATCH,
    `sha-256=${byteSequence(Buffer.from(hashed(TEXT).toString("hex")))}`,
  ),
  refused(
    "both-first-wrong",
    "two algorithms, the first wrong",
    `${SEVERAL} ${EACH}`,
    MISMATCH,
    `${WRONG}, ${sha512(TEXT)}`,
  ),
  refused(
    "both-second-wrong",
    "two algorithms, the second wrong",
    `${SEVERAL} ${EACH}`,
    MISMATCH,
    `${GOOD}, ${sha512(NOTHING)}`,
  ),
  refused("twice-last-wrong", "a member twice, the last one wrong", FIELD, MISMATCH, `${GOOD}, ${WRONG}`),
  refused(
    "length-short",
    "the first half of the digest",
    FIELD,
    MISMATCH,
    `sha-256=${byteSequence(hashed(TEXT).subarray(0, 16))}`,
  ),
  refused(
    "length-long",
    "the digest and a byte more",
    FIELD,
    MISMATCH,
    `sha-256=${byteSequence(Buffer.concat([hashed(TEXT), Buffer.alloc(1)]))}`,
  ),
  refused("length-empty", "a digest of no bytes", FIELD, MISMATCH, "sha-256=::"),
  refused("length-other", "SHA-512 under the name of SHA-256", FIELD, MISMATCH, sha512(TEXT).replace("512", "256")),
  refused("length-other-sha-256", "SHA-256 under the name of SHA-512", FIELD, MISMATCH, GOOD.replace("256", "512")),
  refused("outdated-md5", "MD5 only, and it is right", OUTDATED, UNSUPPORTED, MD5),
  refused("outdated-sha-1", "SHA-1 only, and it is right", OUTDATED, UNSUPPORTED, SHA_1),
  refused(
    "outdated-sums",
    "checksums only",
    OUTDATED,
    UNSUPPORTED,
    "unixsum=:GQU=:, unixcksum=:7zsHAA==:, adler=:OZkGFw==:, crc32c=:Q3lHIA==:",
  ),
  refused("unknown", "an unknown algorithm only", IGNORED, UNSUPPORTED, "sha-1024=:AAEC:"),
  refused(
    "unknown-similar",
    "algorithms whose names are similar",
    IGNORED,
    UNSUPPORTED,
    GOOD.replace("sha-256", "sha256").concat(", ", GOOD.replace("sha-256", "id-sha-256")),
  ),
  refused(
    "unknown-semicolon",
    "a semicolon in the place of the comma: the digest is a parameter of another",
    IGNORED,
    UNSUPPORTED,
    `${MD5};${GOOD}`,
  ),
  refused("empty-field", "an empty field", FIELD, [MALFORMED, MISSING], ""),
  refused("spaces-only", "a field of spaces", FIELD, [MALFORMED, MISSING], "  "),
  malformed("comma-only", "a comma", ","),
  malformed("comma-first", "a comma before the first member", `,${GOOD}`),
  malformed("comma-last", "a comma behind the last member", `${GOOD},`),
  malformed("comma-twice", "two commas between two members", `${MD5},, ${GOOD}`),
  malformed("comma-missing", "a space in the place of the comma", `${MD5} ${GOOD}`),
  malformed("list", "a byte sequence without a key", byteSequence(hashed(TEXT))),
  malformed("upper-case", "a key in capitals", GOOD.replace("sha", "SHA")),
  malformed("key-quoted", "a key in quotes", GOOD.replace("sha-256", '"sha-256"')),
  malformed("key-empty", "no key before the equals sign", GOOD.slice("sha-256".length)),
  malformed("space-before-equals", "a space before the equals sign", GOOD.replace("=", " =")),
  malformed("space-after-equals", "a space behind the equals sign", GOOD.replace("=", "= ")),
  malformed("string", "a digest as a String", `sha-256="${BASE64}"`),
  malformed("token", "a digest as a Token", "sha-256=abc"),
  malformed("integer", "a digest as an Integer", "sha-256=123"),
  malformed("flag", "a digest without a value", "sha-256"),
  malformed("inner-list", "a digest in an inner list", `sha-256=(${byteSequence(hashed(TEXT))})`),
  malformed("no-colons", "a digest without its colons", `sha-256=${BASE64}`),
  malformed("colon-missing", "a byte sequence that does not end", `sha-256=:${BASE64}`),
  refused(
    "base64url",
    "base64 with the other alphabet",
    FIELD,
    MALFORMED,
    sha512(EVERY_BYTE).replaceAll("+", "-").replaceAll("/", "_"),
    EVERY_BYTE,
  ),
  malformed("base64-space", "a space in the base64", GOOD.replace(BASE64, `${BASE64.slice(0, 8)} ${BASE64.slice(8)}`)),
  malformed(
    "base64-line-end",
    "a line end in the base64",
    GOOD.replace(BASE64, `${BASE64.slice(0, 8)}\n${BASE64.slice(8)}`),
  ),
  malformed("base64-one-character", "a single character of base64", "sha-256=:A:"),
  malformed("base64-padding-inside", "padding inside the base64", GOOD.replace(BASE64, `AA==${BASE64}`)),
  malformed("rest", "something behind the field", `${GOOD} x`),
  malformed("not-ascii", "a key that is not ASCII", `sh\u00e4=:AAEC:, ${GOOD}`),
];

const left = [
  open("base64-no-padding", "base64 without padding", LENIENT, GOOD.replace(/=:$/, ":")),
  open("base64-more-padding", "base64 with more padding than it needs", PADDED, GOOD.replace(/:$/, "=:")),
  open(
    "base64-stray-bits",
    "base64 whose last bits are not zero",
    LENIENT,
    GOOD.replace(BASE64, `${BASE64.slice(0, -2)}${after(BASE64.at(-2))}=`),
  ),
  open(
    "parameters",
    "a digest with a parameter",
    "RFC 9530 defines no parameters, and does not say what to do about one.",
    `${GOOD};a=1`,
  ),
  open(
    "unknown-no-bytes",
    "an unknown algorithm with another value than bytes, beside a good digest",
    "RFC 9530 does not say whether such a member spoils the field or is ignored.",
    `sha-1024="a", ${GOOD}`,
  ),
];

/** The character of base64 behind a given one. @param {string} [character] */
function after(character = "") {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return alphabet.charAt(alphabet.indexOf(character) + 1);
}

export const refusedDigests = [...rejected, ...left];
