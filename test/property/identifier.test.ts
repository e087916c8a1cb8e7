import { isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { parseWorkloadIdentifier, type WorkloadIdentifier } from "../../src/identifier.js";

function attempt(uri: string): WorkloadIdentifier | WimseError {
  try {
    return parseWorkloadIdentifier(uri);
  } catch (error) {
    if (error instanceof WimseError && error.code.startsWith("identifier_")) return error;
    throw error;
  }
}

const text = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });

/** Near misses of identifiers: every piece is valid somewhere. */
const piece = fc.oneof(
  { weight: 3, arbitrary: text("abz019", 4) },
  fc.constantFrom("/", "/", "//", ".", "..", ":", "@", "?", "#", "%", "%2F", "%2f", "%41", "A", "~", "+", "-", "_"),
  fc.constantFrom("1.2.3.4", "[::1]", "\\", " ", "\n", "é", "\0", "localhost", ":443", "u@"),
);
const nearMiss = fc
  .tuple(
    fc.constantFrom("wimse", "spiffe", "https", "WIMSE", "x", ""),
    fc.constantFrom("://", "://", "://", ":", ":/", "//"),
    fc.array(piece, { maxLength: 8 }),
  )
  .map(([scheme, separator, pieces]) => scheme + separator + pieces.join(""));

const SPIFFE_SEGMENT = text("azAZ09._-", 12).filter((segment) => segment !== "." && segment !== "..");
const PCHAR_SEGMENT = text("azAZ09._~-!$&'()*+,;=:@", 12).filter((segment) => segment !== "." && segment !== "..");
const path = (segment: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => `/${segments.join("/")}`);
const wimseUri = fc
  .tuple(text("az09._-", 20), text("az_-", 1), path(PCHAR_SEGMENT))
  .map(([start, end, rest]) => `wimse://${start}${end}${rest}`);
const spiffeUri = fc.tuple(text("az09._-", 20), path(SPIFFE_SEGMENT)).map(([td, rest]) => `spiffe://${td}${rest}`);

/** The accepted language of two schemes, said a second time as one expression each. */
function isWimse(uri: string): boolean {
  const match = /^wimse:\/\/([a-z0-9._-]*[a-z0-9_-])((?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)+)$/.exec(uri);
  return match !== null && !isIPv4(match[1] ?? "");
}
function isSpiffe(uri: string): boolean {
  return /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._-]+)+$/.test(uri);
}

describe("parseWorkloadIdentifier, for any input", () => {
  it("ID-P-7.1.02: answers with an identifier or an identifier_* error, never with anything else", () => {
    fc.assert(
      fc.property(fc.oneof(nearMiss, fc.string({ unit: "binary", maxLength: 60 }), fc.webUrl()), (uri) => {
        const answer = attempt(uri);
        if (answer instanceof WimseError) expect(answer.requirement).toMatch(/^(?:ID|SPIFFEID)-/);
        else expect(answer.uri).toBe(uri);
      }),
      { numRuns: 2000 },
    );
  });

  it("ID-P-4.1.04, ID-P-4.4.09: the components of an accepted identifier make up the input again", () => {
    fc.assert(
      fc.property(fc.oneof(wimseUri, spiffeUri, nearMiss), (uri) => {
        const id = attempt(uri);
        if (id instanceof WimseError) return;
        expect(`${id.scheme}://${id.trustDomain}${id.path}`).toBe(uri);
        expect(`${id.origin}/${id.segments.join("/")}`).toBe(uri);
        for (const segment of id.segments) expect(["", ".", ".."]).not.toContain(segment);
      }),
      { numRuns: 2000 },
    );
  });

  it("ID-P-4.4.02, SPIFFEID-2.1.04: accepts of wimse and spiffe exactly what their rules describe", () => {
    fc.assert(
      fc.property(fc.oneof(wimseUri, spiffeUri, nearMiss), (uri) => {
        if (!/^(?:wimse|spiffe):/.test(uri)) return;
        expect(!(attempt(uri) instanceof WimseError)).toBe(isWimse(uri) || isSpiffe(uri));
      }),
      { numRuns: 3000 },
    );
  });

  it("accepts every wimse and spiffe identifier", () => {
    fc.assert(
      fc.property(fc.oneof(wimseUri, spiffeUri), (uri) => {
        expect(attempt(uri)).toMatchObject({ uri });
      }),
      { examples: [["wimse://1a/!"], ["spiffe://1.2.3.4/..."]] },
    );
  });

  it("ID-7.1.01: a WHATWG parser reads an accepted identifier in the same way", () => {
    fc.assert(
      fc.property(fc.oneof(wimseUri, spiffeUri), (uri) => {
        const id = parseWorkloadIdentifier(uri);
        const { protocol, hostname, pathname, username, password, port, search, hash } = new URL(uri);
        expect([protocol, hostname, pathname]).toEqual([`${id.scheme}:`, id.trustDomain, id.path]);
        expect([username, password, port, search, hash].join("")).toBe("");
      }),
    );
  });

  it("ID-P-4.1.03: one character more in an accepted identifier never leaves its components as they were", () => {
    fc.assert(
      fc.property(wimseUri, fc.nat(), fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), (uri, at, extra) => {
        const position = at % (uri.length + 1);
        const answer = attempt(uri.slice(0, position) + extra + uri.slice(position));
        if (answer instanceof WimseError) return;
        const { origin, path: before } = parseWorkloadIdentifier(uri);
        expect(answer.origin === origin && answer.path === before).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
