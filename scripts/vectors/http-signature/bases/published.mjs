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

const CERTIFICATE =
  ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:";

/** As a proxy passes it on that has ended the connection of its client. */
const INTERNAL = post([
  ["Host", "service.internal.example"],
  ["Date", SENT],
  ["Content-Type", JSON_TYPE],
  ["Content-Length", "18"],
  ["Client-Cert", CERTIFICATE],
]);

/** As a proxy passes it on under another name. */
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
    "rfc9421-b3",
    "a certificate that a proxy reports (RFC 9421 appendix B.3)",
    ORDER,
    INTERNAL,
    [
      ['"@path"', "/foo"],
      ['"@query"', QUERY],
      ['"@method"', "POST"],
      ['"@authority"', "service.internal.example"],
      ['"client-cert"', CERTIFICATE],
    ],
    { parameters: ';created=1618884473;keyid="test-key-ecc-p256"' },
  ),
  baseAccepted(
    "rfc9421-section-3",
    "a request that is verified (RFC 9421 section 3.2)",
    ORDER,
    REQUEST,
    [
      ['"@method"', "POST"],
      ['"@authority"', "example.com"],
      ['"@path"', "/foo"],
      ['"content-digest"', DIGEST],
      ['"content-length"', "18"],
      ['"content-type"', JSON_TYPE],
    ],
    { parameters: ';created=1618884473;keyid="test-key-rsa-pss"' },
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
    "rfc9421-response-to-less",
    "a response and some of what it answers (RFC 9421 section 2.4)",
    "R9421-2.4.01",
    BUSY,
    [
      ['"@status"', "503"],
      ['"content-digest"', BUSY_DIGEST],
      ['"content-type"', JSON_TYPE],
      ['"@authority";req', "example.com"],
      ['"@method";req', "POST"],
      ['"@path";req', "/foo"],
      ['"content-digest";req', DIGEST],
    ],
    { request: REQUEST, parameters: ';created=1618884479;keyid="test-key-ecc-p256"' },
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
];
