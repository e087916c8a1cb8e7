// @ts-check
import { at, inBothFamilies, withPolicy } from "../cases.mjs";
import { ed25519Family, es256 } from "../keys.mjs";
import {
  answerAccepted,
  answerRejected,
  makeAnswer,
  makeSigned,
  NONCE,
  SIGNED_CONTEXT,
  SPEC,
  serviceWit,
} from "../signed.mjs";
import { signatureMembers } from "../signatures.mjs";
import { NOW, withFlippedBit } from "../tokens.mjs";

/** @typedef {import("../signatures.mjs").Parameters} Parameters */
/** @typedef {[id: string, description: string, requirements: string, parameters: Parameters]} Row */

const DEMANDED = "HSIG-3.5.02 HSIG-3.5.05 HSIG-6.4.02";
const ANY_SIGNATURE = "HSIG-3.5.08";
const TIED = "HSIG-3.4.03 HSIG-3.5.09";

/** @type {Row[]} */
const MISSING = [
  ["created-missing", "no created", "HSIG-3.22", { created: undefined }],
  ["expires-missing", "no expires", "HSIG-3.23", { expires: undefined }],
  ["nonce-missing", "no nonce", "HSIG-3.25", { nonce: undefined }],
  [
    "request-nonce-missing",
    "no wimse-req-nonce",
    "HSIG-3.29 HSIG-3.4.02 HSIG-3.5.09",
    { "wimse-req-nonce": undefined },
  ],
];

/** @type {Row[]} */
const INVALID = [
  ["request-nonce-token", "wimse-req-nonce as a Token", "HSIG-3.4.01 HSIG-7.1.01", { "wimse-req-nonce": NONCE }],
  ["request-nonce-integer", "wimse-req-nonce as an Integer", "HSIG-3.4.01 HSIG-7.1.01", { "wimse-req-nonce": "42" }],
  ["request-nonce-bytes", "wimse-req-nonce as bytes", "HSIG-3.4.01 HSIG-7.1.01", { "wimse-req-nonce": ":AAEC:" }],
  ["nonce-integer", "nonce as an Integer", "HSIG-3.25 R9421-2.3.02", { nonce: "42" }],
  ["created-string", "created as a String", "HSIG-3.22 R9421-2.3.02", { created: `"${NOW}"` }],
];

/** @type {Row[]} */
const FORBIDDEN = [
  ["keyid", "a keyid", "HSIG-3.30", { keyid: '"service"' }],
  ["alg", "an alg", "HSIG-3.31 HSIG-3.1.03", { alg: '"ed25519"' }],
];

/** @type {Row[]} */
const OTHER_NONCES = [
  ["request-nonce-other", "the nonce of another request", TIED, { "wimse-req-nonce": '"abcd1111"' }],
  ["request-nonce-cut", "the nonce without its last character", TIED, { "wimse-req-nonce": `"${NONCE.slice(0, -1)}"` }],
  ["request-nonce-case", "the nonce in capitals", TIED, { "wimse-req-nonce": `"${NONCE.toUpperCase()}"` }],
];

