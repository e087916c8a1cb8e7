// @ts-check
// Tokens whose form is wrong: what every reader of a compact JWS has to refuse. All are signed as they are.

import { base64url } from "./keys.mjs";
import { withRoomForStrayBits, withStrayBits } from "./tokens.mjs";

/** @typedef {import("./tokens.mjs").Edits & { claims?: import("./tokens.mjs").Json }} Changes */
/** @typedef {readonly [id: string, description: string, token: string]} Malformed */

/**
 * Tokens that are not three parts in canonical base64url.
 *
 * @param {(changes?: Changes) => string} make
 * @returns {Malformed[]}
 */
export function wrongForms(make) {
  const token = make();
  const [header = "", claims = "", signature = ""] = token.split(".");
  const json = JSON.stringify({ protected: header, payload: claims, signature });
  return [
    ["one-part", "the header alone", header],
    ["two-parts", "no signature", `${header}.${claims}`],
    ["empty-signature", "an empty signature", `${header}.${claims}.`],
    ["empty-header", "an empty header", `.${claims}.${signature}`],
    ["empty-claims", "empty claims", `${header}..${signature}`],
    ["four-parts", "a part too many", `${token}.${signature}`],
    ["trailing-dot", "a dot after the signature", `${token}.`],
    ["five-parts", "the form of a JWE", `${header}.${claims}.${signature}.${claims}.${signature}`],
    ["json-serialization", "JSON serialization", json],
    ["two-tokens", "two tokens with a comma", `${token},${token}`],
    ["space-inside", "a space after a dot", `${header}. ${claims}.${signature}`],
    ["signature-padded", "padding after the signature", padded(token)],
    ["header-padded", "padding after the header", make({ headerText: withRoomForStrayBits, headerSegment: padded })],
    ["claims-padded", "padding after the claims", make({ claimsText: withRoomForStrayBits, claimsSegment: padded })],
    ["signature-stray-bits", "bits in the signature that stand for nothing", make({ signatureSegment: withStrayBits })],
    [
      "header-stray-bits",
      "bits in the header that stand for nothing",
      make({ headerText: withRoomForStrayBits, headerSegment: withStrayBits }),
    ],
    [
      "claims-stray-bits",
      "bits in the claims that stand for nothing",
      make({ claimsText: withRoomForStrayBits, claimsSegment: withStrayBits }),
    ],
    [
      "claims-length",
      "claims of a length that no encoding has",
      make({ claimsText: multipleOfThree, claimsSegment: (segment) => `${segment}A` }),
    ],
    [
      "standard-alphabet",
      "the alphabet of base64",
      make({ claims: { x: "\u00ff\u00fe~~~???>>>" }, claimsSegment: inStandardAlphabet }),
    ],
    ["non-ascii", "a letter outside ASCII in the signature", `${header}.${claims}.\u00e9${signature.slice(1)}`],
  ];
}

/**
 * Tokens whose header or claims are not one JSON object with unique names.
 *
 * @param {(changes?: Changes) => string} make
 * @param {string} claim one that every such token has
 * @param {unknown} other a value for it that an attacker would like better
 * @returns {Malformed[]}
 */
export function wrongJson(make, claim, other) {
  const first = `"${claim}":${JSON.stringify(other)},`;
  const escaped = first.replace(/[a-z]/, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  /** @param {(text: string) => string} claimsText */
  const claims = (claimsText) => make({ claimsText });
  return [
    ["header-array", "a header that is an array", make({ headerText: (text) => `[${text}]` })],
    ["claims-array", "claims that are an array", claims((text) => `[${text}]`)],
    ["claims-string", "claims that are a string", claims((text) => JSON.stringify(text))],
    ["claims-null", "claims that are null", claims(() => "null")],
    ["claims-two-objects", "two objects, one after the other", claims((text) => text + text)],
    ["claims-trailing-comma", "a comma after the last member", claims((text) => text.replace(/}$/, ",}"))],
    ["claims-comment", "a comment", claims((text) => text.replace("{", "{/**/"))],
    ["claims-single-quotes", "single quotation marks", claims((text) => text.replaceAll('"', "'"))],
    ["claims-nan", "NaN in a claim that nobody knows", claims((text) => text.replace("{", '{"x":NaN,'))],
    ["claims-leading-zero", "a number with a zero in front", claims((text) => text.replace("{", '{"x":01,'))],
    ["claims-unfinished", "an object without its end", claims((text) => text.slice(0, -1))],
    ["claims-byte-order-mark", "a byte order mark", claims((text) => `\ufeff${text}`)],
    [
      "claims-not-utf-8",
      "a byte that UTF-8 does not have",
      make({ claims: { x: "#" }, claimsSegment: withByte(0x23, 0xff) }),
    ],
    [
      "claims-control-character",
      "a control character in a string",
      make({ claims: { x: "#" }, claimsSegment: withByte(0x23, 0x01) }),
    ],
    [
      "header-member-twice",
      "the same member twice in the header",
      make({ headerText: (text) => text.replace("{", '{"typ":"JWT",') }),
    ],
    [
      "claim-twice",
      "the same claim twice, the second as it should be",
      claims((text) => text.replace("{", `{${first}`)),
    ],
    [
      "claim-twice-escaped",
      "the same claim twice, once written with an escape",
      claims((text) => text.replace("{", `{${escaped}`)),
    ],
    ["unknown-claim-twice", "a claim that nobody knows twice", claims((text) => text.replace("{", '{"x":1,"x":1,'))],
    [
      "nested-member-twice",
      "the same member twice inside a claim that nobody knows",
      claims((text) => text.replace("{", '{"x":[{"y":1,"y":1}],')),
    ],
  ];
}

/** With the padding that base64 has, after a token or a segment of one. @param {string} text */
const padded = (text) => text + "=".repeat((4 - ((text.length - text.lastIndexOf(".") - 1) % 4)) % 4);

/** @param {string} text */
const multipleOfThree = (text) => text.padEnd(Math.ceil(Buffer.byteLength(text) / 3) * 3);

/** One byte for another, wherever it is. @param {number} from @param {number} to */
function withByte(from, to) {
  /** @param {string} segment */
  return (segment) => base64url(Buffer.from(segment, "base64url").map((byte) => (byte === from ? to : byte)));
}

/** @param {string} segment */
function inStandardAlphabet(segment) {
  if (!/[-_]/.test(segment)) throw new Error("the two alphabets write this segment alike");
  return segment.replaceAll("-", "+").replaceAll("_", "/");
}
