// @ts-check
import { inBothFamilies, makeCase, rejectWith, witAccepted, witRejected, WIT_CONTEXT } from "../cases.mjs";
import { base64url, ed25519Family, es256, inKeySet, keyOf } from "../keys.mjs";
import { shortRsa } from "../rsa-keys.mjs";
import { makeWit, ORIGIN } from "../tokens.mjs";

const INVALID = "wit_confirmation_invalid";
const KEY = "CREDS-5.1.09";
const JWK = "CREDS-5.1.09 CREDS-5.1.4.06";
const ALG = "CREDS-5.1.12 CREDS-5.1.4.06";

/** @param {string} hex */
const bytes = (hex) => base64url(Buffer.from(hex, "hex"));

/** A coordinate that is one more than that of a point. @param {unknown} coordinate */
function increased(coordinate) {
  const octets = Buffer.from(String(coordinate), "base64url");
  octets[31] = (octets[31] ?? 0) ^ 1;
  return base64url(octets);
}

/** Ed25519 keys that are none, or that anybody can sign for; each is the encoding of a point. */
const ED25519_POINTS = [
  ["neutral", "the neutral element", `01${"00".repeat(31)}`],
  ["order-2", "a point of order 2", `ec${"ff".repeat(30)}7f`],
  ["order-4", "a point of order 4", "00".repeat(32)],
  ["order-8", "a point of order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
  ["not-canonical", "a point whose y is not reduced", `f0${"ff".repeat(30)}7f`],
  ["negative-zero", "the neutral element with the sign of x set", `01${"00".repeat(30)}80`],
  ["off-curve", "an encoding that no point has", `02${"00".repeat(31)}`],
];

/** @type {import("../cases.mjs").VectorFile} */
export const witConfirmation = {
  suite: "wit",
  name: "confirmation",
  spec: "draft-ietf-wimse-workload-creds-03",
  description: "The key that a WIT binds: what it may be, and what it may not.",
  context: WIT_CONTEXT,
  cases: [
    ...inBothFamilies((family) => {
      const { publicJwk, privateJwk } = family.agent;
      const other = family === es256 ? ed25519Family : es256;
      /** @param {unknown} cnf */
      const confirming = (cnf) => makeWit(family, { claims: { cnf } });
      /** @param {import("../tokens.mjs").Json} changes */
      const binding = (changes) => confirming({ jwk: { ...publicJwk, ...changes } });
      /** @param {string} id @param {string} description @param {string} alg @param {string} requirements */
      const wrongAlg = (id, description, alg, requirements) =>
        witRejected(id, description, requirements, INVALID, binding({ alg }));
      return [
        witRejected("cnf-missing", "no cnf", "CREDS-5.1.08 CREDS-5.1.4.06", INVALID, confirming(undefined)),
        witRejected("cnf-null", "cnf null", "CREDS-5.1.08", INVALID, confirming(null)),
        witRejected("cnf-string", "cnf that is a string", "CREDS-5.1.08", INVALID, confirming("key")),
        witRejected("cnf-array", "cnf in an array", "CREDS-5.1.08", INVALID, confirming([{ jwk: publicJwk }])),
        witRejected(
          "jwk-beside-cnf",
          "the key in a claim of its own",
          "CREDS-5.1.08",
          INVALID,
          makeWit(family, { claims: { cnf: undefined, jwk: publicJwk } }),
        ),
        witRejected("jwk-missing", "an empty cnf", JWK, INVALID, confirming({})),
        witRejected("cnf-kid", "a kid in the place of the key", JWK, INVALID, confirming({ kid: family.agent.kid })),
        witRejected(
          "cnf-jkt",
          "a thumbprint in the place of the key",
          JWK,
          INVALID,
          confirming({ jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        ),
        witRejected(
          "cnf-x5t",
          "the hash of a certificate in the place of the key",
          JWK,
          INVALID,
          confirming({ "x5t#S256": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        ),
        witRejected(
          "cnf-jwe",
          "an encrypted key in the place of the key",
          JWK,
          INVALID,
          confirming({ jwe: "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d" }),
        ),
        witRejected("jwk-array", "a list of keys", JWK, INVALID, confirming({ jwk: [publicJwk] })),
        witRejected("jwk-text", "the key as a text", JWK, INVALID, confirming({ jwk: JSON.stringify(publicJwk) })),

        witRejected("alg-missing", "a key without alg", ALG, INVALID, binding({ alg: undefined })),
        witRejected(
          "alg-beside-jwk",
          "alg beside the key instead of in it",
          ALG,
          INVALID,
          confirming({ alg: family.alg, jwk: { ...publicJwk, alg: undefined } }),
        ),
        witRejected("alg-null", "alg null", ALG, INVALID, binding({ alg: null })),
        wrongAlg("alg-none", "alg none", "none", "CREDS-5.1.15"),
        wrongAlg("alg-hs256", "a MAC", "HS256", "CREDS-5.1.16"),
        wrongAlg("alg-a128gcm", "a symmetric encryption algorithm", "A128GCM", "CREDS-5.1.16 CREDS-5.1.17"),
        wrongAlg("alg-ecdh-es", "a key agreement algorithm", "ECDH-ES", "CREDS-5.1.17"),
        wrongAlg("alg-rsa-oaep", "an encryption algorithm", "RSA-OAEP", "CREDS-5.1.17"),
        wrongAlg("alg-unknown", "an algorithm that does not exist", "foo", "CREDS-5.1.13"),
        wrongAlg(
          "alg-letter-case",
          "an algorithm in another letter case",
          family.alg === "ES256" ? "es256" : "ED25519",
          "CREDS-5.1.13",
        ),
        wrongAlg(
          "alg-of-http-signatures",
          "the name that HTTP signatures have for the algorithm",
          family.alg === "ES256" ? "ecdsa-p256-sha256" : "ed25519",
          "CREDS-5.1.13",
        ),
        wrongAlg("alg-of-other-key", "the algorithm of another kind of key", other.alg, `${KEY} CREDS-5.1.13`),
        witRejected(
          "alg-not-listed",
          "an algorithm that the trust domain does not list",
          "CREDS-3.06",
          INVALID,
          confirming({ jwk: other.agent.publicJwk }),
          {
            context: { trust: { [ORIGIN]: { keys: [inKeySet(family.issuer)], algorithms: [family.alg] } } },
          },
        ),

        witRejected("private-key", "the private key", KEY, INVALID, confirming({ jwk: privateJwk })),
        witRejected("private-member", "an empty private member", KEY, INVALID, binding({ d: "" })),
        witRejected("kty-missing", "a key without kty", KEY, INVALID, binding({ kty: undefined })),
        witRejected(
          "kty-oct",
          "a symmetric key",
          `${KEY} CREDS-5.1.16`,
          INVALID,
          confirming({ jwk: { kty: "oct", k: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", alg: family.alg } }),
        ),
        witRejected("crv-missing", "a key without its curve", KEY, INVALID, binding({ crv: undefined })),
        witRejected("crv-other", "another curve than that of the algorithm", KEY, INVALID, binding({ crv: "P-521" })),
        witRejected("x-missing", "a key without x", KEY, INVALID, binding({ x: undefined })),
        witRejected("x-number", "x that is a number", KEY, INVALID, binding({ x: 1 })),
        witRejected(
          "x-short",
          "x without its last byte",
          KEY,
          INVALID,
          binding({ x: base64url(Buffer.from(String(publicJwk["x"]), "base64url").subarray(0, 31)) }),
        ),
        witRejected("x-padded", "x with padding", KEY, INVALID, binding({ x: `${publicJwk["x"]}=` })),
        witRejected("use-enc", "a key for encryption", KEY, INVALID, binding({ use: "enc" })),
        witRejected(
          "key-ops-encrypt",
          "a key that may do anything but verify",
          KEY,
          INVALID,
          binding({ key_ops: ["encrypt"] }),
        ),
      ];
    }),
    witRejected(
      "ec-off-curve",
      "coordinates that are no point of the curve",
      KEY,
      INVALID,
      bindingOf(es256, { y: increased(es256.agent.publicJwk["y"]) }),
    ),
    witRejected("ec-y-missing", "a point without y", KEY, INVALID, bindingOf(es256, { y: undefined })),
    witRejected(
      "ec-zero",
      "zeros in the place of a point",
      KEY,
      INVALID,
      bindingOf(es256, { x: bytes("00".repeat(32)), y: bytes("00".repeat(32)) }),
    ),
    witRejected(
      "ec-too-long",
      "x with a zero in front",
      KEY,
      INVALID,
      bindingOf(es256, {
        x: base64url(Buffer.concat([Buffer.of(0), Buffer.from(String(es256.agent.publicJwk["x"]), "base64url")])),
      }),
    ),
    ...ED25519_POINTS.map(([id, description = "", hex = ""]) =>
      witRejected(`ed25519-${id}`, description, KEY, INVALID, bindingOf(ed25519Family, { x: bytes(hex) })),
    ),
    witRejected(
      "rsa-1024",
      "an RSA key of 1024 bits",
      KEY,
      INVALID,
      makeWit(es256, { claims: { cnf: { jwk: { ...shortRsa, alg: "RS256" } } } }),
    ),
    witRejected(
      "rsa-e-1",
      "an RSA key with the exponent 1",
      KEY,
      INVALID,
      makeWit(es256, { claims: { cnf: { jwk: { ...keyOf("RS256", "agent").publicJwk, e: "AQ" } } } }),
    ),
    witRejected(
      "rsa-private-prime",
      "an RSA key with one of its primes",
      KEY,
      INVALID,
      makeWit(es256, {
        claims: { cnf: { jwk: { ...keyOf("RS256", "agent").publicJwk, p: keyOf("RS256", "agent").privateJwk["p"] } } },
      }),
    ),
    witAccepted(
      "rsa-2048",
      "an RSA key of 2048 bits",
      KEY,
      makeWit(es256, { claims: { cnf: { jwk: keyOf("RS256", "agent").publicJwk } } }),
    ),
    // a key of the trust domain that cannot be right is found when the recipient is set up, or when it is used
    makeCase(
      "verifyWit",
      "trust-private-key",
      "the private key of the issuer in the key set of the recipient",
      KEY,
      { wit: makeWit(es256) },
      rejectWith(["configuration_invalid", "wit_key_not_found"]),
      {
        context: { trust: { [ORIGIN]: { keys: [{ ...es256.issuer.privateJwk, kid: es256.issuer.kid }] } } },
      },
    ),
  ],
};

/** @param {import("../keys.mjs").Family} family @param {import("../tokens.mjs").Json} changes */
function bindingOf(family, changes) {
  return makeWit(family, { claims: { cnf: { jwk: { ...family.agent.publicJwk, ...changes } } } });
}
