// @ts-check
// SPIFFE bundles, and cases of reading one.

import { acceptWith, makeCase, rejectWith } from "../cases.mjs";
import { es256, rs256 } from "../keys.mjs";

/** @typedef {import("../keys.mjs").Key} Key */
/** @typedef {import("../cases.mjs").Json} Json */

/**
 * A key as a bundle has it: with its use, and without alg.
 *
 * @param {Key} key @param {Json} [changes] @returns {Json & { kid: string }}
 */
export function bundleKey({ publicJwk, kid }, changes = {}) {
  const { alg: _alg, ...material } = publicJwk;
  return { use: "wit-svid", kid, ...material, ...changes };
}

/** A certificate that nobody looks into. */
const X5C = ["MIIBXjCCAQSgAwIBAgIBATAKBggqhkjOPQQDAjAAMB4XDTI2MDEwMTAwMDAwMFoXDTM2MDEwMTAwMDAwMFowADBZMBM="];

/** What a bundle has for other SVIDs. */
export const x509Key = { ...bundleKey(es256.stranger, { use: "x509-svid" }), kid: undefined, x5c: X5C };
export const jwtKey = bundleKey(es256.neighbour, { use: "jwt-svid", kid: "jwt-1" });

/** Two keys for WIT-SVIDs. */
export const KEYS = [bundleKey(es256.issuer), bundleKey(rs256.issuer)];
export const KIDS = KEYS.map(({ kid }) => kid);

/** The bundle of a trust domain that has everything. */
export const FULL = { keys: [x509Key, jwtKey, ...KEYS], spiffe_sequence: 7, spiffe_refresh_hint: 300 };

/** @param {unknown} bundle the bundle, or its text */
const inputOf = (bundle) => ({ bundle, trustDomain: "example.org" });

/**
 * A bundle that is read.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {unknown} bundle
 * @param {Json} output
 */
export function bundleAccepted(id, description, requirements, bundle, output) {
  return makeCase("parseBundle", id, description, requirements, inputOf(bundle), acceptWith(output));
}

/** @param {string} id @param {string} description @param {string} requirements @param {unknown} bundle */
export function bundleRejected(id, description, requirements, bundle) {
  const expected = rejectWith("trust_bundle_malformed");
  return makeCase("parseBundle", id, description, requirements, inputOf(bundle), expected);
}

/**
 * A bundle with a key that cannot be used: the others may count all the same, or none.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {unknown} bundle
 */
export function bundleLeftOpen(id, description, requirements, bundle) {
  const note =
    "The specification does not say what comes of the other keys. Ours counts them, so that a faulty entry does not " +
    "keep an older bundle in use; go-spiffe refuses the bundle.";
  return makeCase("parseBundle", id, description, requirements, inputOf(bundle), { result: "either" }, { note });
}
