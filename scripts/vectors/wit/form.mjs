// @ts-check
import { inBothFamilies, LIMIT, WIT_CONTEXT, witAccepted, witRejected } from "../cases.mjs";
import { wrongForms, wrongJson } from "../malformed.mjs";
import { makeWit, nestedTo, tokenOfLength } from "../tokens.mjs";

const ONE_TOKEN = "CREDS-5.1.4.02 CREDS-5.1.1.01";
const WELL_FORMED = "CREDS-5.1.4.01 CREDS-5.1.4.02";
const MALFORMED = "wit_malformed";

/** @type {import("../cases.mjs").VectorFile} */
export const witForm = {
  suite: "wit",
  name: "form",
  spec: "draft-ietf-wimse-workload-creds-03",
  description: "The form of a WIT: one JWS in compact serialization whose parts can be read in one way only.",
  context: WIT_CONTEXT,
  cases: inBothFamilies((family) => {
    const token = makeWit(family);
    /** @param {import("../malformed.mjs").Changes} [changes] */
    const make = (changes) => makeWit(family, changes);
    /** @param {number} levels */
    const nested = (levels) => makeWit(family, { claims: { deep: nestedTo(levels) } });
    return [
      witRejected("empty", "an empty string", ONE_TOKEN, MALFORMED, ""),
      witRejected("space-before", "a space before it", ONE_TOKEN, MALFORMED, ` ${token}`),
      witRejected("newline-after", "a line end after it", ONE_TOKEN, MALFORMED, `${token}\n`),
      witRejected("nul-after", "a NUL after it", ONE_TOKEN, MALFORMED, `${token}\0`),
      ...wrongForms(make).map(([id, description, wit]) => witRejected(id, description, ONE_TOKEN, MALFORMED, wit)),
      ...wrongJson(make, "sub", "wimse://example.com/admin").map(([id, description, wit]) =>
        witRejected(id, description, WELL_FORMED, MALFORMED, wit),
      ),
      witRejected(
        "key-member-twice",
        "the same member twice inside cnf.jwk",
        WELL_FORMED,
        MALFORMED,
        make({ claimsText: (text) => text.replace('"jwk":{', '"jwk":{"alg":"none",') }),
      ),

      witAccepted(
        "claim-escaped",
        "a claim whose name is written with an escape",
        WELL_FORMED,
        make({ claimsText: (text) => text.replace('"sub"', '"s\\u0075b"') }),
      ),
      witAccepted(
        "white-space",
        "white space where JSON allows it",
        WELL_FORMED,
        make({ claimsText: (text) => ` \t\r\n${text.replace("{", "{ ")}\n` }),
      ),
      witAccepted("depth-16", "claims nested to 16 levels, themselves counted", ONE_TOKEN, nested(16)),
      witRejected("depth-17", "claims nested to 17 levels", ONE_TOKEN, MALFORMED, nested(17), { note: LIMIT }),
      witRejected("depth-1000", "claims nested to 1000 levels", `${ONE_TOKEN} ID-7.1.03`, MALFORMED, nested(1000), {
        note: LIMIT,
      }),
      witAccepted("length-16384", "16384 characters", ONE_TOKEN, tokenOfLength(16384, make)),
      witRejected("length-16385", "16385 characters", ONE_TOKEN, "wit_too_large", tokenOfLength(16385, make), {
        note: LIMIT,
      }),
    ];
  }),
};
