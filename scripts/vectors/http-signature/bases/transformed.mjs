// @ts-check
// The message that RFC 9421 has changed on the way, and what is signed of each form of it.

import { baseAccepted } from "../../bases.mjs";

/** @typedef {import("../../cases.mjs").Line} Line */
/** @typedef {import("../../signatures.mjs").Message} Message */

/** @param {Line[]} headers @param {Partial<Message>} [changes] @returns {Message} */
const demo = (headers, changes) => ({
  method: "GET",
  scheme: "https",
  target: "/demo?name1=Value1&Name2=value2",
  headers,
  ...changes,
});
/** @type {Line} */
const HOST = ["Host", "example.org"];
/** @type {Line} */
const DATE = ["Date", "Fri, 15 Jul 2022 14:24:55 GMT"];
/** @type {Line[]} */
const ACCEPT = [
  ["Accept", "application/json"],
  ["Accept", "*/*"],
];

/** @param {string} id @param {string} what @param {string} requirements @param {Message} message @param {import("../../signatures.mjs").BaseLine[]} [changed] */
const transformed = (id, what, requirements, message, changed = []) => {
  const values = new Map([
    ['"@method"', "GET"],
    ['"@path"', "/demo"],
    ['"@authority"', "example.org"],
    ['"accept"', "application/json, */*"],
    ...changed,
  ]);
  return baseAccepted(`rfc9421-${id}`, `${what} (RFC 9421 appendix B.4)`, requirements, message, [...values], {
    parameters: ';created=1618884473;keyid="test-key-ed25519"',
  });
};

export const transformedBases = [
  transformed("b4", "a request with two lines of one field", "R9421-2.1.04", demo([HOST, DATE, ...ACCEPT])),
  transformed(
    "b4-added",
    "added to on the way, where nothing is covered: the base is the same",
    "R9421-2.1.04 R9421-7.2.1.01",
    demo([HOST, DATE, ...ACCEPT, ["Accept-Language", "en-US,en;q=0.5"]], {
      target: "/demo?name1=Value1&Name2=value2&param=added",
    }),
  ),
  transformed(
    "b4-joined",
    "the lines joined into one on the way: the base is the same",
    "R9421-2.1.04 R9421-7.5.5.01",
    demo([HOST, ["Referer", "https://developer.example.org/demo"], ["Accept", "application/json, */*"]]),
  ),
  transformed(
    "b4-reordered",
    "the fields in another order: the base is the same",
    "R9421-2.1.04",
    demo([...ACCEPT, DATE, HOST]),
  ),
  transformed(
    "b4-rewritten",
    "another method and host: the base is another",
    "R9421-2.2.1.01 R9421-2.2.3.01",
    demo([["Host", "example.com"], DATE, ...ACCEPT], { method: "POST" }),
    [
      ['"@method"', "POST"],
      ['"@authority"', "example.com"],
    ],
  ),
  transformed(
    "b4-swapped",
    "the lines of the field in another order: the base is another",
    "R9421-2.1.04",
    demo([HOST, DATE, ...ACCEPT.toReversed()]),
    [['"accept"', "*/*, application/json"]],
  ),
];
