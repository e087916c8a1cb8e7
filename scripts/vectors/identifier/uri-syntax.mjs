// @ts-check
import { rejected } from "./parse.mjs";

const MALFORMED = "identifier_malformed";

/** @type {import("../cases.mjs").VectorFile} */
export const uriSyntax = {
  suite: "identifier",
  name: "uri-syntax",
  spec: "draft-ietf-wimse-identifier",
  description: "What is no URI at all, though some parsers take it for one.",
  context: {},
  cases: [
    rejected(
      "broken-encoding",
      "a percent sign with no two digits",
      "ID-4.1.01 ID-7.1.01",
      MALFORMED,
      "wimse://example.com/a%zz",
    ),
    rejected("cut-encoding", "a percent sign at the end", "ID-4.1.01 ID-7.1.01", MALFORMED, "wimse://example.com/a%2"),
    rejected(
      "backslash",
      "a backslash, which browsers read as a slash",
      "ID-4.1.01 ID-7.1.01",
      MALFORMED,
      "wimse://evil.example\\@example.com/agent",
    ),
    rejected("space", "a space", "ID-4.1.01 ID-7.1.01", MALFORMED, "wimse://example.com/the agent"),
    rejected("leading-space", "a space before it", "ID-4.1.01 ID-7.1.01", MALFORMED, " wimse://example.com/agent"),
    rejected(
      "trailing-newline",
      "a line end after it",
      "ID-4.1.01 ID-7.1.01",
      MALFORMED,
      "wimse://example.com/agent\n",
    ),
    rejected("tab", "a tab, which browsers drop", "ID-4.1.01 ID-7.1.01", MALFORMED, "wimse://exam\tple.com/agent"),
    rejected("nul", "a NUL", "ID-4.1.01 ID-7.1.01", MALFORMED, "wimse://example.com/agent\0.evil"),
    rejected(
      "non-ascii",
      "a letter outside ASCII",
      "ID-4.1.01 ID-7.1.01 ID-P-4.4.02",
      MALFORMED,
      "wimse://ex\u00e4mple.com/agent",
    ),
    rejected(
      "full-width-dot",
      "a full-width dot, which becomes a dot when it is normalized",
      "ID-4.1.01 ID-7.1.01",
      MALFORMED,
      "wimse://example\uff0ecom/agent",
    ),
    rejected("bracket", "a bracket in the path", "ID-4.1.01 ID-7.1.01", MALFORMED, "wimse://example.com/a[1]"),
    rejected("bar", "a bar in the path", "ID-4.1.01 ID-7.1.01", MALFORMED, "wimse://example.com/a|b"),
    rejected(
      "quotation-mark",
      "a quotation mark in the path",
      "ID-4.1.01 ID-7.1.01",
      MALFORMED,
      'wimse://example.com/a"b',
    ),
  ],
};