/** @type {import("../cases.mjs").VectorFile} */
export const demands = {
  suite: "http-signature",
  name: "response-signatures",
  spec: SPEC,
  description:
    "Whether a response has to be signed, and its signature: parameters, times, key, WIT. required says that the client sent wimse-sign-response as true.",
  context: SIGNED_CONTEXT,
  cases: inBothFamilies((family) => {
    const other = family === es256 ? ed25519Family : es256;
    const content = { body: "two cones" };
    /** @param {Parameters} parameters */
    const asked = (parameters) => makeSigned(family, { sign: { parameters } });
    const unsigned = { wit: null, sign: null };
    const wishing = /** @type {import("../cases.mjs").Line[]} */ ([
      ["Accept-Signature", 'sig=("@status");created;tag="wimse-workload-to-workload"'],
    ]);
    const notDemanding = { request: asked({}), required: false };
    /** @param {string | string[]} codes @param {Row[]} rows */
    const rejected = (codes, rows) =>
      rows.map(([id, description, requirements, parameters]) =>
        answerRejected(id, description, requirements, codes, makeAnswer(family, { sign: { parameters } })),
      );
    const plain = makeAnswer(family);
    const required = "response_signature_required";
    return [
      answerAccepted("demanded", "demanded and signed", DEMANDED, plain),
      answerRejected(
        "demanded-unsigned",
        "demanded and not signed",
        DEMANDED,
        required,
        makeAnswer(family, { ...content, ...unsigned }),
      ),
      answerRejected(
        "demanded-unsigned-with-wit",
        "demanded, and there is a WIT only",
        DEMANDED,
        required,
        makeAnswer(family, { ...content, sign: null }),
      ),
      answerRejected(
        "demanded-unsigned-error",
        "demanded, and an error that is not signed",
        "HSIG-3.5.05",
        required,
        makeAnswer(family, { ...unsigned, status: 503 }),
      ),
      answerRejected(
        "demanded-tag-missing",
        "demanded, and signed without the tag",
        "HSIG-3.26 HSIG-3.33 HSIG-3.5.05",
        required,
        makeAnswer(family, { sign: { parameters: { tag: undefined } } }),
      ),
      answerAccepted(
        "not-demanded",
        "neither demanded nor signed",
        "HSIG-3.5.06",
        makeAnswer(family, { ...notDemanding, ...content, ...unsigned }),
      ),
      answerAccepted(
        "demand-false",
        "the parameter as false, and not signed",
        "HSIG-3.3.02 HSIG-3.5.06",
        makeAnswer(family, { request: asked({ "wimse-sign-response": "?0" }), required: false, ...unsigned }),
      ),
      answerAccepted(
        "not-demanded-signed",
        "not demanded and signed",
        "HSIG-3.3.04 HSIG-3.5.07 HSIG-3.5.08",
        makeAnswer(family, notDemanding),
      ),
      answerRejected(
        "not-demanded-broken",
        "not demanded, and the signature is broken",
        ANY_SIGNATURE,
        "signature_invalid",
        makeAnswer(family, { ...notDemanding, sign: { signature: withFlippedBit } }),
      ),
      answerRejected(
        "not-demanded-expired",
        "not demanded, and the signature has expired",
        `${ANY_SIGNATURE} HSIG-5.1.05`,
        "signature_expired",
        makeAnswer(family, notDemanding),
        at(65),
      ),
      answerAccepted(
        "wish",
        "a wish in Accept-Signature, and not signed",
        "HSIG-3.5.10 HSIG-3.5.11",
        makeAnswer(family, { request: makeSigned(family, { lines: wishing }), required: false, ...unsigned }),
      ),
      answerRejected(
        "wish-and-demand",
        "a wish in Accept-Signature beside the demand, and not signed",
        "HSIG-3.5.11",
        required,
        makeAnswer(family, {
          request: makeSigned(family, { lines: wishing, sign: { parameters: { "wimse-sign-response": "" } } }),
          ...unsigned,
        }),
      ),
      answerAccepted(
        "wish-for-less",
        "a wish for less, and everything is covered",
        "HSIG-3.5.14",
        makeAnswer(family, { request: makeSigned(family, { lines: wishing }), required: false }),
      ),
      answerRejected(
        "wish-for-less-granted",
        "a wish for less, and no more is covered",
        "HSIG-3.5.14 HSIG-3.18",
        "signature_component_missing",
        makeAnswer(family, {
          request: makeSigned(family, { lines: wishing }),
          required: false,
          sign: { components: () => ['"@status"'] },
        }),
      ),

      ...rejected("signature_parameter_missing", MISSING),
      ...rejected("signature_parameter_invalid", INVALID),
      ...rejected("signature_parameter_forbidden", FORBIDDEN),
      ...rejected("signature_request_nonce_mismatch", OTHER_NONCES),
      answerAccepted("tolerated-after-end", "after expires, within the tolerance", "HSIG-5.1.05", plain, at(64)),
      answerRejected("after-tolerance", "the tolerance is over", "HSIG-5.1.05", "signature_expired", plain, at(65)),
      answerRejected(
        "before-tolerance",
        "created in the future",
        "HSIG-5.1.05",
        "signature_not_yet_valid",
        plain,
        at(-6),
      ),
      answerRejected(
        "too-long",
        "a lifetime of an hour",
        "HSIG-3.24 HSIG-5.1.04",
        "signature_lifetime_too_long",
        makeAnswer(family, { sign: { parameters: { expires: String(NOW + 3600) } } }),
      ),

      answerRejected(
        "other-key",
        "a signature by another key than that of the WIT",
        "HSIG-3.5.01 HSIG-3.1.04",
        "signature_invalid",
        makeAnswer(family, { sign: { key: family.stranger } }),
      ),
      answerRejected(
        "other-algorithm",
        "a signature by another algorithm than cnf.jwk.alg",
        "HSIG-3.1.01 HSIG-3.1.04",
        "signature_invalid",
        makeAnswer(family, { sign: { key: other.neighbour } }),
      ),
      answerRejected(
        "wit-of-stranger",
        "a WIT of an issuer that nobody trusts",
        "HSIG-3.41",
        "wit_signature_invalid",
        makeAnswer(family, { wit: { key: family.stranger } }),
      ),
      answerRejected(
        "wit-expired",
        "a WIT that has expired",
        "HSIG-3.41",
        "wit_expired",
        makeAnswer(family, { wit: { claims: { exp: NOW - 5 } } }),
      ),
      answerRejected(
        "wit-twice",
        "the WIT in two lines",
        "HSIG-3.18",
        "wit_multiple",
        makeAnswer(family, { lines: [["workload-identity-token", serviceWit(family)]] }),
      ),
      answerAccepted(
        "foreign-before",
        "a signature of an intermediary before it, under the usual label",
        "HSIG-3.35 HSIG-3.36 HSIG-5.2.01 HSIG-5.2.02",
        makeAnswer(family, {
          sign: { label: "sig2" },
          signatures: (own, message) => [
            signatureMembers(message, {
              key: family.stranger,
              components: ['"@status"'],
              parameters: { created: String(NOW), keyid: '"proxy-1"' },
            }),
            own,
          ],
        }),
      ),
      answerRejected(
        "two-with-tag",
        "two signatures with the tag",
        "HSIG-3.34",
        "signature_multiple",
        makeAnswer(family, {
          signatures: (own) => [
            own,
            { input: own.input.replace("wimse=", "sig2="), signature: own.signature.replace("wimse=", "sig2=") },
          ],
        }),
      ),
      answerAccepted("first", "a response for the first time", "HSIG-3.39 HSIG-6.4.01", plain),
      answerRejected("again", "the same response again", "HSIG-3.39 HSIG-6.4.01", "signature_replayed", plain, {
        after: "first",
      }),
      answerAccepted(
        "unchecked",
        "a response where nobody remembers",
        "HSIG-3.38",
        plain,
        withPolicy({ replay: "unchecked" }),
      ),
    ];
  }),
};
