// @ts-check
import { createHmac } from "node:crypto";
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestRejected } from "../cases.mjs";
import { AGENT, hashOf, makeWit, makeWpt, NOW } from "../tokens.mjs";

const NO_BEARER = "CREDS-5.1.10 CREDS-9.3.01 WPT-3.1.01";

/** @type {import("../cases.mjs").VectorFile} */
export const identityAttacks = {
  suite: "attacks",
  name: "identity",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Being another workload of the trust domain: with a stolen WIT, or with tokens that were made for something else.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const { agent, neighbour, stranger, issuer } = family;
    const stolen = makeWit(family);
    const own = makeWit(family, { claims: { sub: "wimse://example.com/mallory", cnf: { jwk: neighbour.publicJwk } } });
    const ownProof = makeWpt(family, { key: neighbour, wit: own });
    /** @param {import("../cases.mjs").Json} header */
    const signedByIssuer = (header) => makeWit(family, { header });
    return [
      requestRejected(
        "stolen-alone",
        "a stolen WIT without a proof",
        NO_BEARER,
        "proof_missing",
        makeRequest(family, { wit: stolen, wpt: null }),
      ),
      requestRejected(
        "stolen-with-own-key",
        "a stolen WIT with a proof by the thief's key",
        `${NO_BEARER} WPT-2.26`,
        "wpt_signature_invalid",
        makeRequest(family, { wit: stolen, wpt: { key: neighbour } }),
      ),
      requestRejected(
        "stolen-with-embedded-key",
        "a stolen WIT with a proof that brings its own key along",
        "WPT-2.26",
        "wpt_signature_invalid",
        makeRequest(family, { wit: stolen, wpt: { key: stranger, header: { jwk: stranger.publicJwk, kid: "1" } } }),
      ),
      requestRejected(
        "stolen-with-own-proof",
        "a stolen WIT with the proof that goes with the thief's own",
        "WPT-2.31",
        ["wpt_wit_hash_mismatch", "wpt_signature_invalid"],
        makeRequest(family, { wit: stolen, wpt: ownProof }),
      ),
      requestRejected(
        "stolen-with-key-exchanged",
        "a stolen WIT whose key was exchanged for the thief's",
        "CREDS-5.1.4.05",
        "wit_signature_invalid",
        withClaims(family, stolen, { cnf: { jwk: neighbour.publicJwk } }, neighbour),
      ),
      requestRejected(
        "own-with-subject-exchanged",
        "the thief's own WIT with the subject of another",
        "CREDS-5.1.4.05",
        "wit_signature_invalid",
        withClaims(family, own, { sub: AGENT }, neighbour),
      ),
      requestRejected(
        "same-key-other-wit",
        "a proof for one WIT beside another for the same key",
        "WPT-2.31",
        "wpt_wit_hash_mismatch",
        makeRequest(family, { wit: makeWit(family, { claims: { scope: "admin" } }), wpt: { wit: stolen } }),
      ),
      requestRejected(
        "same-key-other-workload",
        "a proof for one workload beside the WIT of another with the same key",
        "WPT-2.31",
        "wpt_wit_hash_mismatch",
        makeRequest(family, {
          wit: makeWit(family, { claims: { sub: "wimse://example.com/admin" } }),
          wpt: { wit: stolen },
        }),
      ),
      requestRejected(
        "same-key-earlier-wit",
        "a proof for a renewed WIT beside the one before it, which is valid still",
        "WPT-2.31",
        "wpt_wit_hash_mismatch",
        makeRequest(family, { wit: makeWit(family, { claims: { exp: NOW + 600 } }), wpt: { wit: stolen } }),
      ),
      requestRejected(
        "proof-of-neighbour",
        "a stolen WIT with a proof by another workload that names its hash",
        "WPT-2.26",
        "wpt_signature_invalid",
        makeRequest(family, { wit: stolen, wpt: { key: neighbour, claims: { wth: hashOf(stolen) } } }),
      ),

      requestRejected(
        "issuer-signs-jwt",
        "another token of the issuer for the same subject",
        "CREDS-5.1.4.04",
        "wit_type_mismatch",
        makeRequest(family, { wit: signedByIssuer({ typ: "JWT" }) }),
      ),
      requestRejected(
        "issuer-signs-access-token",
        "an access token of the issuer",
        "CREDS-5.1.4.04",
        "wit_type_mismatch",
        makeRequest(family, { wit: signedByIssuer({ typ: "at+jwt" }) }),
      ),
      requestRejected(
        "dpop-as-wpt",
        "another kind of proof with the workload's key",
        "WPT-2.27",
        "wpt_type_mismatch",
        makeRequest(family, { wpt: { header: { typ: "dpop+jwt" } } }),
      ),
      requestRejected(
        "wpt-as-wit",
        "a token that the workload signed as a WIT of itself",
        "CREDS-3.04 CREDS-5.1.4.05",
        "wit_signature_invalid",
        makeRequest(family, {
          wit: { key: { ...agent, kid: issuer.kid }, claims: { sub: "wimse://example.com/admin" } },
        }),
      ),
      requestRejected(
        "mac-with-public-key",
        "a MAC whose secret is the workload's public key",
        "WPT-2.05 WPT-2.25",
        "wpt_algorithm_mismatch",
        makeRequest(family, { wpt: { key: macKey(family) } }),
      ),
      requestRejected(
        "unsigned-proof",
        "a proof with alg none and no signature",
        "WPT-2.05 WPT-2.25",
        ["wpt_malformed", "wpt_algorithm_mismatch"],
        makeRequest(family, { wpt: { header: { alg: "none" }, signatureSegment: () => "" } }),
      ),
      requestRejected(
        "unsigned-wit",
        "a WIT with alg none and no signature",
        "CREDS-5.1.02",
        ["wit_malformed", "wit_algorithm_not_allowed"],
        makeRequest(family, { wit: { header: { alg: "none" }, signatureSegment: () => "" } }),
      ),
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
