// @ts-check
import { inBothFamilies, witRejected, WIT_CONTEXT } from "../cases.mjs";
import { inKeySet } from "../keys.mjs";
import { makeWit, ORIGIN } from "../tokens.mjs";

const SUBJECT = "CREDS-5.1.05 CREDS-5.1.4.03";
const IDENTIFIER = "CREDS-1.3.01 CREDS-5.1.4.03";
const INVALID = "wit_subject_invalid";

/** Subjects that are no Workload Identifiers, each with what it shows. */
const NO_IDENTIFIERS = [
  ["sub-query", "a query", "wimse://example.com/agent?admin", "ID-7.1.02"],
  ["sub-fragment", "a fragment", "wimse://example.com/agent#admin", "ID-7.1.02"],
  ["sub-userinfo", "a user name", "wimse://example.com@evil.example/agent", "ID-7.1.02"],
  ["sub-port", "a port", "wimse://example.com:443/agent", "ID-7.1.02"],
  ["sub-origin", "an origin, which names no workload", "wimse://example.com", "ID-4.6.01"],
  ["sub-root-path", "a path without a segment", "wimse://example.com/", "ID-4.1.03"],
  ["sub-relative", "a path alone", "/agent", "ID-4.1.01"],
  ["sub-name", "a name", "agent", "ID-4.1.01"],
  ["sub-empty", "an empty string", "", "ID-4.1.01"],
  [
    "sub-trust-domain-capitals",
    "the configured trust domain in capitals",
    "wimse://EXAMPLE.COM/agent",
    "ID-P-4.1.03 ID-P-4.1.04 ID-P-7.1.01 ID-P-7.1.02 ID-P-4.4.09",
  ],
  [
    "sub-scheme-capitals",
    "the configured scheme in capitals",
    "WIMSE://example.com/agent",
    "ID-P-4.1.03 ID-P-4.1.04 ID-P-7.1.01 ID-P-4.4.09",
  ],
  [
    "sub-encoded",
    "a letter of the path encoded",
    "wimse://example.com/%61gent",
    "ID-P-4.1.03 ID-P-4.1.04 ID-P-7.1.03 ID-P-7.1.04",
  ],
  [
    "sub-encoded-trust-domain",
    "a letter of the trust domain encoded",
    "wimse://ex%61mple.com/agent",
    "ID-P-4.1.03 ID-P-7.1.01",
  ],
  ["sub-dot-segments", "dot segments", "wimse://example.com/x/../agent", "ID-P-4.1.03 ID-P-7.1.03 ID-P-7.1.04"],
  ["sub-trailing-slash", "a slash at the end", "wimse://example.com/agent/", "ID-P-4.1.03"],
  ["sub-space", "a space after it", "wimse://example.com/agent ", "ID-7.1.01"],
  ["sub-newline", "a line end after it", "wimse://example.com/agent\n", "ID-7.1.01"],
  ["sub-nul", "a NUL in it", "wimse://example.com/agent\0", "ID-7.1.01"],
  ["sub-2049", "2049 bytes", "wimse://example.com/".padEnd(2049, "x"), "ID-7.1.05"],
];

/** @type {import("../cases.mjs").VectorFile} */
export const witClaims = {
  suite: "wit",
  name: "claims",
  spec: "draft-ietf-wimse-workload-creds-03",
  description:
    "Claims of a WIT that are refused: subject and issuer. Times and the confirmation key have files of their own.",
  context: WIT_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {import("../tokens.mjs").Json} claims */
    const withClaims = (claims) => makeWit(family, { claims });
    const listing = {
      context: { trust: { [ORIGIN]: { keys: [inKeySet(family.issuer)], issuers: ["https://issuer.example.com"] } } },
    };
    return [
      witRejected("sub-missing", "no sub", SUBJECT, INVALID, withClaims({ sub: undefined })),
      witRejected(
        "sub-missing-iss",
        "no sub, and an identifier as iss",
        `${SUBJECT} CREDS-4.01`,
        INVALID,
        withClaims({ sub: undefined, iss: "wimse://example.com/agent" }),
      ),
      witRejected(
        "sub-array",
        "two subjects in an array",
        `${SUBJECT} CREDS-4.01`,
        INVALID,
        withClaims({ sub: ["wimse://example.com/agent", "wimse://example.com/admin"] }),
      ),
      witRejected(
        "sub-array-of-one",
        "one subject in an array",
        `${SUBJECT} CREDS-4.01`,
        INVALID,
        withClaims({ sub: ["wimse://example.com/agent"] }),
      ),
      witRejected(
        "sub-two-in-one",
        "two identifiers with a space between them",
        `${SUBJECT} CREDS-4.01`,
        INVALID,
        withClaims({ sub: "wimse://example.com/agent wimse://example.com/admin" }),
      ),
      witRejected(
        "sub-object",
        "a subject that is an object",
        SUBJECT,
        INVALID,
        withClaims({ sub: { uri: "wimse://example.com/agent" } }),
      ),
      witRejected("sub-null", "a subject that is null", SUBJECT, INVALID, withClaims({ sub: null })),
      witRejected("sub-number", "a subject that is a number", SUBJECT, INVALID, withClaims({ sub: 1 })),
      ...NO_IDENTIFIERS.map(([id = "", description = "", sub, requirements]) =>
        witRejected(id, `sub: ${description}`, `${IDENTIFIER} ${requirements}`, INVALID, withClaims({ sub })),
      ),
      witRejected(
        "sub-ipv4",
        "sub: an IP address as trust domain",
        `${IDENTIFIER} ID-4.3.02`,
        INVALID,
        withClaims({ sub: "wimse://192.0.2.1/agent" }),
      ),

      witRejected(
        "iss-not-listed",
        "an iss that the configuration does not list",
        "CREDS-9.1.02 CREDS-5.1.3.03",
        "wit_issuer_not_allowed",
        withClaims({ iss: "https://evil.example" }),
        listing,
      ),
      witRejected(
        "iss-missing",
        "no iss, where the configuration lists some",
        "CREDS-9.1.02",
        "wit_issuer_not_allowed",
        makeWit(family),
        listing,
      ),
      witRejected(
        "iss-longer",
        "an iss that only begins like a listed one",
        "CREDS-9.1.02",
        "wit_issuer_not_allowed",
        withClaims({ iss: "https://issuer.example.com/" }),
        listing,
      ),
      witRejected(
        "iss-array",
        "an array with a listed iss",
        "CREDS-9.1.02 CREDS-5.1.04",
        ["wit_claim_invalid", "wit_issuer_not_allowed"],
        withClaims({ iss: ["https://issuer.example.com"] }),
        listing,
      ),
      witRejected(
        "iss-number",
        "iss that is a number",
        "CREDS-5.1.4.01 CREDS-5.1.04",
        "wit_claim_invalid",
        withClaims({ iss: 1 }),
      ),
      witRejected(
        "jti-number",
        "jti that is a number",
        "CREDS-5.1.4.01 CREDS-5.1.07",
        "wit_claim_invalid",
        withClaims({ jti: 1 }),
      ),
    ];
  }),
};
