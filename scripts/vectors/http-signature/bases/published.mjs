// @ts-check
// The messages with which RFC 9421 shows signatures, and what is signed of them.

import { baseAccepted } from "../../bases.mjs";

/** @typedef {import("../../cases.mjs").Line} Line */
/** @typedef {import("../../signatures.mjs").Message} Message */

const ORDER = "R9421-2.5.02 R9421-2.3.03";
const DIGEST = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const ANSWER_DIGEST =
  "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";
const BUSY_DIGEST =
  "sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:";
const JSON_TYPE = "application/json";
const SENT = "Tue, 20 Apr 2021 02:07:55 GMT";
const QUERY = "?param=Value&Pet=dog";

/** @param {Line[]} headers @returns {Message} */
const post = (headers) => ({ method: "POST", scheme: "https", target: `/foo${QUERY}`, headers });

const REQUEST = post([
  ["Host", "example.com"],
  ["Date", SENT],
  ["Content-Type", JSON_TYPE],
  ["Content-Digest", DIGEST],
  ["Content-Length", "18"],
]);

/** As a proxy passes it on. */
const FORWARDED = post([
  ["Host", "origin.host.internal.example"],
  ["Date", "Tue, 20 Apr 2021 02:07:56 GMT"],
  ["Content-Type", JSON_TYPE],
  ["Content-Length", "18"],
  ["Forwarded", "for=192.0.2.123;host=example.com;proto=https"],
  ["Content-Digest", DIGEST],
]);

/** @type {Message} */
const RESPONSE = {
  status: 200,
  headers: [
    ["Date", "Tue, 20 Apr 2021 02:07:56 GMT"],
    ["Content-Type", JSON_TYPE],
    ["Content-Digest", ANSWER_DIGEST],
    ["Content-Length", "23"],
  ],
};

/** @type {Message} */
const BUSY = {
  status: 503,
  headers: [
    ["Date", "Tue, 20 Apr 2021 02:07:56 GMT"],
    ["Content-Type", JSON_TYPE],
    ["Content-Length", "62"],
    ["Content-Digest", BUSY_DIGEST],
  ],
};

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
  ["Accept", JSON_TYPE],
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

export const publishedBases = [
  baseAccepted("rfc9421-b21", "nothing is covered (RFC 9421 appendix B.2.1)", ORDER, REQUEST, [], {
    parameters: ';created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
  }),
  baseAccepted(
    "rfc9421-b22",
    "some of a request is covered (RFC 9421 appendix B.2.2)",
    `${ORDER} R9421-2.2.8.01`,
    REQUEST,
    [
      ['"@authority"', "example.com"],
      ['"content-digest"', DIGEST],
      ['"@query-param";name="Pet"', "dog"],
    ],
    { parameters: ';created=1618884473;keyid="test-key-rsa-pss";tag="header-example"' },
  ),
  baseAccepted(
    "rfc9421-b23",
    "all of a request is covered (RFC 9421 appendix B.2.3)",
    ORDER,
    REQUEST,
    [
      ['"date"', SENT],
      ['"@method"', "POST"],
      ['"@path"', "/foo"],
      ['"@query"', QUERY],
      ['"@authority"', "example.com"],
      ['"content-type"', JSON_TYPE],
      ['"content-digest"', DIGEST],
      ['"content-length"', "18"],
    ],
    { parameters: ';created=1618884473;keyid="test-key-rsa-pss"' },
  ),
  baseAccepted(
    "rfc9421-b24",
    "a response (RFC 9421 appendix B.2.4)",
    ORDER,
    RESPONSE,
    [
      ['"@status"', "200"],
      ['"content-type"', JSON_TYPE],
      ['"content-digest"', ANSWER_DIGEST],
      ['"content-length"', "23"],
    ],
    { parameters: ';created=1618884473;keyid="test-key-ecc-p256"' },
  ),
  baseAccepted(
    "rfc9421-b25",
    "three components (RFC 9421 appendix B.2.5)",
    ORDER,
    REQUEST,
    [
      ['"date"', SENT],
      ['"@authority"', "example.com"],
      ['"content-type"', JSON_TYPE],
    ],
    { parameters: ';created=1618884473;keyid="test-shared-secret"' },
  ),
  baseAccepted(
    "rfc9421-b26",
    "six components (RFC 9421 appendix B.2.6)",
    ORDER,
    REQUEST,
    [
      ['"date"', SENT],
      ['"@method"', "POST"],
      ['"@path"', "/foo"],
      ['"@authority"', "example.com"],
      ['"content-type"', JSON_TYPE],
      ['"content-length"', "18"],
    ],
    { parameters: ';created=1618884473;keyid="test-key-ed25519"' },
  ),
  baseAccepted(
    "rfc9421-proxy",
    "a proxy covers the request as it passes it on (RFC 9421 section 4.3)",
    "R9421-7.4.3.01 R9421-2.2.3.01",
    FORWARDED,
    [
      ['"@method"', "POST"],
      ['"@authority"', "origin.host.internal.example"],
      ['"@path"', "/foo"],
      ['"content-digest"', DIGEST],
      ['"content-type"', JSON_TYPE],
      ['"content-length"', "18"],
      ['"forwarded"', "for=192.0.2.123;host=example.com;proto=https"],
    ],
    { parameters: ';created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540' },
  ),
  baseAccepted(
    "rfc9421-response-to-request",
    "a response and what it answers (RFC 9421 section 2.4)",
    "R9421-2.4.01 R9421-2.4.03",
    BUSY,
    [
      ['"@status"', "503"],
      ['"content-digest"', BUSY_DIGEST],
      ['"content-type"', JSON_TYPE],
      ['"@authority";req', "example.com"],
      ['"@method";req', "POST"],
      ['"@path";req', "/foo"],
      ['"@query";req', QUERY],
      ['"content-digest";req', DIGEST],
      ['"content-type";req', JSON_TYPE],
      ['"content-length";req', "18"],
    ],
    { request: REQUEST, parameters: ';created=1618884479;keyid="test-key-ecc-p256"' },
  ),
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
