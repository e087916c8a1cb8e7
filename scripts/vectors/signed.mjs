// @ts-check
// Requests and responses under a signature of the WIMSE profile, and the cases that are made of them.

import { createHash } from "node:crypto";
import { acceptWith, makeCase, rejectWith, REQUEST_CONTEXT } from "./cases.mjs";
import { byteSequence, quoted, signatureLines, signatureMembers } from "./signatures.mjs";
import { AUDIENCE, contentOf, makeWit, NOW } from "./tokens.mjs";

/** @typedef {import("./keys.mjs").Family} Family */
/** @typedef {import("./cases.mjs").Line} Line */
/** @typedef {import("./cases.mjs").More} More */
/** @typedef {import("./cases.mjs").Case} Case */
/** @typedef {import("./signatures.mjs").Message} Message */
/** @typedef {import("./signatures.mjs").SignatureParts} SignatureParts */
/** @typedef {{ input: string; signature: string }} Members */

/**
 * What is done to a signature. Components are changed by a function; parameters are added to the usual ones or replace
 * them, and with `reversed` come from the last to the first.
 *
 * @typedef {Partial<Omit<SignatureParts, "components">> & { components?: (usual: string[]) => string[]; reversed?: boolean }} SignatureChanges
 */

/**
 * What a message is to be. `null` leaves something out; `lines` come before the signature and `after` behind it.
 *
 * @typedef {object} MessageParts
 * @property {string} [body]
 * @property {string | null} [type] `Content-Type`; left out where there is no content
 * @property {string | null} [digest] `Content-Digest`; SHA-256 where there is content
 * @property {string | import("./tokens.mjs").WitChanges | null} [wit]
 * @property {Line[]} [lines]
 * @property {SignatureChanges | null} [sign]
 * @property {(own: Members, message: Message) => Members[]} [signatures] the signatures in the place of one
 * @property {Line[]} [after]
 */

/** @typedef {MessageParts & { method?: string; target?: string; scheme?: string; host?: string }} SignedRequestParts */
/** @typedef {MessageParts & { request?: SignedRequest; status?: number; required?: boolean; expect?: string | null }} AnswerParts */
/** @typedef {{ method: string; scheme: string; target: string; headers: Line[]; body?: string }} SignedRequest */

export const SPEC = "draft-ietf-wimse-http-signature-07";
export const TAG = "wimse-workload-to-workload";
/** The nonce of every request, where it does not matter: each case has a replay store of its own. */
export const NONCE = "cYlRfbuAyXNXjMCz3fTt1Q";
export const ANSWER_NONCE = "xR6nPH1CSJQeFvJZWbTqDg";
/** Who answers. Its key is that of the neighbour. */
export const SERVICE = "wimse://example.com/service";

/** What a recipient of signed messages has been configured with. */
export const SIGNED_CONTEXT = { ...REQUEST_CONTEXT, policy: { ...REQUEST_CONTEXT.policy, proofs: ["http-signature"] } };

/** A member of `Content-Digest`. @param {string} body @param {"sha-256" | "sha-512" | "sha"} [algorithm] */
export const digestOf = (body, algorithm = "sha-256") =>
  `${algorithm}=${byteSequence(
    createHash(algorithm === "sha" ? "sha1" : algorithm.replace("-", ""))
      .update(body)
      .digest(),
  )}`;

const base64 = (/** @type {string} */ body) => Buffer.from(body).toString("base64");

/** @param {MessageParts} parts @returns {Line[]} */
function contentLines({ body, type = body === undefined ? null : "text/plain", digest }) {
  const field = digest === undefined && body !== undefined ? digestOf(body) : (digest ?? null);
  /** @type {Line[]} */
  const lines = [];
  if (type !== null) lines.push(["Content-Type", type]);
  if (field !== null) lines.push(["Content-Digest", field]);
  return lines;
}

/** @param {Line[]} lines @param {string[]} names */
const present = (lines, names) =>
  names.filter((name) => lines.some(([found]) => found.toLowerCase() === name)).map(quoted);

/** What a request signature has to cover. @param {Line[]} lines */
export const usualComponents = (lines) => [
  ...['"@method"', '"@path"', '"@query"'],
  ...present(lines, ["workload-identity-token", "content-type", "content-digest", "authorization", "txn-token"]),
];

/** The parameters of a signature. @param {string} nonce */
const commonParameters = (nonce) => ({
  created: String(NOW),
  expires: String(NOW + 60),
  nonce: quoted(nonce),
  tag: quoted(TAG),
});

/** The parameters of a request signature, some of them changed. @param {import("./signatures.mjs").Parameters} [changes] */
export const requestParameters = (changes = {}) => ({
  ...commonParameters(NONCE),
  "wimse-aud": quoted(AUDIENCE),
  ...changes,
});

/**
 * The lines of the signatures of a message.
 *
 * @param {Message} message @param {MessageParts} parts
 * @param {Pick<SignatureParts, "key" | "components" | "parameters" | "request">} usual
 */
function signedLines(message, { sign = {}, signatures = (own) => [own] }, usual) {
  if (sign === null) return [];
  const { components = (/** @type {string[]} */ list) => list, parameters, reversed = false, ...others } = sign;
  const given = Object.entries({ ...usual.parameters, ...parameters });
  const merged = Object.fromEntries(reversed ? given.toReversed() : given);
  const own = { ...usual, ...others, components: components(usual.components), parameters: merged };
  return signatureLines(...signatures(signatureMembers(message, own), message));
}

