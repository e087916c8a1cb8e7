// @ts-check
import { at, inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { makeWit, makeWpt, NOW, withFlippedBit } from "../tokens.mjs";

const FIRST = "WPT-2.22";
const ONE = "CREDS-5.1.1.01 CREDS-5.1.4.02";
const NO_BEARER = "CREDS-5.1.10 CREDS-5.1.11 CREDS-9.3.01 WPT-3.1.01";

/** @type {import("../cases.mjs").VectorFile} */
export const witOfRequest = {
  suite: "wpt",
  name: "wit",
  spec: "draft-ietf-wimse-wpt-02",
  description: "The WIT of a request: carried once, verified before its proof, and worth nothing without one.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    const wpt = makeWpt(family, { wit });
    /** @param {string} id @param {string} description @param {string} code @param {import("../tokens.mjs").WitChanges} wit @param {import("../cases.mjs").More} [more] */
    const invalid = (id, description, code, wit, more) =>
      requestRejected(id, description, FIRST, code, makeRequest(family, { wit }), more);
    /** @param {string} value @param {import("../cases.mjs").Line[]} [lines] */
    const shown = (value, lines = []) => makeRequest(family, { wit: value, wpt: { wit }, lines });
    return [
      requestAccepted("white-space-around", "white space around the WIT", "CREDS-5.1.1.01", shown(` \t${wit} `)),
      requestAccepted("cached", "the first request with a WIT", FIRST, makeRequest(family)),
      requestRejected(
        "cached-and-expired",
        "the next one, when the WIT has expired",
        FIRST,
        "wit_expired",
        makeRequest(family, { wpt: { claims: { exp: NOW + 3665, jti: "another-proof-000000" } } }),
        { after: "cached", ...at(3605) },
      ),

      requestRejected(
        "missing",
        "a proof without its WIT",
        "WPT-2.01 CREDS-5.1.1.01",
        "wit_missing",
        makeRequest(family, { wit: null, wpt }),
      ),
      requestRejected(
        "nothing",
        "neither WIT nor proof",
        "WPT-2.01 ID-7.2.03",
        "wit_missing",
        makeRequest(family, { wit: null, wpt: null }),
      ),
      requestRejected("empty", "an empty field", "CREDS-5.1.1.01", "wit_malformed", shown("")),
      requestRejected(
        "two-lines",
        "the same WIT in two lines",
        ONE,
        "wit_multiple",
        shown(wit, [["workload-identity-token", wit]]),
      ),
      requestRejected(
        "empty-second-line",
        "a second line without a value",
        ONE,
        "wit_multiple",
        shown(wit, [["Workload-Identity-Token", ""]]),
      ),
      requestRejected("joined", "two WITs with a comma", ONE, "wit_malformed", shown(`${wit}, ${wit}`)),
      requestRejected("quoted", "the WIT in quotation marks", "CREDS-5.1.1.01", "wit_malformed", shown(`"${wit}"`)),
      requestRejected("colons", "the WIT between colons", "CREDS-5.1.1.01", "wit_malformed", shown(`:${wit}:`)),
      requestRejected(
        "scheme",
        "the WIT with a scheme in front",
        "CREDS-5.1.1.01",
        "wit_malformed",
        shown(`WIT ${wit}`),
      ),
      requestRejected("padded", "the WIT with padding", "CREDS-5.1.1.01", "wit_malformed", shown(`${wit}==`)),
      requestRejected("parameter", "a parameter after the WIT", "CREDS-5.1.1.01", "wit_malformed", shown(`${wit};v=1`)),
      requestRejected(
        "other-field",
        "the WIT in a field of another name",
        "CREDS-5.1.1.01 CREDS-5.1.1.02",
        "wit_missing",
        makeRequest(family, { wit: null, wpt, lines: [["Workload-Identity", wit]] }),
      ),

      requestRejected("alone", "a WIT and no proof", NO_BEARER, "proof_missing", makeRequest(family, { wpt: null })),
      requestRejected(
        "bearer",
        "a WIT as a bearer token",
        NO_BEARER,
        ["wit_missing", "proof_missing"],
        makeRequest(family, { wit: null, authorization: `Bearer ${wit}` }),
      ),
      requestRejected(
        "bearer-too",
        "a WIT in its field and as a bearer token",
        NO_BEARER,
        "proof_missing",
        makeRequest(family, { wit, authorization: `Bearer ${wit}` }),
      ),
      requestRejected(
        "in-place-of-proof",
        "a WIT in the place of the proof",
        NO_BEARER,
        ["wpt_type_mismatch", "wpt_signature_invalid"],
        makeRequest(family, { wpt: wit }),
      ),
      requestRejected(
        "proof-as-wit",
        "the proof in the place of the WIT",
        FIRST,
        ["wit_subject_invalid", "wit_type_mismatch"],
        makeRequest(family, { wit: wpt, wpt: { wit: wpt } }),
      ),

      invalid("expired", "a WIT that has expired, with a proof that has not", "wit_expired", {
        claims: { exp: NOW - 5 },
      }),
      invalid("not-yet-valid", "a WIT that is not valid yet", "wit_not_yet_valid", { claims: { nbf: NOW + 6 } }),
      invalid("lives-too-long", "a WIT that lives too long", "wit_lifetime_too_long", { claims: { exp: NOW + 86406 } }),
      invalid("signature", "a WIT with a bit of its signature changed", "wit_signature_invalid", {
        signature: withFlippedBit,
      }),
      invalid("signed-by-stranger", "a WIT signed by a stranger", "wit_signature_invalid", { key: family.stranger }),
      invalid("unknown-trust-domain", "a WIT of a trust domain that is not configured", "wit_trust_domain_unknown", {
        claims: { sub: "wimse://other.example/agent" },
      }),
      invalid("unknown-key", "a WIT with an unknown kid", "wit_key_not_found", { header: { kid: "unknown" } }),
      invalid("type", "a WIT with the typ of early drafts", "wit_type_mismatch", { header: { typ: "wimse-id+jwt" } }),
      invalid("no-exp", "a WIT without exp", "wit_expiration_missing", { claims: { exp: undefined } }),
      invalid("no-sub", "a WIT without sub", "wit_subject_invalid", { claims: { sub: undefined } }),
      requestRejected(
        "no-cnf",
        "a WIT without cnf",
        `${FIRST} CREDS-5.1.08`,
        "wit_confirmation_invalid",
        makeRequest(family, { wit: { claims: { cnf: undefined } } }),
      ),
      invalid("crit", "a WIT with a critical parameter", "wit_critical_header_unsupported", {
        header: { crit: ["x"], x: 1 },
      }),
    ];
  }),
};
