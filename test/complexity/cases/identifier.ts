import { parseWorkloadIdentifier } from "../../../src/identifier.js";
import { type ComplexityCase, filled } from "../case.js";

const LIMIT = 2048;

function of(name: string, answer: string, text: (octets: number) => string): ComplexityCase {
  return {
    name: `identifier: ${name}`,
    limit: LIMIT,
    answer,
    make(octets) {
      const input = text(octets).slice(0, octets);
      return () => parseWorkloadIdentifier(input);
    },
  };
}

const start = "x://a/";

export const identifierCases: readonly ComplexityCase[] = [
  of("slashes", "identifier_not_canonical", (n) => `${start}b${filled(n, "/")}`),
  of("dots", "identifier_not_canonical", (n) => `${start}${filled(n - 20, "./")}`),
  of(
    "segments of dots, and a slash at the end",
    "identifier_not_canonical",
    (n) => `${start}${filled(n - 12, "...a/")}`,
  ),
  of("percent signs", "identifier_malformed", (n) => `${start}${filled(n, "%")}`),
  of(
    "percent-encoding, and lower case at its end",
    "identifier_not_canonical",
    (n) => `${start}${filled(n - 12, "%C3")}%c3`,
  ),
  of("percent-encoding cut short", "identifier_malformed", (n) => `${start}${filled(n - 10, "%C3")}%`),
  of("percent-encoding in the trust domain", "identifier_malformed", (n) => `x://${filled(n - 8, "%C3")}`),
  of("capitals behind percent-encoding", "identifier_not_canonical", (n) => `x://${filled(n - 9, "%C3")}A/a`),
  of("colons", "identifier_malformed", (n) => `x://${filled(n - 6, ":")}`),
  of("at signs", "identifier_malformed", (n) => `x://${filled(n - 6, "@")}`),
  of("userinfo without an end", "identifier_malformed", (n) => `x://${filled(n - 7, "a:")}`),
  of("ports", "identifier_malformed", (n) => `x://a${filled(n - 8, ":1")}/a`),
  of("digits of a port", "identifier_forbidden_component", (n) => `x://a:${filled(n - 8, "1")}/a`),
  of("an IPv6 address", "identifier_malformed", (n) => `x://[${filled(n - 8, ":1")}`),
  of("labels of numbers", "identifier_malformed", (n) => `wimse://${filled(n - 12, "1.")}`),
  of("question marks", "identifier_forbidden_component", (n) => `${start}a${filled(n, "?")}`),
  of("number signs", "identifier_malformed", (n) => `${start}a${filled(n, "#")}`),
  of("a scheme", "identifier_malformed", (n) => filled(n, "a+")),
  of("a long trust domain of spiffe", "identifier_not_canonical", (n) => `spiffe://${filled(n - 14, "a")}/a`),
  {
    name: "identifier: over the limit by a thousand times",
    limit: 2_048_000,
    answer: "identifier_too_long",
    make(octets) {
      const input = start + filled(octets, "%C3");
      return () => parseWorkloadIdentifier(input);
    },
  },
];
