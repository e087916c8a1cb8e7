// @ts-check
import { es256, keyOf, rs256 } from "../keys.mjs";
import { nestedTo } from "../tokens.mjs";
import { bundleAccepted, bundleKey, bundleLeftOpen, FULL, jwtKey, KEYS, KIDS, x509Key } from "./bundles.mjs";

/** @typedef {import("../cases.mjs").Json} Json */

const IGNORED = "BUNDLE-4.1.3.02 BUNDLE-4.2.2.01 BUNDLE-4.2.2.02 WITSVID-6.2.01 WITSVID-6.2.02";
const UNKNOWN_TYPE = "BUNDLE-4.1.3.02 BUNDLE-4.2.1.01 BUNDLE-4.2.1.02";
const [first = bundleKey(es256.issuer), second = bundleKey(rs256.issuer)] = KEYS;

/** An entry that is left out, beside one that is not. @param {string} id @param {string} description @param {string} requirements @param {Json} entry */
const ignored = (id, description, requirements, entry) =>
  bundleAccepted(id, description, requirements, { keys: [entry, second] }, { witKeys: [second.kid] });

/** @param {string} id @param {string} description @param {string} number as it is written */
const sequence = (id, description, number) =>
  bundleAccepted(id, description, "BUNDLE-4.1.1.02 BUNDLE-4.1.1.04", `{"spiffe_sequence":${number},"keys":[]}`, {
    sequence: BigInt(number),
    witKeys: [],
  });

/** @param {string} id @param {string} description @param {number} seconds */
const hint = (id, description, seconds) =>
  bundleAccepted(
    id,
    description,
    "BUNDLE-4.1.2.02",
    { keys: [], spiffe_refresh_hint: seconds },
    { refreshHint: seconds },
  );

