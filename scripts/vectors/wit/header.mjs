// @ts-check
import { createHmac } from "node:crypto";
import { inBothFamilies, witRejected, WIT_CONTEXT } from "../cases.mjs";
import { inKeySet, keyOf } from "../keys.mjs";
import { makeWit, ORIGIN } from "../tokens.mjs";

const TYPE = "CREDS-5.1.03 CREDS-5.1.4.04";
const ALGORITHM = "CREDS-5.1.01";
const CRITICAL = "CREDS-5.1.4.01";
const TYPE_MISMATCH = "wit_type_mismatch";
const NOT_ALLOWED = "wit_algorithm_not_allowed";
const UNSUPPORTED = "wit_critical_header_unsupported";

/** Like a WIT, but with a MAC made with the public key of the issuer. @param {import("../keys.mjs").Family} family */
function macWithPublicKey(family) {
  const secret = JSON.stringify(family.issuer.publicJwk);
  /** @param {Uint8Array} data */
  const sign = (data) => new Uint8Array(createHmac("sha256", secret).update(data).digest());
  return makeWit(family, { key: { ...family.issuer, alg: "HS256", sign } });
}

/** @param {string} text */
const swapCase = (text) => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase());

/** @type {import("../cases.mjs").VectorFile} */
export const witHeader = {
  suite: "wit",
  name: "header",
  spec: "draft-ietf-wimse-workload-creds-03",
  description: "Header parameters of a WIT that are refused; the token is signed with them.",
  context: WIT_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {import("../tokens.mjs").Json} header */
    const withHeader = (header) => makeWit(family, { header });
    const other = family.alg === "ES256" ? "Ed25519" : "ES256";
    return [
      witRejected("typ-missing", "no typ", TYPE, TYPE_MISMATCH, withHeader({ typ: undefined })),
      witRejected("typ-jwt", "typ JWT", TYPE, TYPE_MISMATCH, withHeader({ typ: "JWT" })),
      witRejected("typ-wpt", "typ of a proof", TYPE, TYPE_MISMATCH, withHeader({ typ: "wpt+jwt" })),
      witRejected(
        "typ-of-early-drafts",
        "typ of early drafts",
        TYPE,
        TYPE_MISMATCH,
        withHeader({ typ: "wimse-id+jwt" }),
      ),
      witRejected(
        "typ-other-tree",
        "typ with another top-level type",
        `${TYPE} CREDS-11.1.01`,
        TYPE_MISMATCH,
        withHeader({ typ: "text/wit+jwt" }),
      ),
      witRejected("typ-number", "typ that is a number", TYPE, [TYPE_MISMATCH, "wit_malformed"], withHeader({ typ: 1 })),
      witRejected(
        "typ-array",
        "typ in an array",
        TYPE,
        [TYPE_MISMATCH, "wit_malformed"],
        withHeader({ typ: ["wit+jwt"] }),
      ),
      witRejected("typ-empty", "an empty typ", TYPE, TYPE_MISMATCH, withHeader({ typ: "" })),

      witRejected("alg-missing", "no alg", ALGORITHM, [NOT_ALLOWED, "wit_malformed"], withHeader({ alg: undefined })),
      witRejected(
        "alg-none",
        "alg none, and the signature all the same",
        "CREDS-5.1.02 CREDS-5.1.01",
        NOT_ALLOWED,
        withHeader({ alg: "none" }),
      ),
      witRejected(
        "alg-none-capital",
        "alg None",
        "CREDS-5.1.02 CREDS-5.1.01",
        NOT_ALLOWED,
        withHeader({ alg: "None" }),
      ),
      witRejected(
        "alg-none-unsigned",
        "alg none without a signature",
        "CREDS-5.1.02",
        ["wit_malformed", NOT_ALLOWED],
        makeWit(family, { header: { alg: "none" }, signatureSegment: () => "" }),
      ),
      witRejected(
        "alg-hs256",
        "a MAC whose secret is the issuer's public key",
        ALGORITHM,
        NOT_ALLOWED,
        macWithPublicKey(family),
      ),
      witRejected(
        "alg-rsa-oaep",
        "an encryption algorithm",
        ALGORITHM,
        NOT_ALLOWED,
        withHeader({ alg: "RSA-OAEP-256" }),
      ),
      witRejected(
        "alg-unknown",
        "an algorithm that does not exist",
        ALGORITHM,
        NOT_ALLOWED,
        withHeader({ alg: "XS256" }),
      ),
      witRejected(
        "alg-letter-case",
        "an algorithm in another letter case",
        ALGORITHM,
        NOT_ALLOWED,
        withHeader({ alg: swapCase(family.alg) }),
      ),
      witRejected(
        "alg-number",
        "alg that is a number",
        ALGORITHM,
        [NOT_ALLOWED, "wit_malformed"],
        withHeader({ alg: -7 }),
      ),
      witRejected(
        "alg-not-listed",
        "an algorithm that the trust domain does not list",
        "CREDS-3.06",
        NOT_ALLOWED,
        makeWit(family, { claims: { cnf: { jwk: keyOf(other, "agent").publicJwk } } }),
        {
          context: {
            trust: {
              [ORIGIN]: { keys: [inKeySet(family.issuer), inKeySet(keyOf(other, "issuer"))], algorithms: [other] },
            },
          },
        },
      ),

      witRejected(
        "crit-unknown",
        "a critical parameter that nobody knows",
        CRITICAL,
        UNSUPPORTED,
        withHeader({ crit: ["x-ver"], "x-ver": 1 }),
      ),
      witRejected(
        "crit-known",
        "a parameter that everybody knows, marked critical",
        CRITICAL,
        UNSUPPORTED,
        withHeader({ crit: ["kid"] }),
      ),
      witRejected(
        "crit-empty",
        "an empty list of critical parameters",
        CRITICAL,
        UNSUPPORTED,
        withHeader({ crit: [] }),
      ),
      witRejected(
        "crit-string",
        "crit that is a string",
        CRITICAL,
        [UNSUPPORTED, "wit_malformed"],
        withHeader({ crit: "x-ver" }),
      ),
      witRejected(
        "b64-critical",
        "b64, which changes what is signed",
        CRITICAL,
        UNSUPPORTED,
        withHeader({ b64: true, crit: ["b64"] }),
      ),
      witRejected("b64", "b64 that is not marked critical", CRITICAL, UNSUPPORTED, withHeader({ b64: false })),
    ];
  }),
};
