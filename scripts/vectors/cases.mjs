// @ts-check
// Cases and files of the vectors, in the format `wimse-vectors/v1`.

import { FAMILIES, inKeySet } from "./keys.mjs";
import { AUDIENCE, contentOf, makeWit, makeWpt, NOW, ORIGIN } from "./tokens.mjs";
import { requirementsOf } from "./violated.mjs";

/** @typedef {import("./keys.mjs").Family} Family */
/** @typedef {Record<string, unknown>} Json */
/** @typedef {[name: string, value: string]} Line */
/** @typedef {{ result: "accept"; output: Json } | { result: "reject"; code: string; codes_also?: string[] } | { result: "either" }} Expectation */

/**
 * @typedef {object} Case
 * @property {string} id
 * @property {string[]} requirements
 * @property {string} description
 * @property {string} op
 * @property {string} [after] the case that runs right before, with the same replay store
 * @property {Json} [context]
 * @property {Json} input
 * @property {Expectation} expect
 * @property {string} [note]
 */

/** @typedef {{ context?: Json; after?: string; note?: string; output?: Json }} More */

/**
 * @typedef {object} VectorFile
 * @property {string} suite
 * @property {string} name
 * @property {string} spec
 * @property {string} description
 * @property {Json} context
 * @property {Case[]} cases
 */

/** A limit that the drafts leave to the recipient. */
export const LIMIT = "The drafts leave this limit to the recipient; the vectors set it.";

/** The key set of a family's issuer. @param {...Family} families */
export const trustIn = (...families) => ({ [ORIGIN]: { keys: families.map(({ issuer }) => inKeySet(issuer)) } });

/** What a recipient wants to know before it verifies a WIT. */
export const WIT_CONTEXT = {
  now: NOW,
  trust: trustIn(...FAMILIES),
  policy: { clockTolerance: 5, maxLifetime: 86400 },
};

/** The same for a request. */
export const REQUEST_CONTEXT = {
  now: NOW,
  trust: trustIn(...FAMILIES),
  policy: {
    audience: [AUDIENCE],
    proofs: ["wpt"],
    compat: [],
    clockTolerance: 5,
    maxLifetime: 86400,
    maxProofLifetime: 300,
    maxBodyBytes: 1048576,
    understoodTokens: [],
    allow: null,
    replay: "memory",
  },
};

/** A context that sets members of the policy. @param {Json} policy @param {Json} [rest] */
export const withPolicy = (policy, rest = {}) => ({ context: { ...rest, policy } });

/** A context that sets the clock. @param {number} seconds counted from {@link NOW} */
export const at = (seconds) => ({ context: { now: NOW + seconds } });

/**
 * @param {string} op
 * @param {string} id
 * @param {string} description
 * @param {string} requirements ids with spaces between them
 * @param {Json} input
 * @param {Expectation} expect
 * @param {More} [more]
 * @returns {Case}
 */
export function makeCase(op, id, description, requirements, input, expect, more = {}) {
  const { after, context, note } = more;
  return {
    id,
    requirements: requirementsOf(op, requirements.split(" "), expect),
    description,
    op,
    ...(after !== undefined && { after }),
    ...(context !== undefined && { context }),
    input,
    expect,
    ...(note !== undefined && { note }),
  };
}

/** @param {string | string[]} codes the expected one first, then others that are as good @returns {Expectation} */
export function rejectWith(codes) {
  const [code = "", ...also] = [codes].flat();
  return { result: "reject", code, ...(also.length > 0 && { codes_also: also }) };
}

/** @param {Json} output @returns {Expectation} */
export const acceptWith = (output) => ({ result: "accept", output });

/**
 * A WIT that verifies. What is expected of the target is in the token.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {string} wit @param {More} [more]
 */
export function witAccepted(id, description, requirements, wit, more) {
  const { header, claims } = contentOf(wit);
  const output = { subject: claims["sub"], algorithm: header["alg"], expiresAt: claims["exp"] };
  return makeCase("verifyWit", id, description, requirements, { wit }, acceptWith(output), more);
}

