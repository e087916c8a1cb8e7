// @ts-check
// Tokens as the vectors need them: sound ones, and ones with one thing about them changed and all else signed anew.
// This is an encoder of its own; what it writes is not read with the library that it tests.

import { createHash } from "node:crypto";
import { base64url } from "./keys.mjs";

/** @typedef {import("./keys.mjs").Key} Key */
/** @typedef {import("./keys.mjs").Family} Family */
/** @typedef {Record<string, unknown>} Json */

/** When everything takes place, unless a case sets the clock. */
export const NOW = 1790000000;
export const ORIGIN = "wimse://example.com";
export const AGENT = "wimse://example.com/agent";
/** Audience of every proof unless a case says otherwise. */
export const AUDIENCE = "https://svc.example.com/orders/42";
/** The `jti` of a proof, where it does not matter: each case has a replay store of its own. */
export const TOKEN_ID = "uKzSzZv5l9vG6zDn4b1h0Q";

/**
 * What is done to a token after its content is settled; the signature is always that of the result.
 *
 * @typedef {object} Edits
 * @property {(text: string) => string} [headerText] changes the JSON of the header
 * @property {(text: string) => string} [claimsText] changes the JSON of the claims
 * @property {(segment: string) => string} [headerSegment] changes the encoded header
 * @property {(segment: string) => string} [claimsSegment] changes the encoded claims
 * @property {(segment: string) => string} [signatureSegment] changes the encoded signature
 * @property {(signature: Uint8Array) => Uint8Array} [signature] changes the signature
 */

/** @typedef {{ header?: Json; claims?: Json; key?: Key } & Edits} WitChanges a member that is `undefined` is left out */
/** @typedef {WitChanges & { wit?: string }} WptChanges `wit` is the WIT that the proof is made for */

/** @template T @param {T} value */
const same = (value) => value;

/** @param {string} text */
const encode = (text) => base64url(Buffer.from(text));

/** base64url of SHA-256 over a token. @param {string} text */
export const hashOf = (text) => createHash("sha256").update(text).digest("base64url");

/**
 * A JWS in compact serialization.
 *
 * @param {Json} header
 * @param {Json} claims
 * @param {Key} key
 * @param {Edits} [edits]
 */
export function jws(header, claims, key, edits = {}) {
  const { headerText = same, claimsText = same, headerSegment = same, claimsSegment = same } = edits;
  const { signatureSegment = same, signature = same } = edits;
  const encodedHeader = headerSegment(encode(headerText(JSON.stringify(header))));
  const encodedClaims = claimsSegment(encode(claimsText(JSON.stringify(claims))));
  const input = `${encodedHeader}.${encodedClaims}`;
  return `${input}.${signatureSegment(base64url(signature(key.sign(Buffer.from(input)))))}`;
}

/**
 * The WIT of {@link AGENT}, good for an hour; or one with changes.
 *
 * @param {Family} family
 * @param {WitChanges} [changes]
 */
export function makeWit(family, { header, claims, key = family.issuer, ...edits } = {}) {
  return jws(
    { alg: key.alg, kid: key.kid, typ: "wit+jwt", ...header },
    { sub: AGENT, exp: NOW + 3600, cnf: { jwk: family.agent.publicJwk }, ...claims },
    key,
    edits,
  );
}

/**
 * A proof of {@link AGENT} for {@link AUDIENCE}, good for a minute; or one with changes.
 *
 * @param {Family} family
 * @param {WptChanges} [changes]
 */
export function makeWpt(family, { header, claims, key = family.agent, wit = makeWit(family), ...edits } = {}) {
  return jws(
    { alg: key.alg, typ: "wpt+jwt", ...header },
    { aud: AUDIENCE, exp: NOW + 60, jti: TOKEN_ID, wth: hashOf(wit), ...claims },
    key,
    edits,
  );
}

/** Header and claims of a token made here. @param {string} token @returns {{ header: Json; claims: Json }} */
export function contentOf(token) {
  const [header = "", claims = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  return { header: JSON.parse(header), claims: JSON.parse(claims) };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The same bytes in another spelling: the bits of the last character that stand for nothing are not zero.
 *
 * @param {string} segment one whose length leaves such bits
 */
export function withStrayBits(segment) {
  if (segment.length % 4 === 0) throw new Error("every bit of this segment counts");
  return segment.slice(0, -1) + ALPHABET[ALPHABET.indexOf(segment.slice(-1)) + 1];
}

/** The same JSON, with spaces at its end until its encoding has bits to spare. @param {string} text */
export const withRoomForStrayBits = (text) => (Buffer.byteLength(text) % 3 === 0 ? `${text} ` : text);

/** One bit of the first byte changed. @param {Uint8Array} bytes */
export function withFlippedBit(bytes) {
  const flipped = Uint8Array.from(bytes);
  flipped[0] = (flipped[0] ?? 0) ^ 1;
  return flipped;
}

/**
 * Edits that make a token exactly as long as this.
 *
 * @param {number} length
 * @param {(edits: Edits) => string} make
 */
export function tokenOfLength(length, make) {
  for (let spaces = 0; spaces < 4; spaces++) {
    const headerText = (/** @type {string} */ text) => text + " ".repeat(spaces);
    const shortest = make({ headerText, claimsText: (text) => withPadding(text, 0) });
    let padding = Math.floor(((length - shortest.length) * 3) / 4) - 2;
    for (let token = shortest; token.length <= length; padding++) {
      token = make({ headerText, claimsText: (text) => withPadding(text, padding) });
      if (token.length === length) return token;
    }
  }
  throw new Error(`no token has ${length} characters`);
}

/** @param {string} text @param {number} length */
const withPadding = (text, length) => text.replace(/}$/, `,"padding":"${"x".repeat(length)}"}`);

/** Arrays in arrays, so that a claim of this value is nested as deep. @param {number} levels the claims counted */
export function nestedTo(levels) {
  /** @type {unknown} */
  let value = [];
  for (let level = 2; level < levels; level++) value = [value];
  return value;
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature that verifies: n − s in the place of s. @param {Uint8Array} signature of ES256 */
export function withOtherS(signature) {
  const hex = Buffer.from(signature).toString("hex");
  const other = P256_ORDER - BigInt(`0x${hex.slice(64)}`);
  return new Uint8Array(Buffer.from(hex.slice(0, 64) + other.toString(16).padStart(64, "0"), "hex"));
}
