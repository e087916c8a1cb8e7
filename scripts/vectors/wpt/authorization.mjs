// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { makeWit, makeWpt } from "../tokens.mjs";

const SYNTAX = "WPT-2.02";
const SCHEME = "WPT-2.03";
const ONE_FIELD = "WPT-2.23 WPT-2.2.02";

/** @type {import("../cases.mjs").VectorFile} */
export const authorization = {
  suite: "wpt",
  name: "authorization",
  spec: "draft-ietf-wimse-wpt-02",
  description: "The Authorization field that carries a WPT.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const wpt = makeWpt(family);
    /** @param {string} authorization @param {import("../cases.mjs").Line[]} [lines] */
    const request = (authorization, lines = []) => makeRequest(family, { authorization, lines });
    /** @param {string} id @param {string} description @param {string} authorization @param {string} [requirements] */
    const malformed = (id, description, authorization, requirements = SYNTAX) =>
      requestRejected(id, description, requirements, "wpt_malformed", request(authorization));
    return [
      requestAccepted("scheme-lower-case", "the scheme in lower case", SCHEME, request(`wpt ${wpt}`)),
      requestAccepted("scheme-mixed-case", "the scheme in mixed case", SCHEME, request(`Wpt ${wpt}`)),
      requestAccepted("several-spaces", "several spaces after the scheme", SYNTAX, request(`WPT   ${wpt}`)),
      requestAccepted("white-space-around", "white space around the value", SYNTAX, request(` \t WPT ${wpt} \t`)),
      requestAccepted(
        "field-name-lower-case",
        "field names in lower case",
        "CREDS-5.1.1.02",
        inLetterCase(request(`WPT ${wpt}`), (name) => name.toLowerCase()),
      ),
      requestAccepted(
        "field-name-capitals",
        "field names in capitals",
        "CREDS-5.1.1.02",
        inLetterCase(request(`WPT ${wpt}`), (name) => name.toUpperCase()),
      ),

      malformed("scheme-alone", "the scheme and nothing else", "WPT"),
      malformed("scheme-and-space", "the scheme and a space", "WPT "),
      malformed("tab", "a tab after the scheme", `WPT\t${wpt}`),
      malformed("parameter", "an authentication parameter in the place of the token", `WPT token="${wpt}"`),
      malformed("parameter-after-token", "a parameter after the token", `WPT ${wpt}, realm="x"`),
      malformed("two-tokens", "two tokens with a space", `WPT ${wpt} ${wpt}`, "WPT-2.02 WPT-2.24"),
      malformed("quoted", "the token in quotation marks", `WPT "${wpt}"`),
      malformed("padded", "the padding that token68 allows, and a JWS does not", `WPT ${wpt}=`, "WPT-2.02 WPT-2.24"),
      malformed("token-letter-case", "the token in capitals", `WPT ${wpt.toUpperCase()}`, SCHEME),
      requestRejected(
        "signature-letter-case",
        "a letter of the signature in the other case",
        SCHEME,
        ["wpt_signature_invalid", "wpt_malformed"],
        request(`WPT ${withOtherCase(wpt)}`),
      ),
      requestRejected(
        "wit-letter-case",
        "a letter of the WIT's signature in the other case",
        "CREDS-5.1.1.02",
        ["wit_signature_invalid", "wit_malformed"],
        makeRequest(family, { wit: withOtherCase(makeWit(family)) }),
      ),

      requestRejected("no-space", "no space after the scheme", SYNTAX, "proof_missing", request(`WPT${wpt}`)),
      requestRejected("longer-scheme", "a scheme that begins alike", SCHEME, "proof_missing", request(`WPT2 ${wpt}`)),
      requestRejected("bearer", "the proof as a bearer token", ONE_FIELD, "proof_missing", request(`Bearer ${wpt}`)),
      requestRejected("dpop", "the proof under another scheme", ONE_FIELD, "proof_missing", request(`DPoP ${wpt}`)),
      requestRejected(
        "basic",
        "a password in the place of the proof",
        ONE_FIELD,
        "proof_missing",
        request("Basic YWdlbnQ6c2VjcmV0"),
      ),
      requestRejected("no-scheme", "the proof without a scheme", "WPT-2.02 WPT-2.23", "proof_missing", request(wpt)),
      requestRejected(
        "two-proofs",
        "two lines with the same proof",
        "WPT-2.23",
        "wpt_multiple",
        request(`WPT ${wpt}`, [["Authorization", `WPT ${wpt}`]]),
      ),
      requestRejected(
        "two-proofs-in-one-line",
        "two proofs in one line",
        ONE_FIELD,
        ["wpt_malformed", "wpt_multiple"],
        request(`WPT ${wpt}, WPT ${wpt}`),
      ),
      requestRejected(
        "bearer-line-after",
        "a second line with a bearer token",
        `${ONE_FIELD} WPT-2.2.04`,
        "wpt_multiple",
        request(`WPT ${wpt}`, [["Authorization", "Bearer mF_9.B5f-4.1JqM"]]),
      ),
      requestRejected(
        "bearer-line-before",
        "a line with a bearer token before it",
        `${ONE_FIELD} WPT-2.2.04`,
        "wpt_multiple",
        request("Bearer mF_9.B5f-4.1JqM", [["authorization", `WPT ${wpt}`]]),
      ),
      requestRejected(
        "bearer-in-one-line",
        "a bearer token after a comma",
        ONE_FIELD,
        ["wpt_malformed", "wpt_multiple"],
        request(`WPT ${wpt}, Bearer mF_9.B5f-4.1JqM`),
      ),
      requestRejected(
        "bearer-in-front",
        "a bearer token before a comma",
        ONE_FIELD,
        ["proof_missing", "wpt_multiple"],
        request(`Bearer mF_9.B5f-4.1JqM, WPT ${wpt}`),
      ),
      requestRejected(
        "two-other-lines",
        "two lines, neither of them a proof",
        "WPT-2.23",
        ["request_malformed", "proof_missing"],
        request("Bearer mF_9.B5f-4.1JqM", [["Authorization", "Basic YWdlbnQ6c2VjcmV0"]]),
      ),
      requestRejected(
        "empty-second-line",
        "a second line without a value",
        "WPT-2.23",
        "wpt_multiple",
        request(`WPT ${wpt}`, [["Authorization", ""]]),
      ),
      requestRejected(
        "missing",
        "no Authorization field",
        "WPT-2.23 WPT-2.01",
        "proof_missing",
        makeRequest(family, { wpt: null }),
      ),
      requestRejected(
        "proof-of-earlier-revision",
        "the proof in the field of earlier revisions",
        "WPT-2.01",
        ["wpt_revision_unsupported", "proof_missing"],
        makeRequest(family, { wpt: null, lines: [["Workload-Proof-Token", wpt]] }),
      ),
      requestRejected(
        "proof-in-proxy-field",
        "the proof in Proxy-Authorization",
        "WPT-2.01",
        "proof_missing",
        makeRequest(family, { wpt: null, lines: [["Proxy-Authorization", `WPT ${wpt}`]] }),
      ),
    ];
  }),
};

/** @param {import("../cases.mjs").HttpRequest} request @param {(name: string) => string} change */
function inLetterCase(request, change) {
  return {
    ...request,
    headers: request.headers.map(([name, value]) => /** @type {[string, string]} */ ([change(name), value])),
  };
}

/** One letter of the signature in the other case, far from its end. @param {string} token */
function withOtherCase(token) {
  const start = token.lastIndexOf(".") + 1;
  const index = start + token.slice(start).search(/[A-Za-z]/);
  const letter = token.charAt(index);
  const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return token.slice(0, index) + other + token.slice(index + 1);
}
