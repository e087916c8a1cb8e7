// @ts-check
import { inBothFamilies, LIMIT } from "../cases.mjs";
import { makeSigned, NONCE, SIGNED_CONTEXT, SPEC, signedAccepted, signedRejected, TAG } from "../signed.mjs";
import { AUDIENCE, NOW } from "../tokens.mjs";

/** @typedef {import("../signatures.mjs").Parameters} Parameters */
/** @typedef {[id: string, description: string, requirements: string, parameters: Parameters]} Row */

/** @type {Row[]} */
const MISSING = [
  ["created-missing", "no created", "HSIG-3.22", { created: undefined }],
  ["expires-missing", "no expires", "HSIG-3.23", { expires: undefined }],
  ["nonce-missing", "no nonce", "HSIG-3.25", { nonce: undefined }],
  ["audience-missing", "no wimse-aud", "HSIG-3.27 HSIG-3.2.02", { "wimse-aud": undefined }],
];

/** @type {Row[]} */
const FORBIDDEN = [
  ["keyid", "a keyid", "HSIG-3.30", { keyid: '"agent"' }],
  ["keyid-empty", "a keyid, even an empty one", "HSIG-3.30", { keyid: '""' }],
  ["alg-ecdsa", "an alg", "HSIG-3.31 HSIG-3.1.03", { alg: '"ecdsa-p256-sha256"' }],
  ["alg-ed25519", "another alg", "HSIG-3.31 HSIG-3.1.03", { alg: '"ed25519"' }],
];

const TYPES = "HSIG-7.1.01 HSIG-3.2.01 HSIG-3.27";

/** @type {Row[]} */
const INVALID = [
  ["created-string", "created as a String", "HSIG-3.22 R9421-2.3.02", { created: `"${NOW}"` }],
  ["created-decimal", "created as a Decimal", "HSIG-3.22 R9421-2.3.02", { created: `${NOW}.0` }],
  ["created-bare", "created without a value", "HSIG-3.22 R9421-2.3.02", { created: "" }],
  ["expires-string", "expires as a String", "HSIG-3.23 R9421-2.3.02", { expires: `"${NOW + 60}"` }],
  ["expires-decimal", "expires as a Decimal", "HSIG-3.23 R9421-2.3.02", { expires: `${NOW + 60}.5` }],
  ["expires-bare", "expires without a value", "HSIG-3.23 R9421-2.3.02", { expires: "" }],
  ["nonce-integer", "nonce as an Integer", "HSIG-3.25 R9421-2.3.02", { nonce: "42" }],
  ["nonce-token", "nonce as a Token", "HSIG-3.25 R9421-2.3.02", { nonce: NONCE }],
  ["nonce-bytes", "nonce as a Byte Sequence", "HSIG-3.25 R9421-2.3.02", { nonce: ":AAEC:" }],
  ["nonce-empty", "an empty nonce", "HSIG-3.37", { nonce: '""' }],
  ["audience-integer", "wimse-aud as an Integer", TYPES, { "wimse-aud": "42" }],
  ["audience-token", "wimse-aud as a Token", TYPES, { "wimse-aud": "svc" }],
  ["audience-bare", "wimse-aud without a value", TYPES, { "wimse-aud": "" }],
  ["audience-bytes", "wimse-aud as a Byte Sequence", TYPES, { "wimse-aud": ":AAEC:" }],
  ["audience-empty", "an empty wimse-aud", "HSIG-3.2.02 HSIG-3.27", { "wimse-aud": '""' }],
  ["sign-response-string", "the String true", "HSIG-3.3.01 HSIG-7.1.01", { "wimse-sign-response": '"true"' }],
  ["sign-response-token", "the Token true", "HSIG-3.3.01 HSIG-7.1.01", { "wimse-sign-response": "true" }],
  ["sign-response-integer", "the Integer 1", "HSIG-3.3.01 HSIG-7.1.01", { "wimse-sign-response": "1" }],
];

/** Those that occur twice. The signature is that of the last, which counts in a structured field. */
const TWICE = [
  ["created", "HSIG-3.22", `;created=${NOW - 1}`],
  ["expires", "HSIG-3.23", `;expires=${NOW + 30}`],
  ["nonce", "HSIG-3.25", ';nonce="abcd1111"'],
  ["wimse-aud", "HSIG-3.27", ';wimse-aud="https://other.example.com/"'],
].map(([name = "", requirement = "", first = ""]) => ({ name, requirement, first }));