/**
 * @param {string} id @param {string} description @param {string} requirements
 * @param {string | string[]} codes @param {string} wit @param {More} [more]
 */
export function witRejected(id, description, requirements, codes, wit, more) {
  return makeCase("verifyWit", id, description, requirements, { wit }, rejectWith(codes), more);
}

/**
 * What a request is to be. `null` leaves the line of a token out; `lines` come after the usual ones.
 *
 * @typedef {object} RequestParts
 * @property {string} [method]
 * @property {string} [target]
 * @property {string} [body]
 * @property {string | import("./tokens.mjs").WitChanges | null} [wit]
 * @property {string | import("./tokens.mjs").WptChanges | null} [wpt]
 * @property {string} [authorization] the whole value, in the place of `WPT` and the proof
 * @property {Line[]} [lines]
 */

/**
 * A request of the agent with its WIT and a proof for it, or with changes.
 *
 * @param {Family} family
 * @param {RequestParts} [parts]
 */
export function makeRequest(family, parts = {}) {
  const { method = "GET", target = "/orders/42?x=1", body, wit: shown = {}, wpt = {}, lines = [] } = parts;
  const wit = shown === null || typeof shown === "string" ? shown : makeWit(family, shown);
  const boundTo = wit === null ? {} : { wit };
  const proof = wpt === null || typeof wpt === "string" ? wpt : makeWpt(family, { ...boundTo, ...wpt });
  const { authorization = proof === null ? null : `WPT ${proof}` } = parts;
  /** @type {Line[]} */
  const headers = [["Host", "svc.example.com"]];
  if (wit !== null) headers.push(["Workload-Identity-Token", wit]);
  if (authorization !== null) headers.push(["Authorization", authorization]);
  headers.push(...lines);
  return {
    method,
    scheme: "https",
    target,
    headers,
    ...(body !== undefined && { body: Buffer.from(body).toString("base64") }),
  };
}

/** @typedef {ReturnType<typeof makeRequest>} HttpRequest */

/** The value of the first line of that name. @param {HttpRequest} request @param {string} name in lower case */
const lineOf = ({ headers }, name) => headers.find(([found]) => found.toLowerCase() === name)?.[1].trim() ?? "";

/**
 * A request that is let in. What is expected of the target is in the tokens.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {HttpRequest} request
 * @param {More} [more]
 */
export function requestAccepted(id, description, requirements, request, more) {
  const wit = contentOf(lineOf(request, "workload-identity-token"));
  const wpt = contentOf(lineOf(request, "authorization").replace(/^wpt +/i, ""));
  const output = {
    workload: wit.claims["sub"],
    proof: "wpt",
    revision: "wpt-02",
    audience: [wpt.claims["aud"]].flat()[0],
    tokens: [],
    ...more?.output,
  };
  return makeCase("verifyRequest", id, description, requirements, { ...request }, acceptWith(output), more);
}

/**
 * @param {string} id @param {string} description @param {string} requirements
 * @param {string | string[]} codes @param {HttpRequest} request @param {More} [more]
 */
export function requestRejected(id, description, requirements, codes, request, more) {
  return makeCase("verifyRequest", id, description, requirements, { ...request }, rejectWith(codes), more);
}

/**
 * The same cases once for each family; its name ends their ids.
 *
 * @param {readonly Family[]} families
 * @param {(family: Family) => Case[]} build
 */
export function inFamilies(families, build) {
  return families.flatMap((family) =>
    build(family).map((one) => ({
      ...one,
      id: `${one.id}-${family.name}`,
      ...(one.after !== undefined && { after: `${one.after}-${family.name}` }),
    })),
  );
}

/** In every family of the WIMSE drafts. @param {(family: Family) => Case[]} build */
export const inBothFamilies = (build) => inFamilies(FAMILIES, build);
