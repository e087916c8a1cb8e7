import { checkContentDigest } from "../../../src/http/content-digest.js";
import { parseDictionary } from "../../../src/http/structured-dictionary.js";
import { type ComplexityCase, filled } from "../case.js";

/** A header section is no longer than that. */
const SECTION = 65_000;
const NO_BYTES = new Uint8Array();

function ofField(name: string, text: (octets: number) => string): ComplexityCase {
  return {
    name: `structured field: ${name}`,
    limit: SECTION,
    answer: undefined,
    make(octets) {
      const input = text(octets);
      return () => parseDictionary([input]);
    },
  };
}

function ofDigest(name: string, answer: string, text: (octets: number) => string): ComplexityCase {
  return {
    name: `Content-Digest: ${name}`,
    limit: SECTION,
    answer,
    make(octets) {
      const input = text(octets);
      return () => checkContentDigest(input, NO_BYTES);
    },
  };
}

export const structuredFieldCases: readonly ComplexityCase[] = [
  ofField("one key again and again", (n) => `${filled(n, "a=1, ")}!`),
  ofField("different keys", (n) => `${filled(n, (i) => `k${i}, `)}!`),
  ofField("keys that look alike", (n) => `${filled(n, (i) => `${"a".repeat(200)}${i}, `)}!`),
  ofField("one parameter again and again", (n) => `a${filled(n, ";a")}!`),
  ofField("different parameters", (n) => `a${filled(n, (i) => `;k${i}`)}!`),
  ofField("items of a list", (n) => `a=(${filled(n, "a ")}`),
  ofField("items with parameters", (n) => `a=(${filled(n, "1;a;a=2 ")}!`),
  ofField("parentheses", (n) => `a=${filled(n, "(")}`),
  ofField("lists", (n) => `${filled(n, (i) => `k${i}=(),`)}!`),
  ofField("commas", (n) => filled(n, ",")),
  ofField("semicolons", (n) => `a${filled(n, ";")}`),
  ofField("spaces", (n) => `a${filled(n, " ")}!`),
  ofField("tabs", (n) => `a${filled(n, "\t")}!`),
  ofField("spaces before commas", (n) => `a${filled(n, `${" ".repeat(100)},b`)}!`),
  ofField("spaces behind semicolons", (n) => `a${filled(n, `;${" ".repeat(100)}b`)}!`),
  ofField("a string with backslashes", (n) => `a="${filled(n, "\\\\")}`),
  ofField("strings without end", (n) => `a=(${filled(n, '"\\"" ')}"`),
  ofField("digits", (n) => `a=${filled(n, "1")}`),
  ofField("digits of a fraction", (n) => `a=1.${filled(n, "1")}`),
  ofField("a byte sequence without end", (n) => `a=:${filled(n, "A")}`),
  ofField("a byte sequence of wrong length", (n) => `a=:${filled(n - (n % 4), "A")}A:`),
  ofField("empty byte sequences", (n) => `a=(${filled(n, ":: ")}`),
  ofField("a display string of percent-encoding", (n) => `a=%"${filled(n, "%c3%a9")}%"`),
  ofField("a token", (n) => `a=${filled(n, "a")}(`),
  ofDigest("algorithms that nobody knows", "content_digest_unsupported", (n) => filled(n, (i) => `k${i}=:AA==:`, ", ")),
  ofDigest("one algorithm again and again", "content_digest_mismatch", (n) => filled(n, "sha-256=:AA==:", ", ")),
  ofDigest("a long digest", "content_digest_mismatch", (n) => `sha-512=:${filled(n - (n % 4), "A")}:`),
  ofDigest("parameters", "content_digest_malformed", (n) => `a=1${filled(n, (i) => `;k${i}`)}`),
];