/**
 * A signed request of the agent, or one with changes.
 *
 * @param {Family} family
 * @param {SignedRequestParts} [parts]
 * @returns {SignedRequest}
 */
export function makeSigned(family, parts = {}) {
  const { method = parts.body === undefined ? "GET" : "POST", target = "/orders/42?x=1", scheme = "https" } = parts;
  const { body, wit: shown = {}, host = "svc.example.com", lines = [], after = [] } = parts;
  const wit = shown === null || typeof shown === "string" ? shown : makeWit(family, shown);
  /** @type {Line[]} */
  const headers = [["Host", host], ...contentLines(parts)];
  if (wit !== null) headers.push(["Workload-Identity-Token", wit]);
  headers.push(...lines);
  const message = { method, scheme, target, headers };
  const usual = { key: family.agent, components: usualComponents(headers), parameters: requestParameters() };
  const signed = [...headers, ...signedLines(message, parts, usual), ...after];
  return { ...message, headers: signed, ...(body !== undefined && { body: base64(body) }) };
}

/** The WIT of the service that answers, or one with changes. @param {Family} family @param {import("./tokens.mjs").WitChanges} [changes] */
export const serviceWit = (family, changes = {}) =>
  makeWit(family, {
    ...changes,
    claims: { sub: SERVICE, cnf: { jwk: family.neighbour.publicJwk }, ...changes.claims },
  });

/**
 * A signed response of the service, as a client gets it; or one with changes.
 *
 * @param {Family} family
 * @param {AnswerParts} [parts]
 */
export function makeAnswer(family, parts = {}) {
  const asksForSignature = { sign: { parameters: { "wimse-sign-response": "" } } };
  const { request = makeSigned(family, asksForSignature), status = 200, required = true, expect = SERVICE } = parts;
  const { body, wit: shown = {}, lines = [], after = [] } = parts;
  const wit = shown === null || typeof shown === "string" ? shown : serviceWit(family, shown);
  const headers = contentLines(parts);
  if (wit !== null) headers.push(["Workload-Identity-Token", wit]);
  headers.push(...lines);
  const message = { status, headers };
  const usual = {
    key: family.neighbour,
    components: [
      '"@status"',
      ...present(headers, ["workload-identity-token", "content-type", "content-digest"]),
      ...['"@method";req', '"@path";req', '"@query";req'],
    ],
    parameters: { ...commonParameters(ANSWER_NONCE), "wimse-req-nonce": quoted(NONCE) },
    request,
  };
  const signed = [...headers, ...signedLines(message, parts, usual), ...after];
  return { request, required, expect, status, headers: signed, ...(body !== undefined && { body: base64(body) }) };
}

/** The value of the first line of that name. @param {{ headers: Line[] }} message @param {string} name in lower case */
const lineOf = ({ headers }, name) => headers.find(([found]) => found.toLowerCase() === name)?.[1].trim() ?? "";

/**
 * A signed request that is let in. What is expected of the target is in the request.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {SignedRequest} request
 * @param {More} [more]
 */
export function signedAccepted(id, description, requirements, request, more) {
  const own = lineOf(request, "signature-input")
    .split(/, (?=[a-z0-9]+=\()/)
    .find((member) => member.includes(TAG));
  const output = {
    workload: contentOf(lineOf(request, "workload-identity-token")).claims["sub"],
    proof: "http-signature",
    revision: "http-signature-07",
    audience: /; *wimse-aud="([^"]*)"/.exec(own ?? "")?.[1],
    tokens: [],
    ...more?.output,
  };
  return makeCase("verifyRequest", id, description, requirements, { ...request }, acceptWith(output), more);
}

/**
 * @param {string} id @param {string} description @param {string} requirements
 * @param {string | string[]} codes @param {SignedRequest} request @param {More} [more]
 */
export function signedRejected(id, description, requirements, codes, request, more) {
  return makeCase("verifyRequest", id, description, requirements, { ...request }, rejectWith(codes), more);
}

/** A response that a client takes. @param {string} id @param {string} description @param {string} requirements @param {ReturnType<typeof makeAnswer>} answer @param {More} [more] */
export function answerAccepted(id, description, requirements, answer, more) {
  const wit = lineOf(answer, "workload-identity-token");
  const isSigned = lineOf(answer, "signature") !== "";
  const output = { workload: isSigned ? contentOf(wit).claims["sub"] : null, ...more?.output };
  return makeCase("verifyResponse", id, description, requirements, { ...answer }, acceptWith(output), more);
}

/**
 * A response that a client refuses.
 *
 * @param {string} id @param {string} description @param {string} requirements
 * @param {string | string[]} codes @param {ReturnType<typeof makeAnswer>} answer @param {More} [more]
 */
export function answerRejected(id, description, requirements, codes, answer, more) {
  return makeCase("verifyResponse", id, description, requirements, { ...answer }, rejectWith(codes), more);
}

/** Without one component. @param {string} component @returns {(usual: string[]) => string[]} */
export const without = (component) => (usual) => usual.filter((one) => one !== component);

/** One component in the place of another. @param {string} component @param {...string} others @returns {(usual: string[]) => string[]} */
export const inPlaceOf =
  (component, ...others) =>
  (usual) =>
    usual.flatMap((one) => (one === component ? others : [one]));

/** Further components. @param {...string} more @returns {(usual: string[]) => string[]} */
export const withMore =
  (...more) =>
  (usual) => [...usual, ...more];
