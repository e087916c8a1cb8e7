// @ts-check
// Fields that cannot be covered, and those of which it is left open.

import { aRequest, baseOpen, baseRejected, withLines } from "../../bases.mjs";

/** @typedef {import("../../cases.mjs").Line} Line */

const STRICT = "R9421-2.1.1.01";
const MEMBER = "R9421-2.1.2.01";
const BYTES = "R9421-2.1.3.01";
const UNRESOLVED = "R9421-2.5.03";
const INVALID = "signature_component_invalid";
const UNSUPPORTED = "signature_component_unsupported";

/** @param {...string} values @returns {Line[]} */
const lines = (...values) => values.map((value) => ["X-Example", value]);
/** @param {string} name @param {...string} values @returns {Line[]} */
const linesOf = (name, ...values) => values.map((value) => [name, value]);

const DICTIONARY = linesOf("Example-Dict", "a=1, b=2");

/** @type {[id: string, description: string, requirements: string, codes: string | string[], lines: Line[], component: string][]} */
const REJECTED = [
  ["missing", "a field that is not in the message", UNRESOLVED, INVALID, [], '"x-example"'],
  [
    "missing-similar",
    "a field of which there is only another with a longer name",
    UNRESOLVED,
    INVALID,
    linesOf("X-Example-2", "a"),
    '"x-example"',
  ],
  ["missing-bs", "a field with bs that is not in the message", UNRESOLVED, INVALID, [], '"x-example";bs'],
  ["missing-sf", "a field with sf that is not in the message", UNRESOLVED, INVALID, [], '"priority";sf'],
  [
    "trailer",
    "a trailer, where there is a header line of that name only",
    `${UNRESOLVED} R9421-2.1.4.01`,
    INVALID,
    lines("a"),
    '"x-example";tr',
  ],
  ["upper-case", "a name in capitals", "R9421-2.1.01", INVALID, lines("a"), '"X-Example"'],
  ["name-empty", "no name", "R9421-2.1.01", INVALID, lines("a"), '""'],
  ["name-space", "a name with a space behind it", "R9421-2.1.01", INVALID, lines("a"), '"x-example "'],
  ["name-colon", "a name with a colon", "R9421-2.1.01", INVALID, lines("a"), '"x-example:"'],
  ["name-pseudo", "a pseudo-header of HTTP/2", "R9421-2.1.01", INVALID, lines("a"), '":path"'],
  ["line-end", "a value with a line feed", "R9421-2.04", INVALID, lines('a\n"@status": 200'), '"x-example"'],
  ["carriage-return", "a value with a carriage return", "R9421-2.04", INVALID, lines("a\rb"), '"x-example"'],
  [
    "line-end-no-fold",
    "a value with a line end that does not fold",
    "R9421-2.04",
    INVALID,
    lines("a\r\nb: c"),
    '"x-example"',
  ],
  ["line-end-bs", "a value with a line feed, with bs", "R9421-2.04", INVALID, lines("a\nb"), '"x-example";bs'],
  ["not-ascii", "a value that is not ASCII", "R9421-2.04 R9421-2.1.03", INVALID, lines("caf\u00e9"), '"x-example"'],
  [
    "not-ascii-second",
    "a value that is not ASCII in the second line",
    "R9421-2.04 R9421-2.1.03",
    INVALID,
    lines("a", "\u20ac"),
    '"x-example"',
  ],
  ["sf-unknown", "sf of a field whose type nobody knows", STRICT, UNSUPPORTED, lines("a"), '"x-example";sf'],
  [
    "sf-malformed",
    "sf of a field that is no dictionary",
    `${UNRESOLVED} ${STRICT}`,
    INVALID,
    linesOf("Priority", "u=1, U=2"),
    '"priority";sf',
  ],
  [
    "sf-malformed-end",
    "sf of a dictionary with a comma at its end",
    `${UNRESOLVED} ${STRICT}`,
    INVALID,
    linesOf("Priority", "u=1,"),
    '"priority";sf',
  ],
  ["key-missing", "a member that is not in the dictionary", MEMBER, INVALID, DICTIONARY, '"example-dict";key="zz"'],
  [
    "key-letter-case",
    "a member whose key differs in letter case",
    MEMBER,
    INVALID,
    DICTIONARY,
    '"example-dict";key="A"',
  ],
  [
    "key-empty-field",
    "a member of an empty field",
    MEMBER,
    INVALID,
    linesOf("Example-Dict", ""),
    '"example-dict";key="a"',
  ],
  [
    "key-no-dictionary",
    "a member of a field that is no dictionary",
    UNRESOLVED,
    INVALID,
    linesOf("Example-Dict", '"a"'),
    '"example-dict";key="a"',
  ],
  ["key-missing-field", "a member of a field that is not there", UNRESOLVED, INVALID, [], '"example-dict";key="a"'],
  ["bs-sf", "bs and sf", "R9421-2.1.07", INVALID, linesOf("Priority", "u=1"), '"priority";bs;sf'],
  ["sf-bs", "sf and bs", "R9421-2.1.07", INVALID, linesOf("Priority", "u=1"), '"priority";sf;bs'],
  ["bs-key", "bs and key", "R9421-2.1.07", INVALID, DICTIONARY, '"example-dict";bs;key="a"'],
];

const TYPE = "Whoever does not know that the field is a structured field, and of which type, refuses it.";
const OCTETS = "Header lines of the vectors are text, and how an octet that is not ASCII gets into it is not settled.";

export const fieldsWithoutBase = [
  ...REJECTED.map(([id, description, requirements, codes, its, component]) =>
    baseRejected(`field-${id}`, description, requirements, codes, withLines(...its), `(${component})`),
  ),
  baseOpen(
    "field-sf-list",
    "sf of a list",
    STRICT,
    TYPE,
    withLines(["Cache-Status", "Example;  hit"]),
    '("cache-status";sf)',
  ),
  baseOpen("field-sf-item", "sf of an item", STRICT, TYPE, withLines(["Client-Cert", ":AAEC:"]), '("client-cert";sf)'),
  baseOpen(
    "field-bs-not-ascii",
    "bs of a value that is not ASCII",
    BYTES,
    OCTETS,
    withLines(["X-Example", "caf\u00e9"]),
    '("x-example";bs)',
  ),
  baseOpen(
    "field-host-twice",
    "two Host lines, covered as a field",
    "R9421-2.1.04",
    "A request with two Host lines is malformed; a signature over the field alone does not need to find that out.",
    aRequest({
      headers: [
        ["Host", "a.example"],
        ["Host", "b.example"],
      ],
    }),
    '("host")',
  ),
  baseOpen(
    "field-sf-empty",
    "sf of an empty dictionary",
    STRICT,
    "RFC 8941 writes no field at all for an empty dictionary; RFC 9421 has an empty value for an empty field.",
    withLines(["Priority", ""]),
    '("priority";sf)',
  ),
];
