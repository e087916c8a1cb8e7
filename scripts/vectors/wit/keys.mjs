// @ts-check
import { inBothFamilies, witRejected, WIT_CONTEXT } from "../cases.mjs";
import { ed25519Family, es256, inKeySet, keyOf } from "../keys.mjs";
import { makeWit, ORIGIN } from "../tokens.mjs";

const NOT_FOUND = "wit_key_not_found";
const INVALID = "wit_signature_invalid";

/** @param {unknown[]} keys @param {import("../cases.mjs").Json} [options] */
const trusting = (keys, options = {}) => ({ context: { trust: { [ORIGIN]: { keys, ...options } } } });

/** @type {import("../cases.mjs").VectorFile} */
export const witKeys = {
  suite: "wit",
  name: "keys",
  spec: "draft-ietf-wimse-workload-creds-03",
  description: "Which key verifies a WIT: one that is configured for the trust domain in sub, and no other.",
  context: WIT_CONTEXT,
  cases: [
    ...inBothFamilies((family) => {
      const foreign = { sub: "wimse://partner.example/agent" };
      const { partner, stranger, issuer, agent } = family;
      return [
        witRejected(
          "trust-domain-unknown",
          "a trust domain that is not configured",
          "CREDS-5.1.4.03 CREDS-3.01 ID-7.3.01 ID-7.3.03",
          "wit_trust_domain_unknown",
          makeWit(family, { claims: foreign }),
        ),
        witRejected(
          "subdomain",
          "a trust domain below the configured one",
          "CREDS-3.01 ID-7.3.01",
          "wit_trust_domain_unknown",
          makeWit(family, { claims: { sub: "wimse://sub.example.com/agent" } }),
        ),
        witRejected(
          "other-scheme",
          "the configured trust domain under another scheme",
          "ID-4.2.01 CREDS-3.01",
          "wit_trust_domain_unknown",
          makeWit(family, { claims: { sub: "spiffe://example.com/agent" } }),
        ),
        witRejected(
          "key-of-other-domain",
          "signed with the key of another trust domain that is configured, which has the same kid",
          "CREDS-3.01 CREDS-3.04 CREDS-5.1.4.05 ID-7.3.02",
          INVALID,
          makeWit(family, { key: partner }),
          {
            context: {
              trust: {
                [ORIGIN]: { keys: [inKeySet(issuer)] },
                "wimse://partner.example": { keys: [inKeySet(partner)] },
              },
            },
          },
        ),
        witRejected(
          "kid-of-other-domain",
          "a kid that only another trust domain has",
          "CREDS-3.01 CREDS-3.04 CREDS-3.07",
          NOT_FOUND,
          makeWit(family, { key: { ...partner, kid: "partner" } }),
          {
            context: {
              trust: {
                [ORIGIN]: { keys: [inKeySet(issuer)] },
                "wimse://partner.example": { keys: [inKeySet({ ...partner, kid: "partner" })] },
              },
            },
          },
        ),
        witRejected(
          "no-keys",
          "a trust domain without keys",
          "CREDS-3.01",
          [NOT_FOUND, "wit_trust_domain_unknown"],
          makeWit(family),
          trusting([]),
        ),
        witRejected(
          "kid-unknown",
          "a kid that is not in the key set, with a signature that one of its keys verifies",
          "CREDS-3.07",
          NOT_FOUND,
          makeWit(family, { header: { kid: "unknown" } }),
        ),
        witRejected(
          "kid-letter-case",
          "a kid in another letter case",
          "CREDS-3.07",
          NOT_FOUND,
          makeWit(family, { header: { kid: issuer.kid.toUpperCase() } }),
        ),
        witRejected("kid-empty", "an empty kid", "CREDS-3.07", NOT_FOUND, makeWit(family, { header: { kid: "" } })),
        witRejected(
          "kid-number",
          "a kid that is a number",
          "CREDS-3.07",
          ["wit_malformed", NOT_FOUND],
          makeWit(family, { header: { kid: 1 } }),
          trusting([inKeySet({ ...issuer, kid: "1" })]),
        ),
        witRejected(
          "kid-of-second-key",
          "the kid of another key of the trust domain than the one that signed",
          "CREDS-3.07 CREDS-3.05",
          INVALID,
          makeWit(family, { header: { kid: "next" } }),
          trusting([inKeySet(issuer), inKeySet(keyOf(family.alg, "partner", "next"))]),
        ),
        witRejected(
          "kid-of-other-type",
          "the kid of a key for another algorithm",
          "CREDS-3.07",
          [NOT_FOUND, "wit_algorithm_not_allowed", INVALID],
          makeWit(family, { header: { kid: (family === es256 ? ed25519Family : es256).issuer.kid } }),
        ),
        witRejected(
          "ambiguous",
          "no kid, and two keys for the algorithm",
          "CREDS-3.08",
          "wit_key_ambiguous",
          makeWit(family, { header: { kid: undefined } }),
          trusting([inKeySet(issuer), inKeySet(keyOf(family.alg, "partner", "next"))]),
        ),
        witRejected(
          "key-for-encryption",
          "a key of the trust domain for encryption",
          "CREDS-3.07",
          [NOT_FOUND, INVALID],
          makeWit(family),
          trusting([{ ...inKeySet(issuer), use: "enc" }]),
        ),
        witRejected(
          "key-not-for-verifying",
          "a key of the trust domain that may do anything but verify",
          "CREDS-3.07",
          [NOT_FOUND, INVALID],
          makeWit(family),
          trusting([{ ...inKeySet(issuer), key_ops: ["encrypt", "wrapKey"] }]),
        ),
        witRejected(
          "key-for-jwt-svids",
          "a key of the trust domain for JWT-SVIDs",
          "CREDS-3.07",
          [NOT_FOUND, INVALID],
          makeWit(family),
          trusting([{ ...inKeySet(issuer), use: "jwt-svid" }]),
        ),
        witRejected(
          "kid-twice",
          "two keys with the kid of the WIT, one of them the right one",
          "CREDS-3.07 CREDS-3.08",
          ["configuration_invalid", "wit_key_ambiguous", NOT_FOUND],
          makeWit(family),
          trusting([inKeySet(issuer), inKeySet(stranger)]),
        ),

        witRejected(
          "jwk-in-header",
          "the stranger's key in the header",
          "CREDS-3.03",
          INVALID,
          makeWit(family, { key: stranger, header: { jwk: stranger.publicJwk } }),
        ),
        witRejected(
          "jwk-in-header-no-kid",
          "the stranger's key in the header, and no kid",
          "CREDS-3.03",
          INVALID,
          makeWit(family, { key: stranger, header: { kid: undefined, jwk: stranger.publicJwk } }),
        ),
        witRejected(
          "jku-in-header",
          "a URL of keys in the header",
          "CREDS-3.03",
          NOT_FOUND,
          makeWit(family, { key: { ...stranger, kid: "theirs" }, header: { jku: "https://evil.example/jwks" } }),
        ),
        witRejected(
          "x5u-in-header",
          "a URL of certificates in the header",
          "CREDS-3.03",
          INVALID,
          makeWit(family, { key: stranger, header: { x5u: "https://evil.example/chain.pem" } }),
        ),
        witRejected(
          "iss-with-keys",
          "an https iss at which keys could be found",
          "CREDS-3.03 CREDS-5.1.3.03",
          NOT_FOUND,
          makeWit(family, { key: { ...stranger, kid: "theirs" }, claims: { iss: "https://evil.example" } }),
        ),
        witRejected(
          "iss-of-unknown-domain",
          "an https iss for a trust domain that is not configured",
          "CREDS-3.03 CREDS-5.1.3.03 ID-7.3.02",
          "wit_trust_domain_unknown",
          makeWit(family, { key: partner, claims: { ...foreign, iss: "https://partner.example" } }),
        ),
        witRejected(
          "signed-by-itself",
          "signed with the key that it binds",
          "CREDS-3.04 CREDS-5.1.4.05",
          INVALID,
          makeWit(family, { key: { ...agent, kid: issuer.kid } }),
        ),
      ];
    }),
    witRejected(
      "eddsa-for-ed25519",
      "alg EdDSA, and a key that says Ed25519",
      "CREDS-3.07",
      [NOT_FOUND, "wit_algorithm_not_allowed"],
      makeWit(ed25519Family, { header: { alg: "EdDSA" } }),
    ),
    witRejected(
      "ed25519-for-eddsa",
      "alg Ed25519, and a key that says EdDSA",
      "CREDS-3.07",
      [NOT_FOUND, "wit_algorithm_not_allowed"],
      makeWit(ed25519Family),
      trusting([{ ...inKeySet(ed25519Family.issuer), alg: "EdDSA" }]),
    ),
    witRejected(
      "es384-with-p256",
      "alg ES384, and a key on P-256",
      "CREDS-3.07",
      [NOT_FOUND, "wit_algorithm_not_allowed", INVALID],
      makeWit(es256, { header: { alg: "ES384" } }),
    ),
  ],
};
