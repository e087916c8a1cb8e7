import { describe, expect, it } from "vitest";
import { assertIssuableIdentifier, parseOrigin } from "../../src/identifier/parse.js";

/** Expects the coded TypeError of caller mistakes, with a message that says `why`. */
function expectMistake(run: () => unknown, why: RegExp): void {
  expect(run).toThrow(TypeError);
  expect(run).toThrow(expect.objectContaining({ code: "configuration_invalid", message: expect.stringMatching(why) }));
}

describe("parseOrigin", () => {
  it.each([
    ["wimse://example.com", "wimse", "example.com"],
    ["spiffe://example.org", "spiffe", "example.org"],
    ["spiffe://192.0.2.1", "spiffe", "192.0.2.1"],
    ["https://ex%C3%A9mple.org", "https", "ex%C3%A9mple.org"],
  ])("ID-4.6.01: takes %s apart", (origin, scheme, trustDomain) => {
    const parsed = parseOrigin(origin);
    expect(parsed).toEqual({ scheme, trustDomain, origin });
    expect(Object.isFrozen(parsed)).toBe(true);
  });

  it.each([
    ["wimse://example.com/", /^origin: has a path; write it as/],
    ["wimse://example.com/a", /^origin: has a path; write it as/],
    ["wimse:a", /^origin: has no trust domain/],
    ["wimse://", /^origin: has no trust domain/],
    ["", /^origin: is not an absolute URI/],
    ["example.com", /^origin: is not an absolute URI/],
    ["wimse://exam ple.com", /^origin: is not an absolute URI/],
    ["wimse://example.com:443", /^origin: has a port component/],
    ["wimse://@example.com", /^origin: has a userinfo component/],
    ["wimse://example.com?", /^origin: has a query component/],
    ["wimse://example.com#", /^origin: has a fragment component/],
    ["wimse://192.0.2.1", /^origin: has an IP address/],
    ["spiffe://[::1]", /^origin: has an IP address/],
    ["WIMSE://example.com", /^origin: has an upper-case letter in its scheme/],
    ["spiffe://Example.org", /^origin: has an upper-case letter in its trust domain/],
    ["wimse://example.com.", /^origin: has a trust domain that ends with a dot/],
    [`spiffe://${"a".repeat(256)}`, /^origin: has a trust domain longer than 255 bytes/],
    [`wimse://${"a".repeat(2048)}`, /^origin: is longer than 2048 bytes/],
  ])("says what is wrong with %s", (origin, why) => {
    expectMistake(() => parseOrigin(origin), why);
  });

  it.each([undefined, null, 1, {}, new URL("wimse://example.com")])("refuses %o, which is no string", (origin) => {
    expectMistake(() => parseOrigin(origin as string), /^origin: must be a string/);
  });
});

describe("assertIssuableIdentifier", () => {
  it.each(["wimse://example.com/a/B-1._~", "spiffe://example.org/a", "https://example.com/a:b%2Fc"])(
    "ID-P-4.1.02: lets the canonical form pass: %s",
    (uri) => {
      expect(assertIssuableIdentifier(uri).uri).toBe(uri);
    },
  );

  it.each(["a:b", "a@b", "a+b", "a/b!", "$", "&", "'", "(", ")", "*", ",", ";", "="])(
    "ID-P-4.4.05: a wimse path that we write has unreserved characters only, unlike %s",
    (path) => {
      expectMistake(
        () => assertIssuableIdentifier(`wimse://example.com/${path}`),
        /^identifier to issue: has a path character that is not unreserved/,
      );
    },
  );

  it.each([
    ["ID-4.1.09, SPIFFEID-2.3.02", `wimse://example.com/${"a".repeat(2048)}`, /is longer than 2048 bytes/],
    ["ID-4.4.02", "wimse://example.com:443/a", /has a port component/],
    ["ID-4.1.03", "wimse://example.com", /has no path/],
    ["ID-P-4.1.02", "wimse://Example.com/a", /has a character that no wimse trust domain has/],
    ["SPIFFEID-2.2.04", "spiffe://example.org/a~b", /has a character that no SPIFFE path has/],
  ])("%s: does not let anything else pass: %s", (_requirement, uri, why) => {
    expectMistake(() => assertIssuableIdentifier(uri), why);
  });

  it("refuses what is no string", () => {
    expectMistake(() => assertIssuableIdentifier(undefined as unknown as string), /must be a string/);
  });
});
