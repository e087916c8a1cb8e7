// @ts-check
import { nestedTo } from "../tokens.mjs";
import { bundleRejected, FULL, KEYS } from "./bundles.mjs";

const TEXT = JSON.stringify(FULL);
const [first] = KEYS;

/** @type {readonly [id: string, description: string, bundle: unknown][]} */
const NO_BUNDLES = [
  ["empty", "nothing", ""],
  ["null", "null", null],
  ["number", "a number", 1],
  ["array", "an array of keys", KEYS],
  ["array-as-text", "an array of keys, as text", JSON.stringify(KEYS)],
  ["string", "a text in a text", JSON.stringify(TEXT)],
  ["unfinished", "a bundle without its end", TEXT.slice(0, -1)],
  ["trailing-comma", "a comma after the last member", TEXT.replace(/}$/, ",}")],
  ["comment", "a comment", TEXT.replace("{", "{/**/")],
  ["byte-order-mark", "a byte order mark", `\ufeff${TEXT}`],
  ["two-bundles", "two bundles, one behind the other", TEXT + TEXT],
  ["nesting", "a member that nests to the seventeenth level", { ...FULL, x: nestedTo(17) }],
  ["pem", "a certificate in PEM", "-----BEGIN CERTIFICATE-----\nMIIBXjCC\n-----END CERTIFICATE-----\n"],
  ["keys-twice", "two arrays of keys", TEXT.replace(/}$/, ',"keys":[]}')],
  [
    "keys-twice-escaped",
    "two arrays of keys, one of them named with an escape",
    TEXT.replace("{", '{"\\u006beys":[],'),
  ],
  ["sequence-twice", "two sequence numbers", TEXT.replace(/}$/, ',"spiffe_sequence":8}')],
  ["use-twice", "a key with two uses", TEXT.replace('"use":"wit-svid"', '"use":"jwt-svid","use":"wit-svid"')],
  ["kid-twice-in-key", "a key with two names", TEXT.replace('"use":"wit-svid"', '"kid":"a","use":"wit-svid"')],
];

/** @type {readonly [id: string, description: string, keys: unknown][]} */
const NO_KEYS = [
  ["missing", "no keys", undefined],
  ["null", "keys that are null", null],
  ["object", "keys that are an object by name", { [first?.kid ?? ""]: first }],
  ["one", "keys that are one key", first],
  ["string", "keys that are a text", JSON.stringify(KEYS)],
  ["number", "keys that are a number", 0],
  ["with-null", "null among the keys", [...KEYS, null]],
  ["with-string", "a text among the keys", ["key", ...KEYS]],
  ["with-array", "an array among the keys", [KEYS]],
];

/** @type {readonly [id: string, description: string, number: string][]} */
const NO_INTEGERS = [
  ["string", "a text", '"7"'],
  ["fraction", "a number with a fraction", "7.5"],
  ["negative", "a negative number", "-1"],
  ["null", "null", "null"],
  ["boolean", "true", "true"],
  ["array", "an array", "[7]"],
  ["overflow", "a number that no double holds", "1e400"],
];

/** @param {string} name @param {string} value */
const withMember = (name, value) => `{"keys":[],${JSON.stringify(name)}:${value}}`;

/** @type {import("../cases.mjs").VectorFile} */
export const rejectedBundles = {
  suite: "spiffe-bundle",
  name: "rejected",
  spec: "spiffe-bundle",
  description: "Documents that are no SPIFFE bundles.",
  context: {},
  cases: [
    ...NO_BUNDLES.map(([id, description, bundle]) => bundleRejected(id, description, "BUNDLE-4.01", bundle)),
    ...NO_KEYS.map(([id, description, keys]) =>
      bundleRejected(`keys-${id}`, description, "BUNDLE-4.1.3.01", { ...FULL, keys }),
    ),
    ...NO_INTEGERS.map(([id, description, value]) =>
      bundleRejected(
        `sequence-${id}`,
        `${description} as the sequence number`,
        "BUNDLE-4.1.1.02",
        withMember("spiffe_sequence", value),
      ),
    ),
    ...NO_INTEGERS.map(([id, description, value]) =>
      bundleRejected(
        `hint-${id}`,
        `${description} as the refresh hint`,
        "BUNDLE-4.1.2.02",
        withMember("spiffe_refresh_hint", value),
      ),
    ),
  ],
};
