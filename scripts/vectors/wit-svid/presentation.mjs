// @ts-check
import { at, inFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { SVID_FAMILIES } from "../keys.mjs";
import { makeWpt, NOW } from "../tokens.mjs";
import { makeSvid, SVID_CONTEXT } from "./accepted.mjs";

/** @type {import("../cases.mjs").VectorFile} */
export const presentation = {
  suite: "wit-svid",
  name: "presentation",
  spec: "spiffe-wit-svid",
  description: "How a WIT-SVID is presented: with a proof, here a WPT, and never by itself.",
  context: { ...REQUEST_CONTEXT, trust: SVID_CONTEXT.trust },
  cases: inFamilies(SVID_FAMILIES, (family) => {
    const svid = makeSvid(family, { claims: { jti: "svid-1" } });
    /** @param {import("../cases.mjs").RequestParts} [parts] */
    const request = (parts) => makeRequest(family, { wit: svid, ...parts });
    return [
      requestAccepted(
        "with-proof",
        "a WIT-SVID with a proof",
        "WITSVID-4.07 WITSVID-5.01 WITSVID-5.02 WITSVID-5.03 WITSVID-5.04 WITSVID-7.1.01 WITSVID-7.1.02 WITSVID-7.1.03 WITSVID-7.1.04 WITSVID-7.2.01 WITSVID-7.2.03",
        request(),
      ),
      requestAccepted(
        "again-with-new-proof",
        "the same WIT-SVID, jti and all, with another proof",
        "WITSVID-3.3.04 WITSVID-7.2.04",
        request({ wpt: { claims: { jti: "the-second-proof-0000" } } }),
        { after: "with-proof" },
      ),
      requestAccepted("proof-unused", "a proof that was not used before", "WITSVID-7.2.04", request()),
      requestRejected("proof-used", "the same proof a second time", "WITSVID-7.2.04", "wpt_replayed", request(), {
        after: "proof-unused",
      }),
      requestRejected(
        "alone",
        "a WIT-SVID alone",
        "WITSVID-4.07 WITSVID-5.01 WITSVID-7.1.02 WITSVID-7.1.03",
        "proof_missing",
        request({ wpt: null }),
      ),
      requestRejected(
        "as-bearer-token",
        "a WIT-SVID as a bearer token",
        "WITSVID-5.02 WITSVID-5.03 WITSVID-5.04 WITSVID-7.1.01 WITSVID-7.1.04",
        ["wit_missing", "proof_missing"],
        makeRequest(family, { wit: null, authorization: `Bearer ${svid}` }),
      ),
      requestRejected(
        "as-bearer-token-too",
        "a WIT-SVID in its own field and as a bearer token",
        "WITSVID-5.02 WITSVID-5.03 WITSVID-7.1.01 WITSVID-7.1.04",
        "proof_missing",
        request({ authorization: `Bearer ${svid}` }),
      ),
      requestRejected(
        "in-place-of-proof",
        "a WIT-SVID where the proof should be",
        "WITSVID-5.03 WITSVID-7.1.04",
        ["wpt_type_mismatch", "wpt_signature_invalid"],
        request({ wpt: svid }),
      ),
      requestRejected(
        "proof-with-other-key",
        "a proof with another key",
        "WITSVID-5.01",
        "wpt_signature_invalid",
        request({ wpt: { key: family.neighbour } }),
      ),
      requestRejected(
        "proof-without-exp",
        "a proof without exp",
        "WITSVID-7.2.01",
        "wpt_expiration_missing",
        request({ wpt: { claims: { exp: undefined } } }),
      ),
      requestRejected("proof-expired", "a proof that has expired", "WITSVID-7.2.01", "wpt_expired", request(), at(65)),
      requestRejected(
        "proof-for-another",
        "a proof for another audience",
        "WITSVID-7.2.03",
        "wpt_audience_mismatch",
        request({ wpt: { claims: { aud: "https://other.example/" } } }),
      ),
      requestRejected(
        "proof-without-audience",
        "a proof without audience",
        "WITSVID-7.2.03",
        ["wpt_audience_mismatch", "wpt_claim_invalid"],
        request({ wpt: makeWpt(family, { wit: svid, claims: { aud: undefined } }) }),
      ),
      requestRejected(
        "expired-svid",
        "a WIT-SVID that has expired, with a proof that has not",
        "WITSVID-3.4.03",
        "wit_expired",
        makeRequest(family, { wit: makeSvid(family, { claims: { exp: NOW - 5 } }) }),
      ),
    ];
  }),
};