/** @type {import("../cases.mjs").VectorFile} */
export const signedParameters = {
  suite: "http-signature",
  name: "parameters",
  spec: SPEC,
  description: "The parameters of a request signature: which there are, of which type, for whom.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    /** @param {string | string[]} codes @param {Row[]} rows */
    const rejected = (codes, rows) =>
      rows.map(([id, description, requirements, parameters]) =>
        signedRejected(id, description, requirements, codes, makeSigned(family, { sign: { parameters } })),
      );
    /** @param {string} value @param {import("../signed.mjs").SignedRequestParts} [parts] */
    const forAudience = (value, parts = {}) =>
      makeSigned(family, { ...parts, sign: { parameters: { "wimse-aud": `"${value}"` } } });
    /** @param {string[]} audience */
    const knownAs = (...audience) => ({ context: { policy: { audience } } });
    const mismatch = "signature_audience_mismatch";
    return [
      ...rejected("signature_parameter_missing", MISSING),
      ...rejected("signature_parameter_forbidden", FORBIDDEN),
      ...rejected("signature_parameter_invalid", INVALID),
      ...TWICE.map(({ name, requirement, first }) =>
        signedRejected(
          `${name}-twice`,
          `${name} occurs twice, the second as it should be`,
          `${requirement} R9421-2.3.02`,
          ["signature_parameter_invalid", "signature_malformed"],
          makeSigned(family, { sign: { sentAs: (text) => text.replace(`;${name}=`, `${first};${name}=`) } }),
        ),
      ),
      signedAccepted(
        "nonce-256",
        "a nonce of 256 characters",
        "HSIG-3.25 HSIG-3.37",
        makeSigned(family, { sign: { parameters: { nonce: `"${"n".repeat(256)}"` } } }),
      ),
      signedRejected(
        "nonce-257",
        "a nonce of 257 characters",
        "HSIG-3.25 R9421-2.3.02",
        "signature_parameter_invalid",
        makeSigned(family, { sign: { parameters: { nonce: `"${"n".repeat(257)}"` } } }),
        { note: LIMIT },
      ),
      signedAccepted(
        "other-order",
        "the parameters in another order",
        "HSIG-3.22 HSIG-3.26",
        makeSigned(family, { sign: { reversed: true } }),
      ),
      signedAccepted(
        "spaces",
        "spaces before parameters, which are not covered",
        "HSIG-3.22",
        makeSigned(family, { sign: { sentAs: (text) => text.replaceAll(";", "; ") } }),
      ),
      signedAccepted(
        "spaces-in-list",
        "spaces in the list of components, which are not covered",
        "HSIG-3.01",
        makeSigned(family, { sign: { sentAs: (text) => text.replace("(", "( ").replaceAll('" "', '"  "') } }),
      ),

      signedAccepted(
        "other-audience",
        "a name that the recipient is known by",
        "HSIG-3.2.03 HSIG-3.2.04",
        forAudience("orders-service"),
        knownAs(AUDIENCE, "orders-service"),
      ),
      signedAccepted(
        "audience-unlike-target",
        "an audience that the target does not show, from configuration",
        "HSIG-3.2.03 HSIG-3.2.05",
        forAudience("https://internal.example.net/v1/42"),
        knownAs("https://internal.example.net/v1/42"),
      ),
      signedRejected(
        "audience-subject",
        "the identifier of the sender as the audience",
        "HSIG-3.2.04",
        mismatch,
        forAudience("wimse://example.com/agent"),
      ),
      signedRejected(
        "audience-of-host",
        "an audience that Host and target agree with, and configuration does not",
        "HSIG-3.2.05",
        mismatch,
        forAudience("https://other.example.com/orders/42", { host: "other.example.com" }),
      ),
      signedRejected(
        "audience-with-query",
        "the target with its query",
        "HSIG-3.2.03",
        mismatch,
        forAudience(`${AUDIENCE}?x=1`),
      ),
      signedRejected(
        "audience-prefix",
        "the origin alone",
        "HSIG-3.2.05",
        mismatch,
        forAudience("https://svc.example.com"),
      ),
      signedRejected("audience-longer", "a path below", "HSIG-3.2.05", mismatch, forAudience(`${AUDIENCE}/items`)),
      signedRejected("audience-slash", "a slash more", "HSIG-3.2.05", mismatch, forAudience(`${AUDIENCE}/`)),
      signedRejected(
        "audience-capitals",
        "the host in capitals",
        "HSIG-3.2.05",
        mismatch,
        forAudience("https://SVC.example.com/orders/42"),
      ),
      signedRejected(
        "audience-port",
        "the default port written out",
        "HSIG-3.2.05",
        mismatch,
        forAudience("https://svc.example.com:443/orders/42"),
      ),
      signedRejected("audience-space", "a space before it", "HSIG-3.2.05", mismatch, forAudience(` ${AUDIENCE}`)),

      signedRejected(
        "tag-missing",
        "no tag",
        "HSIG-3.26 HSIG-3.33",
        "proof_missing",
        makeSigned(family, { sign: { parameters: { tag: undefined } } }),
      ),
      signedRejected(
        "tag-other",
        "another tag",
        "HSIG-3.26 HSIG-3.33",
        "proof_missing",
        makeSigned(family, { sign: { parameters: { tag: '"wimse-service-to-service"' } } }),
      ),
      signedRejected(
        "tag-capitals",
        "the tag in capitals",
        "HSIG-3.26 HSIG-3.33",
        "proof_missing",
        makeSigned(family, { sign: { parameters: { tag: `"${TAG.toUpperCase()}"` } } }),
      ),
      signedRejected(
        "tag-token",
        "the tag as a Token",
        "HSIG-3.26 HSIG-3.33",
        ["proof_missing", "signature_parameter_invalid"],
        makeSigned(family, { sign: { parameters: { tag: TAG } } }),
      ),
    ];
  }),
};
