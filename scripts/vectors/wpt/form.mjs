// @ts-check
import { inBothFamilies, LIMIT, makeRequest, REQUEST_CONTEXT, requestAccepted, requestRejected } from "../cases.mjs";
import { wrongForms, wrongJson } from "../malformed.mjs";
import { makeWpt, nestedTo, tokenOfLength } from "../tokens.mjs";

const ONE_TOKEN = "WPT-2.04 WPT-2.24";

/** @type {import("../cases.mjs").VectorFile} */
export const wptForm = {
  suite: "wpt",
  name: "form",
  spec: "draft-ietf-wimse-wpt-02",
  description: "The form of a WPT: one JWS in compact serialization whose parts can be read in one way only.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {import("../malformed.mjs").Changes} [changes] */
    const make = (changes) => makeWpt(family, changes);
    /** @param {number} levels */
    const nested = (levels) => makeRequest(family, { wpt: { claims: { deep: nestedTo(levels) } } });
    /** @param {number} length */
    const long = (length) => makeRequest(family, { wpt: tokenOfLength(length, make) });
    return [
      ...[...wrongForms(make), ...wrongJson(make, "aud", "https://other.example/")].map(([id, description, wpt]) =>
        requestRejected(id, description, ONE_TOKEN, "wpt_malformed", makeRequest(family, { wpt })),
      ),
      requestAccepted(
        "claim-escaped",
        "a claim whose name is written with an escape",
        ONE_TOKEN,
        makeRequest(family, { wpt: { claimsText: (text) => text.replace('"aud"', '"\\u0061ud"') } }),
      ),
      requestAccepted("depth-16", "claims nested to 16 levels, themselves counted", ONE_TOKEN, nested(16)),
      requestRejected("depth-17", "claims nested to 17 levels", ONE_TOKEN, "wpt_malformed", nested(17), {
        note: LIMIT,
      }),
      requestAccepted("length-16384", "16384 characters", ONE_TOKEN, long(16384)),
      requestRejected("length-16385", "16385 characters", ONE_TOKEN, "wpt_too_large", long(16385), { note: LIMIT }),
    ];
  }),
};
