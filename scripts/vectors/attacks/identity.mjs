// @ts-check
import { createHmac } from "node:crypto";
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected, trustIn } from "../cases.mjs";
import { inKeySet, keyOf } from "../keys.mjs";
import { AGENT, hashOf, makeWit, makeWpt, NOW, ORIGIN } from "../tokens.mjs";

const NO_BEARER = "CREDS-5.1.10 CREDS-9.3.01 WPT-3.1.01";
const DOMAIN = "CREDS-3.01 CREDS-3.04 ID-7.3.02";

/** @type {import("../cases.mjs").VectorFile} */
export const identityAttacks = {
  suite: "attacks",
  name: "identity",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Being somebody else: with a stolen WIT, with the issuer of another trust domain, with tokens that were made for something else.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const { agent, neighbour, partner, stranger, issuer } = family;
    const stolen = makeWit(family);
    const own = makeWit(family, { claims: { sub: "wimse://example.com/mallory", cnf: { jwk: neighbour.publicJwk } } });
    const ownProof = makeWpt(family, { key: neighbour, wit: own });
    const partnerTrust = { ...trustIn(family), "wimse://partner.example": { keys: [inKeySet(partner)] } };
    const spiffeTrust = { ...trustIn(family), "spiffe://example.com": { keys: [inKeySet(partner)] } };
    /** @param {import("../cases.mjs").Json} trust */
    const trusting = (trust) => ({ context: { trust } });
    /** @param {import("../cases.mjs").Json} header */
    const signedByIssuer = (header) => makeWit(family, { header });
    return [
      requestRejected("stolen-alone", "a stolen WIT without a proof", NO_BEARER, "proof_missing", makeRequest(family, { wit: stolen, wpt: null })),
      requestRejected("stolen-with-own-key", "a stolen WIT with a proof by the thief's key", `${NO_BEARER} WPT-2.26`, "wpt_signature_invalid", makeRequest(family, { wit: stolen, wpt: { key: neighbour } })),
      requestRejected("stolen-with-embedded-key", "a stolen WIT with a proof that brings its own key along", "WPT-2.26", "wpt_signature_invalid", makeRequest(family, { wit: stolen, wpt: { key: stranger, header: { jwk: stranger.publicJwk, kid: "1" } } })),
      requestRejected("stolen-with-own-proof", "a stolen WIT with the proof that goes with the thief's own", "WPT-2.31", ["wpt_wit_hash_mismatch", "wpt_signature_invalid"], makeRequest(family, { wit: stolen, wpt: ownProof })),
      requestRejected("stolen-with-key-exchanged", "a stolen WIT whose key was exchanged for the thief's", "CREDS-5.1.4.05", "wit_signature_invalid", withClaims(family, stolen, { cnf: { jwk: neighbour.publicJwk } }, neighbour)),
      requestRejected("own-with-subject-exchanged", "the thief's own WIT with the subject of another", "CREDS-5.1.4.05", "wit_signature_invalid", withClaims(family, own, { sub: AGENT }, neighbour)),
      requestRejected("same-key-other-wit", "a proof for one WIT beside another for the same key", "WPT-2.31", "wpt_wit_hash_mismatch", makeRequest(family, { wit: makeWit(family, { claims: { scope: "admin" } }), wpt: { wit: stolen } })),
      requestRejected("same-key-other-workload", "a proof for one workload beside the WIT of another with the same key", "WPT-2.31", "wpt_wit_hash_mismatch", makeRequest(family, { wit: makeWit(family, { claims: { sub: "wimse://example.com/admin" } }), wpt: { wit: stolen } })),
      requestRejected("same-key-expired-wit", "a proof for a renewed WIT beside the one before it", "WPT-2.22 WPT-2.31", "wit_expired", makeRequest(family, { wit: makeWit(family, { claims: { exp: NOW - 5 } }), wpt: { wit: stolen } })),
      requestRejected("proof-of-neighbour", "a stolen WIT with a proof by another workload that names its hash", "WPT-2.26", "wpt_signature_invalid", makeRequest(family, { wit: stolen, wpt: { key: neighbour, claims: { wth: hashOf(stolen) } } })),

      requestAccepted("partner", "a workload of another trust domain, whose issuer uses the same kid", DOMAIN, makeRequest(family, { wit: { key: partner, claims: { sub: "wimse://partner.example/agent" } } }), trusting(partnerTrust)),
      requestRejected("partner-signs-for-us", "the issuer of that trust domain signs for a workload of ours", DOMAIN, "wit_signature_invalid", makeRequest(family, { wit: { key: partner } }), trusting(partnerTrust)),
      requestRejected("we-sign-for-partner", "our issuer signs for a workload of that trust domain", DOMAIN, "wit_signature_invalid", makeRequest(family, { wit: { claims: { sub: "wimse://partner.example/agent" } } }), trusting(partnerTrust)),
      requestRejected("partner-with-iss", "the other issuer signs for a workload of ours and says who it is", `${DOMAIN} CREDS-3.03`, "wit_signature_invalid", makeRequest(family, { wit: { key: partner, claims: { iss: "https://partner.example" } } }), trusting(partnerTrust)),
      requestRejected("partner-own-kid", "the other issuer signs for a workload of ours, under a kid that only it has", DOMAIN, "wit_key_not_found", makeRequest(family, { wit: { key: { ...partner, kid: "partner" } } }), trusting({ ...trustIn(family), "wimse://partner.example": { keys: [inKeySet({ ...partner, kid: "partner" })] } })),
      requestRejected("partner-no-kid", "the other issuer signs for a workload of ours, without kid", `${DOMAIN} CREDS-3.08`, "wit_signature_invalid", makeRequest(family, { wit: { key: partner, header: { kid: undefined } } }), trusting(partnerTrust)),
      requestRejected("other-scheme", "our trust domain under another scheme, signed with our key", `ID-4.2.01 ${DOMAIN}`, "wit_signature_invalid", makeRequest(family, { wit: { claims: { sub: "spiffe://example.com/agent" } } }), trusting(spiffeTrust)),
      requestRejected("other-scheme-unknown", "our trust domain under a scheme that is not configured", "ID-4.2.01 ID-7.3.01", "wit_trust_domain_unknown", makeRequest(family, { wit: { claims: { sub: "spiffe://example.com/agent" } } })),
      requestRejected("longer-domain", "a trust domain that begins with the name of ours", "ID-7.3.01", "wit_trust_domain_unknown", makeRequest(family, { wit: { key: stranger, claims: { sub: "wimse://example.com.evil.example/agent" } } })),
      requestRejected("userinfo", "our trust domain as a user name", "ID-7.1.01", "wit_subject_invalid", makeRequest(family, { wit: { claims: { sub: "wimse://example.com@evil.example/agent" } } })),
      requestAccepted("before-withdrawal", "a key that is still in the key set", "CREDS-3.07 CREDS-3.01", makeRequest(family)),
      requestRejected("withdrawn-key", "a key that was withdrawn after it was used", "CREDS-3.07 CREDS-3.01", "wit_key_not_found", makeRequest(family, { wpt: { claims: { jti: "another-proof-000000" } } }), { after: "before-withdrawal", ...trusting({ [ORIGIN]: { keys: [inKeySet(keyOf(family.alg, "partner", "next"))] } }) }),

      requestRejected("kid-as-path", "a kid that is a path to a file", "CREDS-3.07", "wit_key_not_found", makeRequest(family, { wit: signedByIssuer({ kid: "../../../../dev/null" }) })),
      requestRejected("kid-as-query", "a kid that is a query", "CREDS-3.07", "wit_key_not_found", makeRequest(family, { wit: signedByIssuer({ kid: "x' OR '1'='1" }) })),
      requestRejected("kid-as-member", "a kid that is named like something that objects have", "CREDS-3.07", "wit_key_not_found", makeRequest(family, { wit: signedByIssuer({ kid: "__proto__" }) })),
      requestRejected("issuer-signs-jwt", "another token of the issuer for the same subject", "CREDS-5.1.4.04", "wit_type_mismatch", makeRequest(family, { wit: signedByIssuer({ typ: "JWT" }) })),
      requestRejected("issuer-signs-access-token", "an access token of the issuer", "CREDS-5.1.4.04", "wit_type_mismatch", makeRequest(family, { wit: signedByIssuer({ typ: "at+jwt" }) })),
      requestRejected("dpop-as-wpt", "another kind of proof with the workload's key", "WPT-2.27", "wpt_type_mismatch", makeRequest(family, { wpt: { header: { typ: "dpop+jwt" } } })),
      requestRejected("wpt-as-wit", "a token that the workload signed as a WIT of itself", "CREDS-3.04 CREDS-5.1.4.05", "wit_signature_invalid", makeRequest(family, { wit: { key: { ...agent, kid: issuer.kid }, claims: { sub: "wimse://example.com/admin" } } })),
      requestRejected("mac-with-public-key", "a MAC whose secret is the workload's public key", "WPT-2.05 WPT-2.25", "wpt_algorithm_mismatch", makeRequest(family, { wpt: { key: macKey(family) } })),
      requestRejected("unsigned-proof", "a proof with alg none and no signature", "WPT-2.05 WPT-2.25", ["wpt_malformed", "wpt_algorithm_mismatch"], makeRequest(family, { wpt: { header: { alg: "none" }, signatureSegment: () => "" } })),
      requestRejected("unsigned-wit", "a WIT with alg none and no signature", "CREDS-5.1.02", ["wit_malformed", "wit_algorithm_not_allowed"], makeRequest(family, { wit: { header: { alg: "none" }, signatureSegment: () => "" } })),
    ];
  }),
};

/** A request with a WIT whose claims were changed after signing, and a proof for what came of it.
 *
 * @param {import("../keys.mjs").Family} family
 * @param {string} wit
 * @param {import("../cases.mjs").Json} changes
 * @param {import("../keys.mjs").Key} key
 */
function withClaims(family, wit, changes, key) {
  const [header, claims = "", signature] = wit.split(".");
  const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), ...changes };
  const forged = [header, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
  return makeRequest(family, { wit: forged, wpt: { key } });
}

/** @param {import("../keys.mjs").Family} family @returns {import("../keys.mjs").Key} */
function macKey({ agent }) {
  const secret = JSON.stringify(agent.publicJwk);
  return { ...agent, alg: "HS256", sign: (data) => new Uint8Array(createHmac("sha256", secret).update(data).digest()) };
}
