import { parseRawRequest } from "../../../src/cli/raw-request.js";
import { type ComplexityCase, filled } from "../case.js";

const LIMIT = 128 * 1024;

function of(name: string, answer: string, text: (octets: number) => string, limit = LIMIT): ComplexityCase {
  return {
    name: `raw request: ${name}`,
    limit,
    answer,
    make(octets) {
      const input = Buffer.from(text(octets), "latin1");
      return () => parseRawRequest(input);
    },
  };
}

const start = "GET / HTTP/1.1\n";

export const rawRequestCases: readonly ComplexityCase[] = [
  of("lines", "request_malformed", (n) => `${start}${filled(n - 200, `A:${"b".repeat(140)}\n`)}`),
  of(
    "lines, and one that is none",
    "request_malformed",
    (n) => `${start}${filled(n - 200, `A:${"b".repeat(140)}\n`)}!\n\n`,
  ),
  of(
    "lengths",
    "request_malformed",
    (n) => `${start}${filled(n - 200, `Content-Length:${" ".repeat(130)}1\n`)}Content-Length:2\n\na`,
  ),
  of("white space in a value", "request_malformed", (n) => `${start}A:${filled(n - 40, " ")}\0\n\n`),
  of("white space before a colon", "request_malformed", (n) => `${start}A${filled(n - 40, " ")}:\n\n`),
  of("a request line of spaces", "request_malformed", (n) => `GET${filled(n - 40, " ")}\n\n`),
  of("a request line of letters", "request_malformed", (n) => `${filled(n - 40, "A")}\n\n`),
  of("a target and no version", "request_malformed", (n) => `GET ${filled(n - 40, "/")} HTTP/1.2\n\n`),
  of("carriage returns", "request_malformed", (n) => `${start}A:${filled(n - 40, "\r")}\n\n`),
  of("no line end, over the limit by ten times", "request_too_large", (n) => filled(n + LIMIT, "a"), 10 * LIMIT),
  of(
    "line ends, over the limit by ten times",
    "request_too_large",
    (n) => `${start}${filled(n + LIMIT, "A:\n")}`,
    10 * LIMIT,
  ),
];
