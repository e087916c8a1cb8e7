// @ts-check
// Derived components and their values.

import { aRequest, aResponse, baseAccepted } from "../../bases.mjs";

/** @typedef {import("../../cases.mjs").Line} Line */
/** @typedef {import("../../signatures.mjs").Message} Message */

/** A request with one component, and its value. @typedef {[id: string, description: string, requirement: string, message: Message, component: string, value: string]} Row */

const METHOD = "R9421-2.2.1.01";
const AUTHORITY = "R9421-2.2.3.01";
const PATH = "R9421-2.2.6.01";
const QUERY = "R9421-2.2.7.01";
const QUERY_PARAM = "R9421-2.2.8.01";
const BASE = "R9421-2.5.02";
/** @param {string} target @param {string} [method] */
const to = (target, method = "GET") => aRequest({ target, method });
/** @param {string} host @param {string} [scheme] */
const at = (host, scheme = "https") => aRequest({ scheme, headers: [["Host", host]] });

const FORM =
  "/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something";

/** @type {Row[]} */
const VALUES = [
  ["method", "the method", METHOD, to("/", "POST"), '"@method"', "POST"],
  ["method-lower-case", "a method in lower case stays so", METHOD, to("/", "post"), '"@method"', "post"],
  ["method-extension", "a method of other characters", METHOD, to("/", "M-SEARCH"), '"@method"', "M-SEARCH"],
  ["scheme", "the scheme", BASE, to("/"), '"@scheme"', "https"],
  ["scheme-http", "the scheme http", BASE, at("svc.example.com", "http"), '"@scheme"', "http"],
  ["authority", "the authority", AUTHORITY, to("/"), '"@authority"', "svc.example.com"],
  ["authority-upper-case", "a host in capitals", AUTHORITY, at("Svc.EXAMPLE.com"), '"@authority"', "svc.example.com"],
  ["authority-port", "a port", AUTHORITY, at("svc.example.com:8443"), '"@authority"', "svc.example.com:8443"],
  [
    "authority-default-port",
    "the default port is left out",
    AUTHORITY,
    at("SVC.example.com:443"),
    '"@authority"',
    "svc.example.com",
  ],
  [
    "authority-http-default-port",
    "the default port of http is left out",
    AUTHORITY,
    at("svc.example.com:80", "http"),
    '"@authority"',
    "svc.example.com",
  ],
  [
    "authority-port-of-other-scheme",
    "the default port of the other scheme stays",
    AUTHORITY,
    at("svc.example.com:80"),
    '"@authority"',
    "svc.example.com:80",
  ],
  ["authority-ipv6", "an IPv6 address", AUTHORITY, at("[2001:DB8::1]:8443"), '"@authority"', "[2001:db8::1]:8443"],
  [
    "authority-host-spaced",
    "white space around the value of Host",
    AUTHORITY,
    at(" svc.example.com\t"),
    '"@authority"',
    "svc.example.com",
  ],
  [
    "authority-forwarded-host",
    "what proxies say about the host is no host",
    "R9421-7.4.3.01",
    aRequest({
      headers: [
        ["X-Forwarded-Host", "other.example"],
        ["Forwarded", "host=other.example"],
        ["Host", "svc.example.com"],
      ],
    }),
    '"@authority"',
    "svc.example.com",
  ],
  [
    "authority-absolute",
    "the authority of an absolute target, whatever Host says",
    AUTHORITY,
    to("https://API.example.com:443/orders"),
    '"@authority"',
    "api.example.com",
  ],
  ["path", "the path, without the query", PATH, to("/orders/42?x=1"), '"@path"', "/orders/42"],
  ["path-root", "the path of the root", PATH, to("/"), '"@path"', "/"],
  ["path-empty", "an empty path is a slash", PATH, to("https://svc.example.com"), '"@path"', "/"],
  ["path-empty-query", "an empty path before a query", PATH, to("https://svc.example.com?x=1"), '"@path"', "/"],
  ["path-question-mark", "a question mark at the end is not part of it", PATH, to("/orders?"), '"@path"', "/orders"],
  [
    "path-encoded",
    "percent-encoding stays as it was sent",
    PATH,
    to("/a%2Fb%2fc/%7Euser/%7D"),
    '"@path"',
    "/a%2Fb%2fc/%7Euser/%7D",
  ],
  ["path-slashes", "empty segments stay", PATH, to("//orders///42/"), '"@path"', "//orders///42/"],
  ["path-letter-case", "a path keeps its letter case", PATH, to("/Orders/ABC"), '"@path"', "/Orders/ABC"],
  ["path-absolute", "the path of an absolute target", PATH, to("https://svc.example.com/a?b"), '"@path"', "/a"],
  ["query", "the query, with its question mark", QUERY, to("/a?b=1&c=2"), '"@query"', "?b=1&c=2"],
  ["query-absent", "no query is a question mark", QUERY, to("/a"), '"@query"', "?"],
  ["query-empty", "an empty query is a question mark", QUERY, to("/a?"), '"@query"', "?"],
  ["query-marks", "further question marks belong to it", QUERY, to("/a??b?/c"), '"@query"', "??b?/c"],
  ["query-bare", "a query without an equals sign", QUERY, to("/a?queryString"), '"@query"', "?queryString"],
  [
    "query-encoded",
    "percent-encoding, plus signs and empty parts stay",
    QUERY,
    to("/a?b=%41+%2d&&c=bat%2Dman&"),
    '"@query"',
    "?b=%41+%2d&&c=bat%2Dman&",
  ],
  ["query-absolute", "the query of an absolute target", QUERY, to("https://svc.example.com?b=1"), '"@query"', "?b=1"],
  ["request-target", "the target in origin form", BASE, to("/orders?x=1"), '"@request-target"', "/orders?x=1"],
  ["request-target-encoded", "a target stays as it was sent", BASE, to("//a/%41?"), '"@request-target"', "//a/%41?"],
  [
    "request-target-absolute",
    "the target in absolute form",
    BASE,
    to("https://SVC.example.com:443/orders?x=1"),
    '"@request-target"',
    "https://SVC.example.com:443/orders?x=1",
  ],
  [
    "request-target-authority",
    "the target in authority form",
    BASE,
    to("svc.example.com:443", "CONNECT"),
    '"@request-target"',
    "svc.example.com:443",
  ],
  ["request-target-asterisk", "the target in asterisk form", BASE, to("*", "OPTIONS"), '"@request-target"', "*"],
  [
    "target-uri",
    "the target URI, query included",
    BASE,
    to("/orders?x=%20"),
    '"@target-uri"',
    "https://svc.example.com/orders?x=%20",
  ],
  [
    "target-uri-http-port",
    "a target URI with its own scheme and port",
    BASE,
    at("svc.example.com:8080", "http"),
    '"@target-uri"',
    "http://svc.example.com:8080/orders/42?x=1",
  ],
  [
    "target-uri-absolute",
    "the target URI of an absolute target",
    BASE,
    to("https://api.example.com/orders"),
    '"@target-uri"',
    "https://api.example.com/orders",
  ],
  [
    "target-uri-asterisk",
    "the target URI of the asterisk form has no path (RFC 9112 section 3.3)",
    BASE,
    to("*", "OPTIONS"),
    '"@target-uri"',
    "https://svc.example.com",
  ],
  ["query-param", "a query parameter", QUERY_PARAM, to("/a?b=1&c=2"), '"@query-param";name="c"', "2"],
  ["query-param-empty", "one that is empty", QUERY_PARAM, to("/a?b=1&qux="), '"@query-param";name="qux"', ""],
  ["query-param-bare", "one without an equals sign", QUERY_PARAM, to("/a?flag&b=1"), '"@query-param";name="flag"', ""],
  [
    "query-param-encoded",
    "one whose value is encoded",
    QUERY_PARAM,
    to(FORM),
    '"@query-param";name="var"',
    "this%20is%20a%20big%0Amultiline%20value",
  ],
  [
    "query-param-plus",
    "a plus sign is a space",
    QUERY_PARAM,
    to(FORM),
    '"@query-param";name="bar"',
    "with%20plus%20whitespace",
  ],
  [
    "query-param-encoded-name",
    "one whose name is encoded",
    QUERY_PARAM,
    to(FORM),
    '"@query-param";name="fa%C3%A7ade%22%3A%20"',
    "something",
  ],
  [
    "query-param-one-encoding",
    "value and name are written in one percent-encoding, whatever they came in",
    QUERY_PARAM,
    to("/a?%62=a!b~c*d-e._%66'%28)"),
    '"@query-param";name="b"',
    "a%21b%7Ec*d-e._f%27%28%29",
  ],
  ["status", "the status of a response", BASE, aResponse({ status: 404 }), '"@status"', "404"],
];

export const derivedBases = VALUES.map(([id, description, requirement, message, component, value]) =>
  baseAccepted(`derived-${id}`, description, requirement, message, [[component, value]]),
);
