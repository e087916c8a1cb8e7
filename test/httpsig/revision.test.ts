import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpResponseView } from "../../src/http/message.js";
import { parseDictionary, parseInnerList } from "../../src/http/structured-dictionary.js";
import { REQUEST_SIGNATURE_WANTED, requestCoverage, responseCoverage, revisionOf } from "../../src/httpsig/profile.js";
import { hasForeignSignatureOnly, isListOfStrings } from "../../src/httpsig/signature-fields.js";

const FIELDS: HeaderLine[] = [
  ["Authorization", "a"],
  ["Content-Digest", "a"],
  ["Content-Type", "a"],
  ["Txn-Token", "a"],
  ["Workload-Identity-Token", "a"],
  ["X-Other", "a"],
];
const told = (coverage: ReturnType<typeof requestCoverage>): string[] =>
  coverage.map(({ name, req, requirement }) => `${name}${req ? ";req" : ""} ${requirement}`);

describe("what has to be covered", () => {
  const ofRequest = [
    "workload-identity-token HSIG-3.11",
    "content-type HSIG-3.07",
    "content-digest HSIG-3.08",
    "authorization HSIG-3.09",
    "txn-token HSIG-3.10",
  ];
  const ofResponse = ["workload-identity-token HSIG-3.18", "content-type HSIG-3.16", "content-digest HSIG-3.17"];

  it("by a request, in either revision", () => {
    const present = ["@method HSIG-3.01", "@path HSIG-3.02", "@query HSIG-3.03"];
    const older = ["@method HSIG-3.01", "@request-target HSIG-3.02"];
    expect(told(requestCoverage(FIELDS, "http-signature-07"))).toEqual([...present, ...ofRequest]);
    expect(told(requestCoverage(FIELDS, "http-signature-06"))).toEqual([...older, ...ofRequest]);
    expect(told(requestCoverage([], "http-signature-06"))).toEqual(older);
  });

  it("by a response, in either revision", () => {
    const present = ["@method;req HSIG-3.13", "@path;req HSIG-3.14", "@query;req HSIG-3.15"];
    const older = ["@method;req HSIG-3.13", "@request-target;req HSIG-3.14"];
    const status = "@status HSIG-3.12";
    expect(told(responseCoverage(FIELDS, "http-signature-07"))).toEqual([status, ...ofResponse, ...present]);
    expect(told(responseCoverage(FIELDS, "http-signature-06"))).toEqual([status, ...ofResponse, ...older]);
    expect(told(responseCoverage([], "http-signature-07"))).toEqual([status, ...present]);
  });

  it("HSIG-3.5.13, HSIG-3.5.14: is what a service asks for", () => {
    const member = parseDictionary([REQUEST_SIGNATURE_WANTED])?.members.get("wimse");
    if (member === undefined || !isListOfStrings(member)) throw new Error("no list of components");
    expect(member.items.map(({ value }) => value)).toEqual(["@method", "@path", "@query", "workload-identity-token"]);
    expect([...member.params]).toEqual([
      ["created", true],
      ["expires", true],
      ["tag", "wimse-workload-to-workload"],
    ]);
  });
});

describe("the revision of a signature", () => {
  it.each([
    ['("@method" "@path" "@query")', false, "http-signature-07"],
    ['("@method" "@request-target")', false, "http-signature-06"],
    ['("@method" "@request-target" "@path")', false, "http-signature-07"],
    ['("@method" "@request-target";req "@path")', false, "http-signature-07"],
    ['("@method" "@request-target" "@path";req)', false, "http-signature-06"],
    ['("@method";req "@request-target";req)', true, "http-signature-06"],
    ['("@method";req "@request-target")', true, "http-signature-07"],
    ["()", false, "http-signature-07"],
  ])("HSIG-3.05: of %s, of a response: %s", (text, req, revision) => {
    const input = parseInnerList(text);
    if (input === undefined) throw new Error("no list");
    expect(revisionOf(input, req)).toBe(revision);
  });
});

describe("HSIG-3.5.06: a signature of another kind than RFC 9421 has", () => {
  const OTHER: HeaderLine = ["Signature", 'keyId="a",algorithm="rsa-sha256"'];
  const INPUT: HeaderLine = ["Signature-Input", "sig1=()"];
  const view = (headers: HeaderLine[], trailers?: HeaderLine[]): HttpResponseView => ({
    status: 200,
    headers,
    ...(trailers && { trailers }),
  });

  it.each<[string, HttpResponseView, boolean]>([
    ["is one that is no dictionary", view([OTHER]), true],
    ["may stand in the trailers", view([], [OTHER]), true],
    ["is none beside Signature-Input", view([OTHER, INPUT]), false],
    ["is none beside Signature-Input in the trailers", view([OTHER], [INPUT]), false],
    ["is none when it can be read", view([["Signature", "sig1=:AA==:"]]), false],
    ["is none when there is none", view([["Host", 'keyId="']]), false],
    ["is none when there is Signature-Input alone", view([INPUT]), false],
  ])("%s", (_, message, expected) => {
    expect(hasForeignSignatureOnly(message)).toBe(expected);
  });
});
