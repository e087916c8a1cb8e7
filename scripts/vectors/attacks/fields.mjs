// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { makeWit, makeWpt } from "../tokens.mjs";

/** @typedef {import("../cases.mjs").Line} Line */

/** @type {import("../cases.mjs").VectorFile} */
export const fieldAttacks = {
  suite: "attacks",
  name: "fields",
  spec: "draft-ietf-wimse-wpt-02",
  description:
    "Header sections that two readers could read in two ways: repeated and joined lines, letter case, odd names.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    const wpt = makeWpt(family);
    const own = makeWit(family, {
      claims: { sub: "wimse://example.com/mallory", cnf: { jwk: family.neighbour.publicJwk } },
    });
    const ownProof = makeWpt(family, { wit: own, key: family.neighbour });
    /** @param {Line[]} lines */
    const raw = (...lines) => ({
      ...makeRequest(family, { wit: null, wpt: null }),
      headers: [/** @type {Line} */ (["Host", "svc.example.com"]), ...lines],
    });
    /** @type {Line} */
    const witLine = ["Workload-Identity-Token", wit];
    /** @type {Line} */
    const wptLine = ["Authorization", `WPT ${wpt}`];
    return [
      requestAccepted(
        "any-letter-case",
        "field names in any letter case, in any order",
        "CREDS-5.1.1.02 WPT-2.03",
        raw(["aUTHORIZATION", `wPt ${wpt}`], ["wORKLOAD-iDENTITY-tOKEN", wit]),
      ),
      requestRejected(
        "own-wit-before",
        "the thief's own WIT in a line before",
        "CREDS-5.1.1.01",
        "wit_multiple",
        raw(["workload-identity-token", own], witLine, wptLine),
      ),
      requestRejected(
        "own-wit-after",
        "the thief's own WIT in a line after",
        "CREDS-5.1.1.01",
        "wit_multiple",
        raw(witLine, wptLine, ["WORKLOAD-IDENTITY-TOKEN", own]),
      ),
      requestRejected(
        "own-wit-first-with-own-proof",
        "the thief's own WIT and proof, and another's WIT in a line after",
        "CREDS-5.1.1.01",
        "wit_multiple",
        raw(["Workload-Identity-Token", own], ["Authorization", `WPT ${ownProof}`], ["workload-identity-token", wit]),
      ),
      requestRejected(
        "own-proof-before",
        "a second proof in a line before",
        "WPT-2.23",
        "wpt_multiple",
        raw(["authorization", `WPT ${ownProof}`], witLine, wptLine),
      ),
      requestRejected(
        "own-proof-after",
        "a second proof in a line after",
        "WPT-2.23",
        "wpt_multiple",
        raw(witLine, wptLine, ["AUTHORIZATION", `WPT ${ownProof}`]),
      ),
      requestRejected(
        "bearer-after",
        "a bearer token in a line after",
        "WPT-2.23 WPT-2.2.04",
        "wpt_multiple",
        raw(witLine, wptLine, ["authorization", "Bearer mF_9.B5f-4.1JqM"]),
      ),
      requestRejected(
        "wits-joined",
        "both WITs in one line, as some intermediaries join them",
        "CREDS-5.1.1.01 CREDS-5.1.4.02",
        "wit_malformed",
        raw(["Workload-Identity-Token", `${wit}, ${own}`], wptLine),
      ),
      requestRejected(
        "proofs-joined",
        "both proofs in one line",
        "WPT-2.23 WPT-2.24",
        ["wpt_malformed", "wpt_multiple"],
        raw(witLine, ["Authorization", `WPT ${wpt}, WPT ${ownProof}`]),
      ),
      requestRejected(
        "underscores",
        "a field name with underscores, which some servers take for hyphens",
        "CREDS-5.1.1.01",
        "wit_missing",
        raw(["Workload_Identity_Token", wit], wptLine),
      ),
      requestAccepted(
        "underscores-beside",
        "such a field beside the right one is another field",
        "CREDS-5.1.1.01",
        raw(["Workload_Identity_Token", own], witLine, wptLine),
      ),
      requestRejected(
        "name-with-space",
        "a field name with a space, which some servers drop",
        "CREDS-5.1.1.01 CREDS-5.1.1.02",
        ["request_malformed", "wit_missing"],
        raw(["Workload-Identity-Token ", wit], wptLine),
      ),
      requestRejected(
        "name-outside-ascii",
        "a field name with a letter that becomes k when it is lower-cased",
        "CREDS-5.1.1.02",
        ["request_malformed", "wit_missing"],
        raw(["Wor\u212aload-Identity-Token", wit], wptLine),
      ),
      requestRejected(
        "scheme-outside-ascii",
        "a scheme with a full-width letter",
        "WPT-2.03",
        "proof_missing",
        raw(witLine, ["Authorization", `\uff37PT ${wpt}`]),
      ),
      requestRejected(
        "folded-line",
        "a proof on a folded line",
        "WPT-2.02 R9421-2.04",
        ["request_malformed", "wpt_malformed"],
        raw(witLine, ["Authorization", `WPT\r\n ${wpt}`]),
      ),
    ];
  }),
};
