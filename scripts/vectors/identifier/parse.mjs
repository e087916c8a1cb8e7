// @ts-check
// Cases of the operation `parseIdentifier`.

import { acceptWith, makeCase, rejectWith } from "../cases.mjs";

/**
 * An identifier that parses.
 *
 * @param {string} id @param {string} description @param {string} requirements @param {string} uri
 */
export function accepted(id, description, requirements, uri) {
  const [, scheme = "", trustDomain = "", path = ""] = /^([^:]+):\/\/([^/]*)(\/.*)$/.exec(uri) ?? [];
  const output = { uri, scheme, trustDomain, path, origin: `${scheme}://${trustDomain}` };
  return makeCase("parseIdentifier", id, description, requirements, { uri }, acceptWith(output));
}

/**
 * @param {string} id @param {string} description @param {string} requirements
 * @param {string | string[]} codes @param {string} uri @param {string} [note]
 */
export function rejected(id, description, requirements, codes, uri, note) {
  const more = note === undefined ? {} : { note };
  return makeCase("parseIdentifier", id, description, requirements, { uri }, rejectWith(codes), more);
}

/** An identifier with a path that makes it as long as this. @param {string} start @param {number} length */
export const long = (start, length) => start.padEnd(length, "x");
