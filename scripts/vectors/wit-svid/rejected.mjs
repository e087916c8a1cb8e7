// @ts-check
import { inFamilies, LIMIT, makeCase, rejectWith, witRejected } from "../cases.mjs";
import { inKeySet, keyOf, SVID_FAMILIES } from "../keys.mjs";
import { NOW, withFlippedBit } from "../tokens.mjs";
import { makeSvid, SVID_CONTEXT, svidTrust } from "./accepted.mjs";

const TYPE = "WITSVID-2.2.01 SPIFFEID-3.3.01";
const SUBJECT = "WITSVID-3.1.01";
const CONFIRMATION = "wit_confirmation_invalid";

/** @type {import("../cases.mjs").VectorFile} */
export const rejectedSvids = {
  suite: "wit-svid",
  name: "rejected",
  spec: "spiffe-wit-svid",
  description: "WITs that are no WIT-SVIDs, and WIT-SVIDs that do not verify.",
  context: SVID_CONTEXT,
  cases: inFamilies(SVID_FAMILIES, (family) => {
    /** @param {import("../tokens.mjs").Json} claims */
    const withClaims = (claims) => makeSvid(family, { claims });
    /** @param {import("../tokens.mjs").Json} header */
    const withHeader = (header) => makeSvid(family, { header });
    const ed25519 = keyOf("Ed25519", "agent").publicJwk;
    return [
      witRejected(
        "kid-missing",
        "no kid, and one key for the algorithm",
        "WITSVID-2.1.01 WITSVID-1.01",
        ["wit_malformed", "wit_key_not_found"],
        withHeader({ kid: undefined }),
      ),
      witRejected(
        "kid-letter-case",
        "a kid in another letter case",
        "WITSVID-2.1.02",
        "wit_key_not_found",
        withHeader({ kid: family.issuer.kid.toUpperCase() }),
      ),
      witRejected("typ-missing", "no typ", TYPE, "wit_type_mismatch", withHeader({ typ: undefined })),
      witRejected("typ-jwt-svid", "the typ of a JWT-SVID", TYPE, "wit_type_mismatch", withHeader({ typ: "JWT" })),
      witRejected("typ-jose", "the other typ of a JWT-SVID", TYPE, "wit_type_mismatch", withHeader({ typ: "JOSE" })),
      witRejected(
        "alg-none",
        "alg none",
        "WITSVID-2.3.02 CREDS-5.1.01",
        "wit_algorithm_not_allowed",
        withHeader({ alg: "none" }),
      ),
      witRejected(
        "alg-hs256",
        "a MAC",
        "WITSVID-2.3.02 CREDS-5.1.01",
        "wit_algorithm_not_allowed",
        withHeader({ alg: "HS256" }),
      ),
      witRejected(
        "alg-ed25519",
        "signed with Ed25519, by a key of the trust domain",
        "WITSVID-2.3.01 WITSVID-2.3.02 WITSVID-1.01 CREDS-3.06",
        "wit_algorithm_not_allowed",
        makeSvid(family, { key: keyOf("Ed25519", "issuer") }),
      ),
      witRejected(
        "alg-eddsa",
        "the older name of Ed25519",
        "WITSVID-2.3.01 WITSVID-2.3.02 CREDS-3.06",
        "wit_algorithm_not_allowed",
        makeSvid(family, { key: keyOf("EdDSA", "issuer", "issuer") }),
        { context: { trust: svidTrust([inKeySet(keyOf("EdDSA", "issuer", "issuer"))]) } },
      ),
      witRejected(
        "crit",
        "a critical parameter that nobody knows",
        "WITSVID-2.4.02",
        "wit_critical_header_unsupported",
        withHeader({ crit: ["x-ver"], "x-ver": 1 }),
      ),

      witRejected("sub-missing", "no sub", SUBJECT, "wit_subject_invalid", withClaims({ sub: undefined })),
      witRejected(
        "sub-not-canonical",
        "a SPIFFE ID with a trust domain in capitals",
        SUBJECT,
        "wit_subject_invalid",
        withClaims({ sub: "spiffe://Example.org/ns/prod/sa/agent" }),
      ),
      witRejected(
        "sub-trust-domain",
        "a SPIFFE ID of a trust domain",
        `${SUBJECT} SPIFFEID-2.05`,
        "wit_subject_invalid",
        withClaims({ sub: "spiffe://example.org" }),
      ),
      witRejected(
        "sub-wimse",
        "a Workload Identifier that is no SPIFFE ID",
        `${SUBJECT} SPIFFEID-2.01 WITSVID-1.01`,
        ["wit_subject_invalid", "configuration_invalid"],
        withClaims({ sub: "wimse://example.org/agent" }),
        {
          context: { trust: { "wimse://example.org": { keys: [inKeySet(family.issuer)], profile: "wit-svid" } } },
        },
      ),
      witRejected(
        "sub-https",
        "an https URI",
        `${SUBJECT} SPIFFEID-2.01`,
        ["wit_subject_invalid", "configuration_invalid"],
        withClaims({ sub: "https://example.org/agent" }),
        {
          context: { trust: { "https://example.org": { keys: [inKeySet(family.issuer)], profile: "wit-svid" } } },
        },
      ),
      witRejected(
        "sub-in-header",
        "the SPIFFE ID in the header only",
        `${SUBJECT} SPIFFEID-3.2.01`,
        "wit_subject_invalid",
        makeSvid(family, { header: { sub: "spiffe://example.org/ns/prod/sa/agent" }, claims: { sub: undefined } }),
      ),
      witRejected(
        "cnf-missing",
        "no cnf",
        "WITSVID-3.2.01 WITSVID-3.2.02 CREDS-5.1.08",
        CONFIRMATION,
        withClaims({ cnf: undefined }),
      ),
      witRejected(
        "cnf-in-header",
        "cnf in the header only",
        "WITSVID-3.2.01 WITSVID-3.2.02 SPIFFEID-3.2.01 CREDS-5.1.08",
        CONFIRMATION,
        makeSvid(family, { header: { cnf: { jwk: family.agent.publicJwk } }, claims: { cnf: undefined } }),
      ),
      witRejected(
        "cnf-jkt",
        "a thumbprint in the place of the key",
        "WITSVID-3.2.03 CREDS-5.1.09",
        CONFIRMATION,
        withClaims({ cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }),
      ),
      witRejected(
        "cnf-no-alg",
        "a key without alg",
        "WITSVID-3.2.03",
        CONFIRMATION,
        withClaims({ cnf: { jwk: { ...family.agent.publicJwk, alg: undefined } } }),
      ),
      witRejected(
        "cnf-ed25519",
        "a key for Ed25519",
        "WITSVID-3.2.04 CREDS-3.06",
        CONFIRMATION,
        withClaims({ cnf: { jwk: ed25519 } }),
      ),
      witRejected(
        "cnf-eddsa",
        "a key for EdDSA",
        "WITSVID-3.2.04 CREDS-3.06",
        CONFIRMATION,
        withClaims({ cnf: { jwk: { ...ed25519, alg: "EdDSA" } } }),
      ),
      witRejected(
        "aud",
        "an audience",
        "WITSVID-3.8.01",
        "wit_audience_forbidden",
        withClaims({ aud: "https://svc.example.com" }),
      ),
      witRejected(
        "aud-empty",
        "an empty list of audiences",
        "WITSVID-3.8.01",
        ["wit_audience_forbidden", "wit_claim_invalid"],
        withClaims({ aud: [] }),
      ),
      witRejected(
        "jti-number",
        "jti that is a number",
        "WITSVID-3.3.01 CREDS-5.1.07",
        "wit_claim_invalid",
        withClaims({ jti: 1 }),
      ),
      witRejected(
        "iss-number",
        "iss that is a number",
        "WITSVID-3.7.01 CREDS-5.1.04",
        "wit_claim_invalid",
        withClaims({ iss: 1 }),
      ),
      witRejected(
        "iat-string",
        "iat as a string",
        "WITSVID-3.6.01 CREDS-5.1.4.01",
        "wit_claim_invalid",
        withClaims({ iat: String(NOW) }),
      ),

      witRejected(
        "exp-missing",
        "no exp",
        "WITSVID-3.4.01 WITSVID-3.4.02",
        "wit_expiration_missing",
        withClaims({ exp: undefined }),
      ),
      witRejected(
        "expired",
        "expired, the leeway included",
        "WITSVID-3.4.03 WITSVID-3.4.04",
        "wit_expired",
        makeSvid(family),
        { context: { now: NOW + 3605 } },
      ),
      witRejected(
        "after-longest-tolerance",
        "expired, the longest leeway included",
        "WITSVID-3.4.03 WITSVID-3.4.04",
        "wit_expired",
        makeSvid(family),
        { context: { now: NOW + 3720, policy: { clockTolerance: 120 } } },
      ),
      makeCase(
        "verifyWit",
        "leeway-of-an-hour",
        "a leeway of an hour, which no recipient may have",
        "WITSVID-3.4.04",
        { wit: makeSvid(family) },
        rejectWith(["configuration_invalid", "wit_expired"]),
        { context: { now: NOW + 5400, policy: { clockTolerance: 3600 } } },
      ),
      witRejected(
        "nbf-ahead",
        "nbf ahead by more than the leeway",
        "WITSVID-3.5.02",
        "wit_not_yet_valid",
        withClaims({ nbf: NOW + 6 }),
      ),
      witRejected(
        "nbf-string",
        "nbf as a string",
        "WITSVID-3.5.01 CREDS-5.1.4.01",
        "wit_claim_invalid",
        withClaims({ nbf: String(NOW) }),
      ),
      witRejected(
        "lifespan",
        "exp - nbf longer than the configuration allows",
        "WITSVID-3.5.03",
        "wit_lifetime_too_long",
        withClaims({ nbf: NOW - 600, exp: NOW + 1206 }),
        { context: { policy: { maxLifetime: 1800 } }, note: LIMIT },
      ),
      witRejected(
        "signature",
        "one bit of the signature changed",
        "SPIFFEID-3.2.01",
        "wit_signature_invalid",
        makeSvid(family, { signature: withFlippedBit }),
      ),
    ];
  }),
};
