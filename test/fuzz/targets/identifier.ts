import assert from "node:assert/strict";
import { isIPv4 } from "node:net";
import fc from "fast-check";
import { WimseError } from "../../../src/base/errors.js";
import { parseWorkloadIdentifier, type WorkloadIdentifier } from "../../../src/identifier.js";
import { type FuzzTarget, octetsOf, refusal } from "../target.js";

const PIECES = [
  ...":/?#@%.~A",
  ...[
    "//",
    "..",
    "/.",
    "/../",
    "%2F",
    "%2f",
    "%41",
    "%4",
    "wimse",
    "spiffe",
    "https",
    "1.2.3.4",
    "[::1]",
    ":443",
    "u@",
  ],
  ...["example.com", "\0", "\n", " ", "\\", "\xc3\xa9", "\xff", "-", "_", "+", "x".repeat(300), "/a"],
];
const label = fc.string({ unit: fc.constantFrom(..."az09.-_"), minLength: 1, maxLength: 12 });
const segment = fc.string({ unit: fc.constantFrom(..."azAZ09._~-!$&'()*+,;=:@"), minLength: 1, maxLength: 12 });
const identifiers = fc
  .tuple(
    fc.constantFrom("wimse", "spiffe", "https", "x-y", "WIMSE"),
    label,
    fc.array(fc.oneof(segment, fc.constantFrom(".", "..", "", "%41", "%C3%A9")), { maxLength: 6 }),
  )
  .map(([scheme, trustDomain, segments]) => `${scheme}://${trustDomain}/${segments.join("/")}`);

const path = (characters: string): string => `(?:/(?!\\.\\.?(?:/|$))[${characters}]+)+`;
const WIMSE = new RegExp(`^wimse://([a-z0-9._-]*[a-z0-9_-])${path("A-Za-z0-9._~!$&'()*+,;=:@-")}$`);
const SPIFFE = new RegExp(`^spiffe://[a-z0-9._-]{1,255}${path("A-Za-z0-9._-")}$`);

/** Whether an identifier of a scheme with rules of its own is one, by one expression for each. */
function isIdentifier(uri: string): boolean {
  const domain = WIMSE.exec(uri)?.[1];
  return uri.length <= 2048 && ((domain !== undefined && !isIPv4(domain)) || SPIFFE.test(uri));
}

function parse(uri: string): WorkloadIdentifier | WimseError {
  try {
    return parseWorkloadIdentifier(uri);
  } catch (error) {
    if (error instanceof WimseError) return error;
    throw error;
  }
}

/** Workload Identifiers, against two expressions and against a URL parser. */
export const identifier: FuzzTarget = {
  name: "identifier",
  pieces: PIECES,
  inputs: identifiers,
  check(input) {
    const uri = Buffer.from(octetsOf(input)).toString("utf8");
    const answer = parse(uri);
    const isAccepted = !(answer instanceof WimseError);
    if (/^(?:wimse|spiffe):/.test(uri)) assert.equal(isAccepted, isIdentifier(uri));
    if (!isAccepted) {
      const code = refusal(
        answer,
        ["identifier_malformed", "identifier_forbidden_component", "identifier_not_canonical", "identifier_too_long"],
        input,
      );
      assert.equal(code === "identifier_too_long", Buffer.byteLength(uri) > 2048);
      assert.match(answer.requirement ?? "", /^(?:ID|SPIFFEID)-/);
      return code;
    }
    const { scheme, trustDomain, segments, origin } = answer;
    assert.equal(answer.uri, uri);
    assert.equal(`${scheme}://${trustDomain}${answer.path}`, uri);
    assert.equal(`${origin}/${segments.join("/")}`, uri);
    for (const one of segments) assert.ok(!["", ".", ".."].includes(one));
    if (scheme === "wimse" || scheme === "spiffe") expectReadAsUrl(answer);
    return "accepted";
  },
};

function expectReadAsUrl({ uri, scheme, trustDomain, path: written }: WorkloadIdentifier): void {
  const { protocol, host, pathname, username, password, search, hash } = new URL(uri);
  assert.deepEqual([protocol, host, pathname], [`${scheme}:`, trustDomain, written]);
  assert.equal(username + password + search + hash, "");
}
