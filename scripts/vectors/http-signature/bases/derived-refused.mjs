// @ts-check
// Derived components that have no value, and those whose value is left open.

import { aRequest, aResponse, baseOpen, baseRejected } from "../../bases.mjs";

/** @typedef {import("../../signatures.mjs").Message} Message */

const AUTHORITY = "R9421-2.2.3.01";
const PATH = "R9421-2.2.6.01";
const QUERY_PARAM = "R9421-2.2.8.01";
const BASE = "R9421-2.5.02";
const UNRESOLVED = "R9421-2.5.03";
const INVALID = "signature_component_invalid";
const UNSUPPORTED = "signature_component_unsupported";
/** Whoever looks at the head of a request first refuses it for that. */
const INVALID_HEAD = [INVALID, "request_malformed"];

/** @param {string} target @param {string} [method] */
const to = (target, method = "GET") => aRequest({ target, method });
/** @param {string} host */
const at = (host) => aRequest({ headers: [["Host", host]] });

/** A component that the message does not give. @type {[id: string, description: string, requirement: string, codes: string | string[], message: Message, component: string][]} */
const NO_VALUES = [
  ["unknown", "an unknown derived component", UNRESOLVED, UNSUPPORTED, to("/"), '"@fragment"'],
  ["name-at", "an at sign alone", UNRESOLVED, UNSUPPORTED, to("/"), '"@"'],
  ["upper-case", "a derived component in capitals", UNRESOLVED, [UNSUPPORTED, INVALID], to("/"), '"@Method"'],
  [
    "field-named-so",
    "a field with the name of an unknown derived component",
    `${UNRESOLVED} R9421-2.2.01 R9421-7.5.1.01`,
    [UNSUPPORTED, INVALID, "request_malformed"],
    aRequest({
      headers: [
        ["Host", "svc.example.com"],
        ["@tenant", "acme"],
      ],
    }),
    '"@tenant"',
  ],
  ["signature-params", "@signature-params itself", "R9421-2.3.01", INVALID, to("/"), '"@signature-params"'],
  ["status-of-request", "the status of a request", "R9421-2.2.9.01", INVALID, to("/"), '"@status"'],
  [
    "status-of-four-digits",
    "a status of four digits",
    "R9421-2.2.02",
    [INVALID, "response_malformed"],
    aResponse({ status: 1000 }),
    '"@status"',
  ],
  ["method-of-response", "the method of a response, without req", UNRESOLVED, INVALID, aResponse(), '"@method"'],
  ["path-of-response", "the path of a response, without req", UNRESOLVED, INVALID, aResponse(), '"@path"'],
  ["authority-of-response", "the authority of a response", UNRESOLVED, INVALID, aResponse(), '"@authority"'],
  [
    "authority-missing",
    "the authority of a request that names none",
    UNRESOLVED,
    INVALID_HEAD,
    aRequest({ headers: [] }),
    '"@authority"',
  ],
  [
    "authority-twice",
    "the authority of a request with two Host lines",
    UNRESOLVED,
    INVALID_HEAD,
    aRequest({
      headers: [
        ["Host", "svc.example.com"],
        ["Host", "other.example"],
      ],
    }),
    '"@authority"',
  ],
  [
    "authority-userinfo",
    "the authority of a request with a user name in Host",
    UNRESOLVED,
    INVALID_HEAD,
    at("user@svc.example.com"),
    '"@authority"',
  ],
  ["method-no-token", "a method with a space", "R9421-2.2.02", INVALID_HEAD, to("/", "GET /"), '"@method"'],
  ["method-line-end", "a method with a line end", "R9421-2.2.02", INVALID_HEAD, to("/", "GET\n"), '"@method"'],
  ["target-space", "a target with a space", `R9421-2.2.02 ${UNRESOLVED}`, INVALID_HEAD, to("/a b"), '"@path"'],
  [
    "target-line-end",
    "a target with a line end",
    `R9421-2.2.02 ${UNRESOLVED}`,
    INVALID_HEAD,
    to('/a\n"@status": 1'),
    '"@path"',
  ],
  [
    "target-not-ascii",
    "a target that is not ASCII",
    `R9421-2.2.02 ${UNRESOLVED}`,
    INVALID_HEAD,
    to("/caf\u00e9"),
    '"@path"',
  ],
  [
    "target-fragment",
    "a target with a fragment",
    `R9421-2.2.02 ${UNRESOLVED}`,
    INVALID_HEAD,
    to("/a#b"),
    '"@request-target"',
  ],
  [
    "query-param-absent",
    "a query parameter that is not there",
    QUERY_PARAM,
    INVALID,
    to("/a?b=1"),
    '"@query-param";name="c"',
  ],
  [
    "query-param-twice",
    "a query parameter that is there twice",
    QUERY_PARAM,
    INVALID,
    to("/a?b=1&b=2"),
    '"@query-param";name="b"',
  ],
  [
    "query-param-twice-encoded",
    "one that is there twice, encoded in two ways",
    QUERY_PARAM,
    INVALID,
    to("/a?b=1&%62=1"),
    '"@query-param";name="b"',
  ],
  [
    "query-param-letter-case",
    "one whose name differs in letter case",
    QUERY_PARAM,
    INVALID,
    to("/a?B=1"),
    '"@query-param";name="b"',
  ],
  [
    "query-param-name-not-encoded",
    "one whose name is written without its encoding",
    QUERY_PARAM,
    INVALID,
    to("/a?a%20b=1"),
    '"@query-param";name="a b"',
  ],
  ["query-param-no-name", "no name of a query parameter", QUERY_PARAM, INVALID, to("/a?b=1"), '"@query-param"'],
];

const NORMAL = "RFC 9421 has @path and @authority normalised by RFC 9110 section 4.2.3 and says nothing of";

export const derivedWithoutBase = [
  ...NO_VALUES.map(([id, description, requirements, codes, message, component]) =>
    baseRejected(`derived-${id}`, description, requirements, codes, message, `(${component})`),
  ),
  baseOpen("derived-path-dots", "segments of dots", PATH, `${NORMAL} dot segments.`, to("/a/./b/../c"), '("@path")'),
  baseOpen(
    "derived-path-asterisk",
    "the path of the asterisk form",
    PATH,
    "RFC 9421 does not say what the path of a target without one is.",
    to("*", "OPTIONS"),
    '("@path")',
  ),
  baseOpen(
    "derived-authority-port-empty",
    "an empty port",
    AUTHORITY,
    `${NORMAL} a colon without a port behind it.`,
    at("svc.example.com:"),
    '("@authority")',
  ),
  baseOpen(
    "derived-target-uri-not-normal",
    "a target URI with a host in capitals and the default port",
    BASE,
    "RFC 9421 has @authority normalised, and does not say whether @target-uri is.",
    at("SVC.example.com:443"),
    '("@target-uri")',
  ),
  baseOpen(
    "derived-query-param-not-utf-8",
    "a query parameter whose octets are no UTF-8",
    QUERY_PARAM,
    "Read as form data, all such octets become one character: whoever signs it signs any of them, and may refuse.",
    to("/a?b=%FF"),
    '("@query-param";name="b")',
  ),
];
