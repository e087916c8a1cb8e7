// @ts-check
// Fields, with and without parameters.

import { baseAccepted, withLines } from "../../bases.mjs";

/** @typedef {import("../../cases.mjs").Line} Line */

/** Lines, a component, and its value. @typedef {[id: string, description: string, requirement: string, lines: Line[], component: string, value: string]} Row */

const COMBINED = "R9421-2.1.04";
const FOLDED = "R9421-2.1.04 R9421-7.5.5.01";
const EMPTY = "R9421-2.1.06";
const STRICT = "R9421-2.1.1.01";
const MEMBER = "R9421-2.1.2.01";
const BYTES = "R9421-2.1.3.01";
/** @param {...string} values @returns {Line[]} */
const lines = (...values) => values.map((value) => ["X-Example", value]);
/** @param {string} name @param {...string} values @returns {Line[]} */
const linesOf = (name, ...values) => values.map((value) => [name, value]);

const DICTIONARY = linesOf("Example-Dict", "  a=1, b=2;x=1;y=2, c=(a   b    c), d");
const DIGEST = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

/** @type {Row[]} */
const PLAIN = [
  ["one", "a field", COMBINED, lines("a"), '"x-example"', "a"],
  ["two", "two lines", COMBINED, lines("a", "b"), '"x-example"', "a, b"],
  ["two-swapped", "the lines in another order", COMBINED, lines("b", "a"), '"x-example"', "b, a"],
  ["two-equal", "the same line twice", COMBINED, lines("a", "a"), '"x-example"', "a, a"],
  ["lists", "lines that are lists", COMBINED, lines("a,b", "c , d"), '"x-example"', "a,b, c , d"],
  [
    "letter-case",
    "lines whose names differ in letter case",
    `${COMBINED} R9421-2.1.01`,
    [
      ["X-EXAMPLE", "a"],
      ["x-example", "b"],
      ["X-Other", "c"],
    ],
    '"x-example"',
    "a, b",
  ],
  [
    "apart",
    "lines with another one between them",
    COMBINED,
    [...lines("a"), ["X-Other", "c"], ...lines("b")],
    '"x-example"',
    "a, b",
  ],
  ["spaces", "white space around a value", COMBINED, lines("  a\t"), '"x-example"', "a"],
  ["spaces-two", "white space around the values of two lines", COMBINED, lines(" a ", "\tb  "), '"x-example"', "a, b"],
  ["spaces-inside", "white space inside a value stays", COMBINED, lines("a  b\tc"), '"x-example"', "a  b\tc"],
  ["comma-at-end", "a comma at the end stays", COMBINED, lines("a,", "b"), '"x-example"', "a,, b"],
  ["quoted", "a value with quotes and colons", "R9421-7.5.2.01", lines('"a": b'), '"x-example"', '"a": b'],
  ["empty", "an empty field", EMPTY, lines(""), '"x-example"', ""],
  ["empty-spaces", "a field of white space", EMPTY, lines(" \t "), '"x-example"', ""],
  ["empty-two", "two empty lines", EMPTY, lines("", ""), '"x-example"', ", "],
  ["empty-first", "an empty line before another", EMPTY, lines("", "a"), '"x-example"', ", a"],
  ["empty-last", "an empty line after another", EMPTY, lines("a", ""), '"x-example"', "a, "],
  ["fold", "a folded line", FOLDED, lines("Obsolete\r\n    line folding."), '"x-example"', "Obsolete line folding."],
  ["fold-spaces", "white space on both sides of a fold", FOLDED, lines("a \t\r\n\t b"), '"x-example"', "a b"],
  ["fold-two", "a line folded twice", FOLDED, lines("a\r\n b\r\n\tc", "d"), '"x-example"', "a b c, d"],
  ["host", "Host as a field stays as it was sent", "R9421-7.5.2.01", [], '"host"', "svc.example.com"],
  [
    "not-normal",
    "values that mean the same are different",
    "R9421-7.5.2.01",
    linesOf("Content-Type", 'Text/Plain; charset="utf-8"'),
    '"content-type"',
    'Text/Plain; charset="utf-8"',
  ],
  ["name-characters", "a name of digits and other characters", "R9421-2.1.01", linesOf("x_1.a~", "a"), '"x_1.a~"', "a"],
];

