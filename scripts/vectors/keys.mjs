// @ts-check
// The keys of the vectors. They follow from labels, so that everybody can make them again, and nobody may use them.

import { createHash, constants, createPrivateKey, privateEncrypt, sign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { agentRsa, issuerRsa, strangerRsa } from "./rsa-keys.mjs";

/** @typedef {Record<string, unknown>} Jwk */

/**
 * A key pair, used with one algorithm.
 *
 * @typedef {object} Key
 * @property {string} alg JOSE name
 * @property {string} kid
 * @property {Jwk} publicJwk with `alg`, without `kid`
 * @property {Jwk} privateJwk with `alg`
 * @property {(data: Uint8Array) => Uint8Array} sign gives the same signature each time
 */

/** @typedef {"issuer" | "agent" | "stranger" | "neighbour" | "partner"} Holder */

/**
 * One algorithm for issuer and workload alike, with a key for everybody.
 *
 * @typedef {object} Family
 * @property {string} name what ends the ids of its cases
 * @property {string} alg
 * @property {Key} issuer of the trust domain
 * @property {Key} agent the workload that calls
 * @property {Key} neighbour another workload of the same trust domain
 * @property {Key} partner the issuer of another trust domain; its `kid` is that of `issuer`
 * @property {Key} stranger trusted by nobody; its `kid` is that of `issuer`
 */

const CURVES = /** @type {const} */ ({
  ES256: { crv: "P-256", curve: p256, length: 32 },
  ES384: { crv: "P-384", curve: p384, length: 48 },
  ES512: { crv: "P-521", curve: p521, length: 66 },
});

/** @param {Uint8Array} bytes */
export const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/** @param {string} hash @param {string | Uint8Array} data */
const digest = (hash, data) => new Uint8Array(createHash(hash).update(data).digest());

/**
 * Bytes that follow from a label.
 *
 * @param {string} label
 * @param {number} length at most 64
 */
export const bytesOf = (label, length) => digest("sha512", `wimse-vectors/v1 ${label}`).slice(0, length);

/** @param {"ES256" | "ES384" | "ES512"} alg @param {string} label @param {string} kid @returns {Key} */
function ecdsaKey(alg, label, kid) {
  const { crv, curve, length } = CURVES[alg];
  const secret = new Uint8Array(length);
  secret.set(bytesOf(`${label} ${alg}`, Math.min(length, 64)), Math.max(length - 64, 0));
  const point = curve.getPublicKey(secret, false);
  const coordinates = { x: base64url(point.slice(1, 1 + length)), y: base64url(point.slice(1 + length)) };
  const publicJwk = { kty: "EC", crv, ...coordinates, alg };
  return {
    alg,
    kid,
    publicJwk,
    privateJwk: { ...publicJwk, d: base64url(secret) },
    sign: (data) => curve.sign(data, secret, { lowS: false }), // the nonce is that of RFC 6979
  };
}

/** @param {"Ed25519" | "EdDSA"} alg @param {string} label @param {string} kid @returns {Key} */
function ed25519Key(alg, label, kid) {
  const secret = bytesOf(`${label} Ed25519`, 32);
  const publicJwk = { kty: "OKP", crv: "Ed25519", x: base64url(ed25519.getPublicKey(secret)), alg };
  const privateJwk = { ...publicJwk, d: base64url(secret) };
  return { alg, kid, publicJwk, privateJwk, sign: (data) => ed25519.sign(data, secret) };
}

/** @param {string} alg @param {Readonly<import("./rsa-keys.mjs").RsaJwk>} jwk @param {string} kid @returns {Key} */
function rsaKey(alg, jwk, kid) {
  const publicJwk = { kty: "RSA", n: jwk.n, e: jwk.e, alg };
  const key = createPrivateKey({ key: { ...jwk }, format: "jwk" });
  const hash = `sha${alg.slice(2)}`;
  return {
    alg,
    kid,
    publicJwk,
    privateJwk: { ...publicJwk, ...jwk, alg },
    sign: (data) =>
      alg.startsWith("PS")
        ? new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, pssEncoded(data, hash)))
        : new Uint8Array(sign(hash, data, key)),
  };
}

/**
 * EMSA-PSS (RFC 8017 section 9.1.1) for a modulus of 2048 bits, with a salt that follows from the message: `node:crypto`
 * would draw one.
 *
 * @param {Uint8Array} data
 * @param {string} hash
 */
function pssEncoded(data, hash) {
  const hashed = digest(hash, data);
  const salt = digest(hash, Buffer.concat([Buffer.from("wimse-vectors/v1 salt "), hashed]));
  const h = digest(hash, Buffer.concat([new Uint8Array(8), hashed, salt]));
  const block = new Uint8Array(256 - h.length - 1);
  block.set([1, ...salt], block.length - salt.length - 1);
  for (let counter = 0, at = 0; at < block.length; counter++) {
    for (const byte of digest(hash, Buffer.concat([h, Uint8Array.of(0, 0, 0, counter)]))) {
      if (at < block.length) block[at] = (block[at++] ?? 0) ^ byte;
    }
  }
  block[0] = (block[0] ?? 0) & 0x7f;
  return Buffer.concat([block, h, Uint8Array.of(0xbc)]);
}

const RSA = { issuer: issuerRsa, agent: agentRsa, stranger: strangerRsa, neighbour: strangerRsa, partner: strangerRsa };

/**
 * The key of somebody for an algorithm; there are three RSA keys in all.
 *
 * @param {string} alg
 * @param {Holder} holder
 * @param {string} [kid]
 */
export function keyOf(alg, holder, kid = `${holder}-${alg.toLowerCase()}`) {
  if (alg === "ES256" || alg === "ES384" || alg === "ES512") return ecdsaKey(alg, holder, kid);
  return alg === "Ed25519" || alg === "EdDSA" ? ed25519Key(alg, holder, kid) : rsaKey(alg, RSA[holder], kid);
}

/** @param {string} alg @returns {Family} */
function family(alg) {
  const kid = `issuer-${alg.toLowerCase()}`;
  return {
    name: alg.toLowerCase(),
    alg,
    issuer: keyOf(alg, "issuer", kid),
    agent: keyOf(alg, "agent"),
    neighbour: keyOf(alg, "neighbour"),
    partner: keyOf(alg, "partner", kid),
    stranger: keyOf(alg, "stranger", kid),
  };
}

export const es256 = family("ES256");
export const ed25519Family = family("Ed25519");
export const rs256 = family("RS256");

/** What every requirement of the WIMSE drafts is shown with. */
export const FAMILIES = [es256, ed25519Family];

/** Ed25519 has no place in a WIT-SVID. */
export const SVID_FAMILIES = [es256, rs256];

/** A public key as a key set has it. @param {Key} key @returns {Jwk} */
export const inKeySet = ({ publicJwk, kid }) => ({ ...publicJwk, kid });
