// @ts-check
import { inFamilies, WIT_CONTEXT, witAccepted } from "../cases.mjs";
import { es256, inKeySet, keyOf, rs256, SVID_FAMILIES } from "../keys.mjs";
import { makeWit, NOW } from "../tokens.mjs";

export const SPIFFE_ORIGIN = "spiffe://example.org";
export const SPIFFE_AGENT = "spiffe://example.org/ns/prod/sa/agent";

/** @typedef {import("../keys.mjs").Family} Family */

/** A trust domain under the rules of WIT-SVID. @param {unknown[]} keys @param {import("../cases.mjs").Json} [options] */
export const svidTrust = (keys, options = {}) => ({ [SPIFFE_ORIGIN]: { keys, profile: "wit-svid", ...options } });

export const SVID_CONTEXT = {
  ...WIT_CONTEXT,
  trust: svidTrust([inKeySet(es256.issuer), inKeySet(rs256.issuer), inKeySet(keyOf("Ed25519", "issuer"))]),
};

/**
 * A WIT-SVID, or one with changes.
 *
 * @param {Family} family
 * @param {import("../tokens.mjs").WitChanges} [changes]
 */
export const makeSvid = (family, { claims, ...changes } = {}) =>
  makeWit(family, { claims: { sub: SPIFFE_AGENT, ...claims }, ...changes });

const SOUND =
  "WITSVID-1.01 WITSVID-2.1.01 WITSVID-2.1.02 WITSVID-2.2.01 WITSVID-2.3.01 WITSVID-2.3.02 WITSVID-3.1.01 WITSVID-3.2.01 WITSVID-3.2.02 WITSVID-3.2.03 WITSVID-3.2.04 WITSVID-3.4.01 WITSVID-3.4.02 WITSVID-3.4.03 WITSVID-3.8.01 SPIFFEID-2.01 SPIFFEID-3.2.01 SPIFFEID-3.3.01";

const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

/** @param {string} alg */
function signedWith(alg) {
  const key = keyOf(alg, "issuer", "issuer");
  return witAccepted(
    `signed-with-${alg.toLowerCase()}`,
    `signed with ${alg}`,
    "WITSVID-2.3.01",
    makeSvid(es256, { key }),
    { context: { trust: svidTrust([inKeySet(key)]) } },
  );
}

/** @param {string} alg */
function binding(alg) {
  const wit = makeSvid(es256, { claims: { cnf: { jwk: keyOf(alg, "agent").publicJwk } } });
  return witAccepted(`binds-${alg.toLowerCase()}`, `binds a key for ${alg}`, "WITSVID-3.2.04", wit);
}

/** @type {import("../cases.mjs").VectorFile} */
export const acceptedSvids = {
  suite: "wit-svid",
  name: "accepted",
  spec: "spiffe-wit-svid",
  description: "WIT-SVIDs that verify. Ed25519 has no place in them, so RS256 stands beside ES256.",
  context: SVID_CONTEXT,
  cases: [
    ...inFamilies(SVID_FAMILIES, (family) => [
      witAccepted("plain", "nothing but what is required", SOUND, makeSvid(family)),
      witAccepted(
        "registered-claims",
        "jti, nbf, iat and an iss that is no URL",
        "WITSVID-3.3.01 WITSVID-3.5.01 WITSVID-3.5.02 WITSVID-3.6.01 WITSVID-3.7.01 WITSVID-3.7.02",
        makeSvid(family, { claims: { jti: "svid-1", nbf: NOW, iat: NOW, iss: "spire-server" } }),
      ),
      witAccepted(
        "unknown-claims",
        "claims that nobody knows",
        "WITSVID-3.8.02 WITSVID-3.8.03",
        makeSvid(family, { claims: { "https://example.org/region": "eu", audience: "x" } }),
      ),
      witAccepted(
        "unknown-header",
        "a header parameter that nobody knows",
        "WITSVID-2.4.02",
        makeSvid(family, { header: { "x-ver": 1 } }),
      ),
      witAccepted(
        "iat-ahead",
        "iat in the future, which limits nothing",
        "WITSVID-3.6.02",
        makeSvid(family, { claims: { iat: NOW + 600, nbf: NOW - 60 } }),
      ),
      witAccepted(
        "iat-without-nbf",
        "iat in the future, without nbf",
        "WITSVID-3.6.02",
        makeSvid(family, { claims: { iat: NOW + 600 } }),
      ),
      witAccepted(
        "in-tolerance",
        "the last second of a small leeway",
        "WITSVID-3.4.03 WITSVID-3.4.04",
        makeSvid(family),
        {
          context: { now: NOW + 3604 },
        },
      ),
      witAccepted("in-longest-tolerance", "the last second of the longest leeway", "WITSVID-3.4.04", makeSvid(family), {
        context: { now: NOW + 3719, policy: { clockTolerance: 120 } },
      }),
      witAccepted(
        "nbf-in-tolerance",
        "nbf ahead by the leeway",
        "WITSVID-3.5.02",
        makeSvid(family, { claims: { nbf: NOW + 5 } }),
      ),
      witAccepted(
        "configured-lifespan",
        "exp - nbf as long as the configuration allows",
        "WITSVID-3.5.03",
        makeSvid(family, { claims: { nbf: NOW - 600, exp: NOW + 1205 } }),
        { context: { policy: { maxLifetime: 1800 } } },
      ),
      witAccepted(
        "key-of-wit-svid-use",
        "a key of the trust domain whose use is wit-svid",
        "WITSVID-2.1.02",
        makeSvid(family),
        { context: { trust: svidTrust([{ ...inKeySet(family.issuer), use: "wit-svid" }]) } },
      ),
      witAccepted(
        "kid-in-another-letter-case",
        "two keys whose kid differs in letter case only",
        "WITSVID-2.1.02",
        makeSvid(family, { key: { ...family.issuer, kid: "KEY" } }),
        {
          context: {
            trust: svidTrust([
              inKeySet({ ...family.stranger, kid: "key" }),
              inKeySet({ ...family.issuer, kid: "KEY" }),
            ]),
          },
        },
      ),
    ]),
    ...ALGORITHMS.map(signedWith),
    ...ALGORITHMS.map(binding),
  ],
};