/** @type {Row[]} */
const WITH_PARAMETERS = [
  [
    "bs",
    "bs",
    BYTES,
    lines("value, with, lots, of, commas"),
    '"x-example";bs',
    ":dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:",
  ],
  [
    "bs-two",
    "bs of two lines",
    `${BYTES} R9421-7.5.6.01`,
    lines("value, with, lots", "of, commas"),
    '"x-example";bs',
    ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:",
  ],
  ["bs-spaces", "bs without white space around the value", BYTES, lines("\t a "), '"x-example";bs', ":YQ==:"],
  ["bs-empty", "bs of an empty line", BYTES, lines("", "a"), '"x-example";bs', "::, :YQ==:"],
  ["bs-fold", "bs of a folded line", `${BYTES} R9421-2.1.04`, lines("a\r\n  b"), '"x-example";bs', ":YSBi:"],
  ["sf", "sf", STRICT, linesOf("Priority", "u=1,  i"), '"priority";sf', "u=1, i"],
  ["sf-two", "sf of two lines", STRICT, linesOf("Priority", "u=1", "i"), '"priority";sf', "u=1, i"],
  [
    "sf-true",
    "sf: what is true has no value",
    STRICT,
    linesOf("Priority", "u=1;x=?1, i=?1"),
    '"priority";sf',
    "u=1;x, i",
  ],
  ["sf-false", "sf: what is false has one", STRICT, linesOf("Priority", "u=1, i=?0"), '"priority";sf', "u=1, i=?0"],
  [
    "sf-numbers",
    "sf: numbers are written in one way",
    STRICT,
    linesOf("Priority", "u=01, a=1.50, b=-0"),
    '"priority";sf',
    "u=1, a=1.5, b=0",
  ],
  [
    "sf-twice",
    "sf: of a member that is there twice, the last counts",
    STRICT,
    linesOf("Priority", "u=1, u=3, i"),
    '"priority";sf',
    "u=3, i",
  ],
  [
    "sf-digest",
    "sf of Content-Digest",
    STRICT,
    linesOf("Content-Digest", `${DIGEST},  md5=:AAEC:;x="a\\"b"`),
    '"content-digest";sf',
    `${DIGEST}, md5=:AAEC:;x="a\\"b"`,
  ],
  [
    "sf-inner-list",
    "sf of Signature-Input",
    STRICT,
    linesOf("Signature-Input", 'a=( "@method"  "x";req );created=01'),
    '"signature-input";sf',
    'a=("@method" "x";req);created=1',
  ],
  ["key-integer", "a member of a dictionary", MEMBER, DICTIONARY, '"example-dict";key="a"', "1"],
  ["key-true", "a member that is true", MEMBER, DICTIONARY, '"example-dict";key="d"', "?1"],
  ["key-parameters", "a member with parameters", MEMBER, DICTIONARY, '"example-dict";key="b"', "2;x=1;y=2"],
  ["key-inner-list", "a member that is an inner list", MEMBER, DICTIONARY, '"example-dict";key="c"', "(a b c)"],
  [
    "key-second-line",
    "a member of the second line",
    MEMBER,
    linesOf("Example-Dict", "a=1", "b=2"),
    '"example-dict";key="b"',
    "2",
  ],
  [
    "key-twice",
    "of a member that is there twice, the last counts",
    MEMBER,
    linesOf("Example-Dict", "a=1, b=2", "a=3"),
    '"example-dict";key="a"',
    "3",
  ],
  [
    "key-digest",
    "one of two digests",
    MEMBER,
    linesOf("Content-Digest", `md5=:AAEC:, ${DIGEST}`),
    '"content-digest";key="sha-256"',
    DIGEST.slice("sha-256=".length),
  ],
  ["key-sf", "a member with sf beside it", MEMBER, DICTIONARY, '"example-dict";sf;key="c"', "(a b c)"],
  [
    "key-signature",
    "the signature of somebody else",
    MEMBER,
    linesOf("Signature", "sig1=:AAEC:, b=:Aw==:"),
    '"signature";key="sig1"',
    ":AAEC:",
  ],
  [
    "key-signature-input",
    "what somebody else has signed",
    MEMBER,
    linesOf("Signature-Input", 'sig1=("@method"  "@path";req);created=1;keyid="a"'),
    '"signature-input";key="sig1"',
    '("@method" "@path";req);created=1;keyid="a"',
  ],
];

export const fieldBases = [...PLAIN, ...WITH_PARAMETERS].map(([id, description, requirements, its, component, value]) =>
  baseAccepted(`field-${id}`, description, requirements, withLines(...its), [[component, value]]),
);
