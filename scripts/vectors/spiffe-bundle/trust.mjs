// @ts-check
import { inFamilies, WIT_CONTEXT, witAccepted, witRejected } from "../cases.mjs";
import { keyOf, SVID_FAMILIES } from "../keys.mjs";
import { makeSvid, SPIFFE_ORIGIN } from "../wit-svid/accepted.mjs";
import { bundleKey, jwtKey, x509Key } from "./bundles.mjs";

/** @typedef {import("../cases.mjs").Json} Json */

const PARTNER_ORIGIN = "spiffe://partner.example";
const PARTNER_AGENT = "spiffe://partner.example/agent";
const NOT_FOUND = "wit_key_not_found";
/** An implementation may find out about a bundle that cannot be right when it is given it. */
const UNUSABLE = [NOT_FOUND, "configuration_invalid"];

/** Trust domains that are known by their bundles. @param {Record<string, unknown>} bundles by origin */
const trusting = (bundles) =>
  Object.fromEntries(
    Object.entries(bundles).map(([origin, spiffeBundle]) => [origin, { keys: { spiffeBundle }, profile: "wit-svid" }]),
  );

/** @param {unknown[]} keys @param {Json} [members] */
const withBundle = (keys, members = {}) => ({
  context: { trust: trusting({ [SPIFFE_ORIGIN]: { keys, ...members } }) },
});

const KEY = "WITSVID-6.1.01 WITSVID-6.1.02 WITSVID-6.1.03 WITSVID-6.2.01 WITSVID-6.2.02";
const USE = "BUNDLE-4.2.2.01 BUNDLE-4.2.2.02 BUNDLE-4.1.3.02 WITSVID-6.1.01 WITSVID-6.2.01 WITSVID-6.2.02";
const TYPE = "BUNDLE-4.2.1.01 BUNDLE-4.2.1.02 BUNDLE-4.1.3.02 BUNDLE-4.1.3.03";
const DOMAIN = "BUNDLE-3.01 FED-4.2.04 FED-5.1.01 FED-5.1.02 FED-7.3.01";

