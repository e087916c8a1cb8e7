// @ts-check
// Cases about signature bases. What a component comes to stands beside it in each case, written by hand.

import { acceptWith, makeCase, rejectWith } from "./cases.mjs";
import { baseOf } from "./signatures.mjs";

/** @typedef {import("./cases.mjs").Line} Line */
/** @typedef {import("./signatures.mjs").BaseLine} BaseLine */
/** @typedef {import("./signatures.mjs").Message} Message */

/**
 * @typedef {object} BaseParts
 * @property {Message} [request] for components with `req`
 * @property {string} [parameters] of the signature
 * @property {{ components?: string, parameters?: string }} [sent] another spelling of the two than the one in the base
 * @property {string} [note]
 */

const CREATED = ";created=1790000000";

/** A request without content, or one with changes. @param {Partial<Message>} [changes] @returns {Message} */
export const aRequest = (changes) => ({
  method: "GET",
  scheme: "https",
  target: "/orders/42?x=1",
  headers: [["Host", "svc.example.com"]],
  ...changes,
});

/** A request with these lines beside `Host`. @param {...Line} lines */
export const withLines = (...lines) => aRequest({ headers: [["Host", "svc.example.com"], ...lines] });

/** A response, or one with changes. @param {Partial<Message>} [changes] @returns {Message} */
export const aResponse = (changes) => ({ status: 200, headers: [["Content-Type", "text/plain"]], ...changes });

/**
 * @param {Message} message @param {string | undefined} components as they are sent @param {string | undefined} parameters
 * @param {Message} [request]
 */
const inputOf = (message, components, parameters, request) => ({
  message,
  ...(request !== undefined && { request }),
  components,
  parameters,
});

/**
 * A base that is to be had.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {Message} message
 * @param {readonly BaseLine[]} lines what is covered, and what it comes to
 * @param {BaseParts} [parts]
 */
export function baseAccepted(id, description, requirements, message, lines, parts = {}) {
  const { parameters = CREATED, request, sent = {}, note } = parts;
  const components = `(${lines.map(([identifier]) => identifier).join(" ")})`;
  const input = inputOf(message, sent.components ?? components, sent.parameters ?? parameters, request);
  const output = { base: baseOf(lines, components + parameters) };
  const more = note === undefined ? {} : { note };
  return makeCase("signatureBase", id, description, requirements, input, acceptWith(output), more);
}

/**
 * What has no base.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {string | string[]} codes
 * @param {Message} message @param {string} components as they are sent, with their parentheses
 * @param {BaseParts} [parts]
 */
export function baseRejected(id, description, requirements, codes, message, components, parts = {}) {
  const { parameters = CREATED, request } = parts;
  const input = inputOf(message, components, parameters, request);
  return makeCase("signatureBase", id, description, requirements, input, rejectWith(codes));
}

/**
 * What has a base, another base, or none, as far as the specifications tell.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {string} note
 * @param {Message} message @param {string} components as they are sent, with their parentheses
 * @param {BaseParts} [parts]
 */
export function baseOpen(id, description, requirements, note, message, components, parts = {}) {
  const { parameters = CREATED, request } = parts;
  const input = inputOf(message, components, parameters, request);
  return makeCase("signatureBase", id, description, requirements, input, { result: "either" }, { note });
}