/** @type {import("../cases.mjs").VectorFile} */
export const acceptedBundles = {
  suite: "spiffe-bundle",
  name: "accepted",
  spec: "spiffe-bundle",
  description: "SPIFFE bundles that are read, and which of their keys are for WIT-SVIDs.",
  context: {},
  cases: [
    bundleAccepted(
      "full",
      "keys for all kinds of SVIDs, a sequence number and a refresh hint",
      "BUNDLE-4.01 BUNDLE-4.1.1.01 BUNDLE-4.1.1.02 BUNDLE-4.1.2.01 BUNDLE-4.1.2.02 BUNDLE-4.1.3.01 BUNDLE-4.2.1.01 BUNDLE-4.2.2.01 WITSVID-6.1.01 WITSVID-6.1.02 WITSVID-6.1.03 WITSVID-6.2.01 WITSVID-6.2.02",
      FULL,
      { sequence: 7, refreshHint: 300, witKeys: KIDS },
    ),
    bundleAccepted("as-text", "the same as text", "BUNDLE-4.01", JSON.stringify(FULL, undefined, 2), {
      sequence: 7,
      refreshHint: 300,
      witKeys: KIDS,
    }),
    bundleAccepted(
      "only-keys",
      "nothing but keys",
      "BUNDLE-4.1.02 BUNDLE-4.1.1.01 BUNDLE-4.1.2.01",
      { keys: KEYS },
      { sequence: null, refreshHint: null, witKeys: KIDS },
    ),
    bundleAccepted(
      "no-keys",
      "no keys, which leaves nobody in",
      "BUNDLE-4.1.3.01 BUNDLE-4.1.3.03",
      { keys: [] },
      {
        witKeys: [],
      },
    ),
    bundleAccepted(
      "no-wit-keys",
      "keys for other SVIDs only",
      "BUNDLE-4.1.3.03 WITSVID-6.2.03",
      { keys: [x509Key, jwtKey] },
      { witKeys: [] },
    ),
    bundleAccepted(
      "other-members",
      "members that nobody knows, and such as the prose calls by other names",
      "BUNDLE-4.1.01",
      { ...FULL, refresh_hint: "x", sequence: -1, trust_domain: "partner.example", "": [{}] },
      { sequence: 7, refreshHint: 300, witKeys: KIDS },
    ),
    bundleAccepted(
      "nesting",
      "a member that nests to the sixteenth level",
      "BUNDLE-4.01",
      { keys: KEYS, x: nestedTo(16) },
      { witKeys: KIDS },
    ),
    bundleAccepted(
      "members-of-keys",
      "members of keys that nobody knows, and a certificate beside a key for WIT-SVIDs",
      "BUNDLE-4.1.01 WITSVID-6.2.02",
      { keys: [{ ...first, x5c: x509Key.x5c, x: first["x"], extra: { a: 1 } }] },
      { witKeys: [first.kid] },
    ),
    bundleAccepted(
      "key-labels",
      "keys with an alg and key_ops that allow verifying",
      "WITSVID-6.2.02",
      {
        keys: [
          { ...first, alg: "ES256", key_ops: ["verify"] },
          { ...second, alg: "PS256" },
        ],
      },
      { witKeys: KIDS },
    ),
    bundleAccepted(
      "sequence-in-object",
      "a sequence number that a double does not hold",
      "BUNDLE-4.1.1.04",
      { keys: [], spiffe_sequence: 9007199254740993n },
      { sequence: 9007199254740993n },
    ),
    sequence("sequence-zero", "sequence number 0", "0"),
    sequence("sequence-53-bits", "the largest integer that a double is sure of", "9007199254740991"),
    sequence("sequence-54-bits", "a sequence number that a double does not hold", "9007199254740993"),
    sequence("sequence-63-bits", "the largest number of 63 bits", "9223372036854775807"),
    sequence("sequence-64-bits", "the largest number of 64 bits", "18446744073709551615"),
    hint("hint-one", "a refresh hint of a second", 1),
    hint("hint-zero", "a refresh hint of nothing at all", 0),
    hint("hint-year", "a refresh hint of a year", 31536000),

    ignored("use-missing", "a key without use", IGNORED, { ...first, use: undefined }),
    ignored("use-sig", "a key of the use that JWK Sets have", IGNORED, { ...first, use: "sig" }),
    ignored("use-letter-case", "a use in upper case", IGNORED, { ...first, use: "WIT-SVID" }),
    ignored("use-unknown", "a use that nobody knows", IGNORED, { ...first, use: "fit-svid" }),
    ignored("use-null", "a use that is null", IGNORED, { ...first, use: null }),
    ignored("use-jwt-svid", "a key for JWT-SVIDs", "WITSVID-6.2.01 WITSVID-6.2.02 WITSVID-6.2.03", jwtKey),
    ignored("use-x509-svid", "a key for X.509-SVIDs", "WITSVID-6.2.01 WITSVID-6.2.02 WITSVID-6.2.03", x509Key),
    ignored("kty-missing", "a key without kty", UNKNOWN_TYPE, { ...first, kty: undefined }),
    ignored("kty-unknown", "a kty that nobody knows", UNKNOWN_TYPE, { use: "wit-svid", kid: "x", kty: "XYZ", z: "AA" }),
    ignored("kty-letter-case", "a kty in lower case", UNKNOWN_TYPE, { ...first, kty: "ec" }),
    ignored("kid-of-unknown-type", "a key of unknown type whose kid another one has", UNKNOWN_TYPE, {
      use: "wit-svid",
      kid: second.kid,
      kty: "XYZ",
    }),
    ignored("kid-of-unknown-use", "a key of unknown use whose kid another one has", IGNORED, {
      ...first,
      use: "sig",
      kid: second.kid,
    }),

    bundleLeftOpen("no-kid", "a key for WIT-SVIDs without kid", "WITSVID-6.1.02", {
      keys: [{ ...first, kid: undefined }, second],
    }),
    bundleLeftOpen("kid-twice", "two keys for WIT-SVIDs with one kid", "WITSVID-6.1.03", {
      keys: [first, bundleKey(es256.stranger), second],
    }),
    bundleLeftOpen("kid-of-jwt-key", "a key for JWT-SVIDs and one for WIT-SVIDs with one kid", "WITSVID-6.1.03", {
      keys: [{ ...jwtKey, kid: first.kid }, first, second],
    }),
    bundleLeftOpen("private-key", "a private key", "WITSVID-6.2.02", {
      keys: [{ ...keyOf("ES256", "issuer").privateJwk, use: "wit-svid", kid: "private" }, second],
    }),
    bundleLeftOpen("off-curve", "a point that is not on its curve", "WITSVID-6.2.02", {
      keys: [{ ...first, y: first["x"] }, second],
    }),
  ],
};
