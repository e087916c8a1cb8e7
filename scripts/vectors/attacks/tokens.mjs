// @ts-check
import { inBothFamilies, makeRequest, REQUEST_CONTEXT, requestRejected } from "../cases.mjs";
import { hashOf, makeWit } from "../tokens.mjs";

const JSON_NAMES = "CREDS-5.1.4.01 CREDS-5.1.4.02";

/** @type {import("../cases.mjs").VectorFile} */
export const tokenAttacks = {
  suite: "attacks",
  name: "tokens",
  spec: "draft-ietf-wimse-wpt-02",
  description: "Tokens that two readers could read in two ways: repeated members, odd encodings.",
  context: REQUEST_CONTEXT,
  cases: inBothFamilies((family) => {
    const wit = makeWit(family);
    const own = makeWit(family, {
      claims: { sub: "wimse://example.com/mallory", cnf: { jwk: family.neighbour.publicJwk } },
    });
    /** @param {string} first @param {string} [second] */
    const wptTwice = (first, second = "") =>
      makeRequest(family, {
        wit,
        wpt: { wit, claimsText: (text) => text.replace("{", `{${first}`).replace(/}$/, `${second}}`) },
      });
    /** @param {(text: string) => string} claimsText */
    const witWith = (claimsText) => makeRequest(family, { wit: { claimsText } });
    return [
      requestRejected(
        "sub-twice",
        "two subjects in a WIT that a careless issuer signed, the first for whoever reads the last",
        JSON_NAMES,
        "wit_malformed",
        witWith((text) => text.replace("{", '{"sub":"wimse://example.com/admin",')),
      ),
      requestRejected(
        "sub-twice-last",
        "the same the other way round",
        JSON_NAMES,
        "wit_malformed",
        witWith((text) => text.replace(/}$/, ',"sub":"wimse://example.com/admin"}')),
      ),
      requestRejected(
        "cnf-twice",
        "two keys in such a WIT",
        JSON_NAMES,
        "wit_malformed",
        witWith((text) => text.replace("{", `{"cnf":${JSON.stringify({ jwk: family.neighbour.publicJwk })},`)),
      ),
      requestRejected(
        "sub-in-letter-cases",
        "a subject in another letter case is another claim",
        "CREDS-5.1.4.03",
        "wit_subject_invalid",
        witWith((text) => text.replace('"sub"', '"Sub"')),
      ),
      requestRejected(
        "aud-twice",
        "two audiences in a proof",
        "WPT-2.24",
        "wpt_malformed",
        wptTwice('"aud":"https://other.example/",'),
      ),
      requestRejected(
        "jti-twice",
        "two ids in a proof",
        "WPT-2.24",
        "wpt_malformed",
        wptTwice("", ',"jti":"another-proof-000000"'),
      ),
      requestRejected(
        "jti-twice-escaped",
        "two ids in a proof, one written with an escape",
        "WPT-2.24",
        "wpt_malformed",
        wptTwice('"\\u006ati":"another-proof-000000",'),
      ),
      requestRejected(
        "wth-twice",
        "two hashes of a WIT in a proof",
        "WPT-2.24",
        "wpt_malformed",
        wptTwice(`"wth":"${hashOf(own)}",`),
      ),
      requestRejected(
        "exp-twice",
        "two expiry times in a proof",
        "WPT-2.24",
        "wpt_malformed",
        wptTwice('"exp":9999999999,'),
      ),
      requestRejected(
        "alg-twice",
        "two algorithms in the header of a proof",
        "WPT-2.24",
        "wpt_malformed",
        makeRequest(family, { wpt: { headerText: (text) => text.replace("{", '{"alg":"none",') } }),
      ),
      requestRejected(
        "json-then-nul",
        "a NUL after the claims, at which some readers stop",
        "WPT-2.24",
        "wpt_malformed",
        makeRequest(family, { wpt: { claimsText: (text) => `${text}\0` } }),
      ),
      requestRejected(
        "json-in-utf-16",
        "claims in UTF-16",
        "WPT-2.24",
        "wpt_malformed",
        makeRequest(family, {
          wpt: {
            claimsSegment: (segment) =>
              Buffer.from(Buffer.from(segment, "base64url").toString(), "utf16le").toString("base64url"),
          },
        }),
      ),
      requestRejected(
        "base64-line-ends",
        "a line end in the encoding, which some decoders skip",
        "WPT-2.24 R9421-2.04",
        ["request_malformed", "wpt_malformed"],
        makeRequest(family, { wpt: { claimsSegment: (segment) => `${segment.slice(0, 8)}\n${segment.slice(8)}` } }),
      ),
      requestRejected(
        "base64-space",
        "a space in the encoding, which some decoders skip",
        "WPT-2.24",
        "wpt_malformed",
        makeRequest(family, { wpt: { claimsSegment: (segment) => `${segment.slice(0, 8)} ${segment.slice(8)}` } }),
      ),
      requestRejected(
        "base64-foreign-character",
        "a character in the encoding that some decoders skip",
        "WPT-2.24",
        "wpt_malformed",
        makeRequest(family, { wpt: { claimsSegment: (segment) => `${segment.slice(0, 8)}!${segment.slice(8)}` } }),
      ),
      requestRejected(
        "wit-base64-space",
        "the same in a WIT",
        "CREDS-5.1.4.02",
        "wit_malformed",
        makeRequest(family, { wit: { claimsSegment: (segment) => `${segment.slice(0, 8)} ${segment.slice(8)}` } }),
      ),
    ];
  }),
};
