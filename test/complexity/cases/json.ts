import { checkTokenSize, readCompactJws } from "../../../src/crypto/jws.js";
import { parseJsonObject } from "../../../src/base/json.js";
import { type ComplexityCase, filled } from "../case.js";

/** What is left of a token for the text of its claims. */
const TEXT = 12_200;
const TOKEN = 16_384;

function ofText(name: string, text: (octets: number) => string): ComplexityCase {
  return {
    name: `JSON: ${name}`,
    limit: TEXT,
    answer: undefined,
    make(octets) {
      const input = text(octets);
      return () => parseJsonObject(input);
    },
  };
}

function ofToken(name: string, token: (octets: number) => string): ComplexityCase {
  return {
    name: `compact JWS: ${name}`,
    limit: TOKEN,
    answer: "wit_malformed",
    make(octets) {
      const input = token(octets);
      return () => {
        checkTokenSize(input, "wit");
        return readCompactJws(input, "wit");
      };
    },
  };
}

const encoded = (text: string): string => Buffer.from(text, "latin1").toString("base64url");
/** A token of that size whose claims are a text of the size that fits in. */
const withClaims = (text: (octets: number) => string) => (octets: number) =>
  `e30.${encoded(text(Math.floor(octets * 0.75) - 30))}.AAAA`;

export const jsonCases: readonly ComplexityCase[] = [
  ofText("one name again and again", (n) => `{${filled(n, '"a":0,')}"b":0}`),
  ofText("different names, the last one twice", (n) => `{${filled(n, (i) => `"${i}x":0,`)}"z":0,"z":0}`),
  ofText("names that look like indices", (n) => `{${filled(n, (i) => `"${i * 7919}":0,`)}"z":0,"z":0}`),
  ofText("names with escapes", (n) => `{${filled(n, (i) => `"\\u0061${i}":0,`)}"z":0,"z":0}`),
  ofText("backslashes in one name", (n) => `{"${filled(n, "\\\\")}":0,"z":0,"z":0}`),
  ofText("backslashes in a string without end", (n) => `{"a":"${filled(n, "\\\\")}`),
  ofText("strings without end", (n) => `{"a":${filled(n, '"\\"')}`),
  ofText("white space behind names with escapes", (n) => `{${filled(n, `"\\n"${" ".repeat(200)}`, ":1,")}`),
  ofText("white space", (n) => `{"\\n"${filled(n, " ")}`),
  ofText("open brackets", (n) => `{"a":${filled(n, "[")}`),
  ofText("open objects", (n) => filled(n, '{"a":')),
  ofText(
    "sixteen levels again and again",
    (n) => `{${filled(n, (i) => `"${i}":${"[".repeat(14)}${"]".repeat(14)},`)}"z":0,"z":0}`,
  ),
  ofText("commas", (n) => `{"a":[${filled(n, ",")}]}`),
  ofText("colons", (n) => `{${filled(n, ":")}}`),
  ofText("digits", (n) => `{"a":${filled(n, "9")},"z":0,"z":0}`),
  ofText("numbers", (n) => `{"a":[${filled(n, "1e999,")}1],"z":0,"z":0}`),
];

export const jwsCases: readonly ComplexityCase[] = [
  ofToken("dots", (n) => filled(n, ".")),
  ofToken("parts", (n) => filled(n, "e30.")),
  ofToken("one long part", (n) => filled(n, "A")),
  ofToken("a signature with one wrong character at its end", (n) => `e30.e30.${filled(n - 9, "A")}=`),
  ofToken("claims that are no base64url at their end", (n) => `e30.${filled(n - 10, "A")}!.AAAA`),
  ofToken(
    "claims that are no UTF-8 at their end",
    withClaims((n) => `${filled(n, "\xc3\xa9")}\xff`),
  ),
  ofToken(
    "claims with one name again and again",
    withClaims((n) => `{${filled(n, '"a":0,')}"b":0}`),
  ),
  ofToken(
    "claims with escapes in names",
    withClaims((n) => `{${filled(n, (i) => `"\\u0061${i}":0,`)}"z":0,"z":0}`),
  ),
  {
    name: "compact JWS: over the limit by ten times",
    limit: 10 * TOKEN,
    answer: "wit_too_large",
    make(octets) {
      const input = filled(Math.max(octets, TOKEN + 1), "e30.");
      return () => checkTokenSize(input, "wit");
    },
  },
];
