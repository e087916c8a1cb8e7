// @ts-check
// Lists and parameters that make no base, and those of which it is left open.

import { aResponse, baseOpen, baseRejected } from "../../bases.mjs";
import { REQUEST, RESPONSE } from "./lists.mjs";

const ONCE = "R9421-2.02";
const UNRESOLVED = "R9421-2.5.03";
const TYPES = "R9421-2.3.02";
const READ = "R9421-4.1.01 R9421-7.5.3.01";
const INVALID = "signature_component_invalid";
const UNSUPPORTED = "signature_component_unsupported";
const MALFORMED = "signature_malformed";
const PARAMETER = "signature_parameter_invalid";

/** @param {string} id @param {string} description @param {string} requirements @param {string | string[]} codes @param {string} components */
const refused = (id, description, requirements, codes, components) =>
  baseRejected(id, description, requirements, codes, REQUEST, components);
/** @param {string} id @param {string} description @param {string} requirements @param {string | string[]} codes @param {string} parameters */
const refusedParameters = (id, description, requirements, codes, parameters) =>
  baseRejected(`parameters-${id}`, description, requirements, codes, REQUEST, '("@method")', { parameters });

const rejected = [
  refused("list-twice", "a component twice", ONCE, INVALID, '("@method" "@path" "@method")'),
  refused("list-field-twice", "a field twice", ONCE, INVALID, '("x-example" "x-example")'),
  refused("list-parameter-twice", "a field with its parameter twice", ONCE, INVALID, '("x-example";bs "x-example";bs)'),
  refused(
    "list-member-twice",
    "a member of a field twice",
    `${ONCE} R9421-2.1.2.01`,
    INVALID,
    '("priority";key="u" "priority";key="u")',
  ),
  refused(
    "list-member-twice-sf",
    "a member twice, once with sf",
    `${ONCE} R9421-2.1.2.01`,
    INVALID,
    '("priority";key="u" "priority";key="u";sf)',
  ),
  baseRejected(
    "list-twice-parameters-swapped",
    "a component twice, with its parameters in another order",
    ONCE,
    INVALID,
    RESPONSE,
    '("priority";req;key="u" "priority";key="u";req)',
    { request: REQUEST },
  ),
  baseRejected(
    "req-of-request",
    "req in the signature of a request",
    "R9421-2.4.05",
    INVALID,
    REQUEST,
    '("@method";req)',
  ),
  baseRejected(
    "req-field-of-request",
    "req of a field in the signature of a request",
    "R9421-2.4.05",
    INVALID,
    REQUEST,
    '("x-example";req)',
  ),
  baseRejected(
    "req-without-request",
    "req where the request is not known",
    "R9421-2.4.01 R9421-2.4.02",
    INVALID,
    RESPONSE,
    '("@method";req)',
  ),
  baseRejected(
    "req-missing",
    "a field that only the response has, with req",
    UNRESOLVED,
    INVALID,
    aResponse({ headers: [["X-Answer", "a"]] }),
    '("x-answer";req)',
    { request: REQUEST },
  ),
  baseRejected(
    "req-left-out",
    "a field that only the request has, without req",
    `${UNRESOLVED} R9421-2.1.02`,
    INVALID,
    RESPONSE,
    '("x-example")',
    { request: REQUEST },
  ),
  baseRejected("req-status", "the status, with req", "R9421-2.2.9.01", INVALID, RESPONSE, '("@status";req)', {
    request: REQUEST,
  }),
  refused("parameter-unknown", "an unknown parameter of a field", UNRESOLVED, UNSUPPORTED, '("x-example";foo)'),
  refused(
    "parameter-unknown-derived",
    "an unknown parameter of a derived component",
    UNRESOLVED,
    UNSUPPORTED,
    '("@method";foo="a")',
  ),
  refused("parameter-upper-case", "a parameter in capitals", READ, MALFORMED, '("x-example";BS)'),
  refused("parameter-of-fields", "a parameter of fields at a derived component", UNRESOLVED, INVALID, '("@path";sf)'),
  refused(
    "parameter-of-query-param",
    "the parameter of @query-param at a field",
    UNRESOLVED,
    INVALID,
    '("x-example";name="a")',
  ),
  refused(
    "parameter-name-of-path",
    "the parameter of @query-param at @path",
    "R9421-2.2.8.01",
    INVALID,
    '("@path";name="a")',
  ),
  refused("parameter-bs-string", "bs with a String", "R9421-2.1.07", INVALID, '("x-example";bs="a")'),
  refused("parameter-sf-integer", "sf with an Integer", "R9421-2.1.07", INVALID, '("priority";sf=1)'),
  refused("parameter-key-flag", "key without a value", "R9421-2.1.07", INVALID, '("priority";key)'),
  refused("parameter-key-token", "key with a Token", "R9421-2.1.07", INVALID, '("priority";key=u)'),
  refused(
    "parameter-name-token",
    "name with a Token",
    "R9421-2.1.07 R9421-2.2.8.01",
    INVALID,
    '("@query-param";name=Pet)',
  ),
  refused("list-string", "a String in the place of the list", READ, MALFORMED, '"@method"'),
  refused("list-nothing", "no list", READ, MALFORMED, ""),
  refused("list-open", "a list that does not end", READ, MALFORMED, '("@method"'),
  refused("list-nested", "a list in the list", READ, MALFORMED, '(("@method"))'),
  refused("list-commas", "commas in the list", READ, MALFORMED, '("@method", "@path")'),
  refused("list-tab", "a tab in the list", READ, MALFORMED, '("@method"\t"@path")'),
  refused("list-no-space", "no space between two names", READ, MALFORMED, '("@method""@path")'),
  refused("list-label", "the label before the list", READ, MALFORMED, 'sig=("@method")'),
  refused("list-tokens", "names that are Tokens", READ, MALFORMED, "(content-type)"),
  refused("list-integers", "names that are Integers", READ, MALFORMED, "(1)"),
  refused("list-bytes", "names that are Byte Sequences", READ, MALFORMED, "(:AAEC:)"),
  refused("list-one-token", "a Token among the names", READ, MALFORMED, '("@method" content-type)'),
  refused("list-single-quotes", "names in single quotes", READ, MALFORMED, "('@method')"),
  refused("list-not-ascii", "a name that is not ASCII", READ, MALFORMED, '("x-caf\u00e9")'),
  refusedParameters("created-string", "created as a String", TYPES, PARAMETER, ';created="1"'),
  refusedParameters("created-decimal", "created as a Decimal", TYPES, PARAMETER, ";created=1.5"),
  refusedParameters(
    "created-decimal-whole",
    "created as a Decimal that is a whole number",
    TYPES,
    PARAMETER,
    ";created=1.0",
  ),
  refusedParameters("created-flag", "created without a value", TYPES, PARAMETER, ";created"),
  refusedParameters("created-date", "created as a Date", TYPES, [PARAMETER, MALFORMED], ";created=@1790000000"),
  refusedParameters("expires-string", "expires as a String", TYPES, PARAMETER, ';expires="2"'),
  refusedParameters("nonce-token", "nonce as a Token", TYPES, PARAMETER, ";nonce=abc"),
  refusedParameters("nonce-integer", "nonce as an Integer", TYPES, PARAMETER, ";nonce=1"),
  refusedParameters("alg-token", "alg as a Token", TYPES, PARAMETER, ";alg=ed25519"),
  refusedParameters("keyid-bytes", "keyid as a Byte Sequence", TYPES, PARAMETER, ";keyid=:YQ==:"),
  refusedParameters("tag-token", "tag as a Token", TYPES, PARAMETER, ";tag=app"),
  refusedParameters("upper-case", "a parameter in capitals", READ, MALFORMED, ";Created=1"),
  refusedParameters("no-semicolon", "a parameter without a semicolon", READ, MALFORMED, "created=1"),
  refusedParameters("two-semicolons", "two semicolons", READ, MALFORMED, ";;created=1"),
  refusedParameters("value-missing", "an equals sign without a value", READ, MALFORMED, ";created="),
  refusedParameters("space-before-equals", "a space before the equals sign", READ, MALFORMED, ";created =1"),
  refusedParameters("integer-too-long", "an Integer of sixteen digits", READ, MALFORMED, ";created=1000000000000000"),
  refusedParameters("string-open", "a String that does not end", READ, MALFORMED, ';nonce="a'),
  refusedParameters("string-escape", "a backslash before another character", READ, MALFORMED, ';nonce="a\\b"'),
  refusedParameters("string-not-ascii", "a String that is not ASCII", READ, MALFORMED, ';nonce="\u00e9"'),
  refusedParameters("second-list", "a second list behind the parameters", READ, MALFORMED, ';created=1, ("@path")'),
];

const REPEATED =
  "Structured fields let the last one count, and RFC 9421 does not say whether a signature may have two.";

const open = [
  baseOpen("parameters-twice", "a parameter twice", TYPES, REPEATED, REQUEST, '("@method")', {
    parameters: ";created=1;created=2",
  }),
  baseOpen(
    "parameter-bs-twice",
    "a parameter of a component twice",
    "R9421-2.1.07",
    REPEATED,
    REQUEST,
    '("x-example";bs;bs)',
  ),
  baseOpen(
    "parameter-bs-false",
    "a flag that is false",
    "R9421-2.1.07",
    "RFC 9421 does not say whether a flag may be there and false.",
    REQUEST,
    '("x-example";bs=?0)',
  ),
  baseOpen(
    "parameters-date",
    "an unknown parameter that is a Date",
    "R9421-2.3.03",
    "RFC 9651 has Dates, and RFC 8941, to which RFC 9421 refers, has not.",
    REQUEST,
    '("@method")',
    { parameters: ";created=1;x=@1790000000" },
  ),
];

export const listsWithoutBase = [...rejected, ...open];