/** @type {import("../cases.mjs").VectorFile} */
export const bundleTrust = {
  suite: "spiffe-bundle",
  name: "trust",
  spec: "spiffe-wit-svid",
  description: "WIT-SVIDs of trust domains that are known by their SPIFFE bundles.",
  context: WIT_CONTEXT,
  cases: inFamilies(SVID_FAMILIES, (family) => {
    const { issuer, partner, stranger } = family;
    const svid = makeSvid(family);
    const key = bundleKey(issuer);
    const { use: _use, ...withoutUse } = key;
    const { kty: _kty, ...withoutType } = key;
    const { kid: _kid, ...withoutName } = key;
    const next = keyOf(family.alg, "partner", "next");
    const both = {
      context: {
        trust: trusting({ [SPIFFE_ORIGIN]: { keys: [key] }, [PARTNER_ORIGIN]: { keys: [bundleKey(partner)] } }),
      },
    };
    return [
      witAccepted("key", "a key for WIT-SVIDs, among keys for others", KEY, svid, withBundle([x509Key, jwtKey, key])),
      witAccepted("key-with-alg", "a key with its alg", KEY, svid, withBundle([{ ...key, alg: family.alg }])),
      witAccepted(
        "second-key",
        "one of two keys",
        KEY,
        makeSvid(family, { key: next }),
        withBundle([key, bundleKey(next)]),
      ),
      witAccepted(
        "beside-unknown",
        "a key beside entries that nobody knows",
        "BUNDLE-4.1.3.02 BUNDLE-4.2.1.02 BUNDLE-4.2.2.02",
        svid,
        withBundle([
          { use: "wit-svid", kid: issuer.kid, kty: "XYZ" },
          { ...bundleKey(stranger), use: "fit-svid" },
          key,
        ]),
      ),
      witAccepted("two-domains", "each of two trust domains by its own bundle", DOMAIN, svid, both),
      witAccepted(
        "two-domains-other",
        "the other of the two, by a key of the same kid",
        DOMAIN,
        makeSvid(family, { key: partner, claims: { sub: PARTNER_AGENT } }),
        both,
      ),

      witRejected(
        "key-of-other-domain",
        "signed with a key of another trust domain, whose bundle is known too",
        DOMAIN,
        "wit_signature_invalid",
        makeSvid(family, { key: partner }),
        both,
      ),
      witRejected(
        "kid-of-other-domain",
        "a kid that stands in the bundle of another trust domain only",
        DOMAIN,
        NOT_FOUND,
        makeSvid(family, { key: next }),
        {
          context: {
            trust: trusting({ [SPIFFE_ORIGIN]: { keys: [key] }, [PARTNER_ORIGIN]: { keys: [bundleKey(next)] } }),
          },
        },
      ),
      witRejected(
        "domain-named-in-bundle",
        "a trust domain that is named nowhere but in the bundle of another",
        `${DOMAIN} BUNDLE-4.01`,
        "wit_trust_domain_unknown",
        makeSvid(family, { claims: { sub: PARTNER_AGENT } }),
        withBundle([key], { trust_domain: "partner.example" }),
      ),
      witRejected(
        "no-keys",
        "a bundle without keys",
        "BUNDLE-4.1.3.03 WITSVID-6.2.03",
        NOT_FOUND,
        svid,
        withBundle([]),
      ),
      witRejected(
        "jwt-svid-key",
        "signed with a key for JWT-SVIDs, in a bundle without others",
        "WITSVID-6.2.01 WITSVID-6.2.02 WITSVID-6.2.03 BUNDLE-4.1.3.03",
        NOT_FOUND,
        svid,
        withBundle([{ ...key, use: "jwt-svid" }]),
      ),
      witRejected(
        "x509-svid-key",
        "signed with the key of a certificate",
        "WITSVID-6.2.01 WITSVID-6.2.02 WITSVID-6.2.03 BUNDLE-4.1.3.03",
        NOT_FOUND,
        svid,
        withBundle([{ ...key, use: "x509-svid", x5c: x509Key.x5c }]),
      ),
      witRejected("use-missing", "a key without use", USE, NOT_FOUND, svid, withBundle([withoutUse])),
      witRejected(
        "use-sig",
        "a key of the use that JWK Sets have",
        USE,
        NOT_FOUND,
        svid,
        withBundle([{ ...key, use: "sig" }]),
      ),
      witRejected(
        "use-letter-case",
        "a use in upper case",
        USE,
        NOT_FOUND,
        svid,
        withBundle([{ ...key, use: "WIT-SVID" }]),
      ),
      witRejected("kty-missing", "a key without kty", TYPE, NOT_FOUND, svid, withBundle([withoutType])),
      witRejected(
        "kty-unknown",
        "a key of a type that nobody knows",
        TYPE,
        NOT_FOUND,
        svid,
        withBundle([{ ...key, kty: "XYZ" }]),
      ),
      witRejected("key-without-kid", "a key without kid", "WITSVID-6.1.02", UNUSABLE, svid, withBundle([withoutName])),
      witRejected(
        "kid-twice",
        "two keys with the kid of the WIT-SVID, one of them the right one",
        "WITSVID-6.1.03",
        UNUSABLE,
        svid,
        withBundle([key, bundleKey(stranger)]),
      ),
      witRejected(
        "kid-of-jwt-svid-key",
        "a key for JWT-SVIDs with the kid of the right one",
        "WITSVID-6.1.03",
        UNUSABLE,
        svid,
        withBundle([key, bundleKey(stranger, { use: "jwt-svid" })]),
      ),
      witRejected(
        "bundle-malformed",
        "a bundle whose keys are no array",
        "BUNDLE-4.1.3.01 BUNDLE-4.1.3.03",
        ["configuration_invalid", "trust_bundle_malformed", "trust_keys_unavailable"],
        svid,
        { context: { trust: trusting({ [SPIFFE_ORIGIN]: { keys: key } }) } },
      ),
    ];
  }),
};
