import { describe, expect, it } from "vitest";
import { parseWorkloadIdentifier } from "../../src/identifier.js";
import { expectRefused } from "./refused.js";

function expectNotCanonical(uri: string, requirement: string): void {
  expectRefused(uri, "identifier_not_canonical", requirement);
}

/** ID-P-4.1.04: what is accepted comes back as it was, component by component. */
function expectAccepted(uri: string): void {
  const { scheme, trustDomain, path, segments, origin, ...rest } = parseWorkloadIdentifier(uri);
  expect(rest.uri).toBe(uri);
  expect(`${scheme}://${trustDomain}${path}`).toBe(uri);
  expect(`${origin}/${segments.join("/")}`).toBe(uri);
}

describe("ID-P-4.1.01, ID-P-4.1.03: wimse", () => {
  it.each([
    "wimse://example.com/a",
    "wimse://td/a",
    "wimse://a/b",
    "wimse://0/0",
    "wimse://localhost/a",
    "wimse://a-b_c.d/e",
    "wimse://-/a",
    "wimse://_/a",
    "wimse://.a/b",
    "wimse://a..b/c",
    "wimse://xn--exmple-cua.com/a",
    `wimse://${"a".repeat(300)}/a`,
    `wimse://td/${"a".repeat(2000)}`,
    "wimse://td/A/Z/z/0/9",
    "wimse://td/-._~",
    "wimse://td/~user/...",
    "wimse://td/.a/a./..b/b../...",
    "wimse://td/a:b",
    "wimse://td/a@b",
    "wimse://td/user@example.com:443",
    "wimse://td/a+b",
    "wimse://td/!$&'()*+,;=:@",
    "wimse://td/:",
    "wimse://td/@",
    "wimse://td/a;v=1,2",
    "wimse://td/http:",
    "wimse://wimse/wimse:",
  ])("unusual but valid: %s", expectAccepted);

  it.each([
    ["ID-P-4.4.01", "WIMSE://td/a"],
    ["ID-P-4.4.01", "Wimse://td/a"],
    ["ID-P-4.4.01", "wimsE://td/a"],
    ["ID-P-4.4.02", "wimse://Example.com/a"],
    ["ID-P-4.4.02", "wimse://example.coM/a"],
    ["ID-P-4.4.02", "wimse://exam~ple/a"],
    ["ID-P-4.4.02", "wimse://exam!ple/a"],
    ["ID-P-4.4.02", "wimse://a,b/a"],
    ["ID-P-4.4.02", "wimse://*.example.com/a"],
    ["ID-P-4.4.02", "wimse://(td)/a"],
    ["ID-P-4.4.03", "wimse://ex%61mple.com/a"],
    ["ID-P-4.4.03", "wimse://td%2Fa/b"],
    ["ID-P-4.4.03", "wimse://good.example%40evil.example/a"],
    ["ID-P-4.4.03", "wimse://%C3%A9/a"],
    ["ID-P-4.4.03", "wimse://example.com./a"],
    ["ID-P-4.4.03", "wimse://192.0.2.1./a"],
    ["ID-P-4.4.03", "wimse://./a"],
    ["ID-P-4.4.03", "wimse://../a"],
    ["ID-P-4.4.04", "wimse://td/"],
    ["ID-P-4.4.06", "wimse://td//"],
    ["ID-P-4.4.06", "wimse://td//a"],
    ["ID-P-4.4.06", "wimse://td/a//b"],
    ["ID-P-4.4.06", "wimse://td/a//"],
    ["ID-P-4.4.06", "wimse://td/a/"],
    ["ID-P-4.4.06", "wimse://td/."],
    ["ID-P-4.4.06", "wimse://td/.."],
    ["ID-P-4.4.06", "wimse://td/./a"],
    ["ID-P-4.4.06", "wimse://td/../a"],
    ["ID-P-4.4.06", "wimse://td/a/./b"],
    ["ID-P-4.4.06", "wimse://td/a/../b"],
    ["ID-P-4.4.06", "wimse://td/a/."],
    ["ID-P-4.4.06", "wimse://td/a/.."],
    ["ID-P-4.4.06", "wimse://td/%61"],
    ["ID-P-4.4.06", "wimse://td/%70ayment"],
    ["ID-P-4.4.06", "wimse://td/a%2Fb"],
    ["ID-P-4.4.06", "wimse://td/a%2fb"],
    ["ID-P-4.4.06", "wimse://td/%2e%2e/a"],
    ["ID-P-4.4.06", "wimse://td/a%00"],
    ["ID-P-4.4.06", "wimse://td/a%20b"],
    ["ID-P-4.4.06", "wimse://td/%C3%A9"],
  ])("%s: not canonical: %s", (requirement, uri) => {
    expectNotCanonical(uri, requirement);
  });
});

describe("ID-4.1.10, SPIFFEID-2.01: spiffe has rules of its own", () => {
  it.each([
    "spiffe://example.org/a",
    "spiffe://example.org/ns/prod/sa/Web_1.0-x",
    "spiffe://td/a/b/c",
    "spiffe://td./a",
    "spiffe://./a",
    "spiffe://_td-1.x/a",
    "spiffe://td/...",
    "spiffe://td/.a/b.",
    `spiffe://${"a".repeat(255)}/a`,
  ])("unusual but valid: %s", expectAccepted);

  it.each(["spiffe://192.0.2.1/a", "spiffe://127.0.0.1/a", "spiffe://1.2.3.4.5/a", "spiffe://2130706433/a"])(
    "SPIFFEID-2.1.06: a dotted quad is a name like any other: %s",
    expectAccepted,
  );

  it("SPIFFEID-2.1.06: an IPv6 literal is none", () => {
    expectRefused("spiffe://[::1]/a", "identifier_malformed", "ID-4.3.02");
  });

  it.each([
    ["SPIFFEID-2.4.01", "SPIFFE://example.org/a"],
    ["SPIFFEID-2.4.01", "Spiffe://192.0.2.1/a"],
    ["SPIFFEID-2.1.03", "spiffe://Example.org/a"],
    ["SPIFFEID-2.1.04", "spiffe://exam~ple/a"],
    ["SPIFFEID-2.1.04", "spiffe://exam+ple/a"],
    ["SPIFFEID-2.1.05", "spiffe://ex%61mple.org/a"],
    ["SPIFFEID-2.1.05", "spiffe://%F0%9F%A4%AF/a"],
    ["SPIFFEID-2.3.03", `spiffe://${"a".repeat(256)}/a`],
    ["SPIFFEID-2.2.01", "spiffe://example.org/a%2Fb"],
    ["SPIFFEID-2.2.01", "spiffe://example.org/%61"],
    ["SPIFFEID-2.2.02", "spiffe://example.org//a"],
    ["SPIFFEID-2.2.02", "spiffe://example.org/a//b"],
    ["SPIFFEID-2.2.02", "spiffe://example.org/./a"],
    ["SPIFFEID-2.2.02", "spiffe://example.org/a/.."],
    ["SPIFFEID-2.2.03", "spiffe://example.org/"],
    ["SPIFFEID-2.2.03", "spiffe://example.org/a/"],
    ["SPIFFEID-2.2.04", "spiffe://example.org/a~b"],
    ["SPIFFEID-2.2.04", "spiffe://example.org/a:b"],
    ["SPIFFEID-2.2.04", "spiffe://example.org/a@b"],
    ["SPIFFEID-2.2.04", "spiffe://example.org/a$"],
    ["SPIFFEID-2.2.04", "spiffe://example.org/!$&'()*+,;="],
  ])("%s: not canonical: %s", (requirement, uri) => {
    expectNotCanonical(uri, requirement);
  });
});

describe("ID-P-4.1.03: any other scheme, in the normalized form of RFC 3986", () => {
  it.each([
    "https://example.com/a",
    "https://example.com/~a/b:c@d",
    "https://example.com./a",
    "https://td/a%2Fb",
    "https://td/%3F%23%25%5B%5D",
    "https://td/%C3%A9",
    "https://td/%FF%00%20",
    "https://td/%20A%2FB",
    "https://ex%C3%A9mple.org/a",
    "https://a%2Fb%2Fc/d",
    "https://a~b!c/d",
    "x-y+z.1://td/p",
    "x://y/z",
    "wimsex://td!/a~b",
    "wims://td!/a~b",
    "spiffex://td!/a~b",
    "constructor://td/a",
    "hasOwnProperty://td/a".toLowerCase(),
    `https://${"a".repeat(300)}/a`,
  ])("unusual but valid: %s", expectAccepted);

  it.each([
    "HTTPS://example.com/a",
    "X-y://td/a",
    "https://Example.com/a",
    "https://%C3%A9A/a",
    "https://%C3A/a",
    "https://ex%c3%a9mple.org/a",
    "https://ex%C3%a9mple.org/a",
    "https://ex%61mple.com/a",
    "https://192.0.2%2E1/a",
    "https://td/a%2fb",
    "https://td/%c3%a9",
    "https://td/%C3%a9",
    "https://td/",
    "https://td//a",
    "https://td/a//b",
    "https://td/a/",
    "https://td/.",
    "https://td/./a",
    "https://td/a/../b",
    "https://td/a/..",
    "https://td/%2E%2E/a",
    "https://td/%2e./a",
  ])("not canonical: %s", (uri) => {
    expectNotCanonical(uri, "ID-P-4.1.03");
  });

  it("percent-encoding is of no unreserved character, in trust domain or path", () => {
    for (let code = 0; code < 256; code++) {
      const triplet = `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
      const unreserved = /[A-Za-z0-9._~-]/.test(String.fromCharCode(code));
      for (const uri of [`https://td/a${triplet}`, `https://td${triplet}/a`]) {
        if (unreserved) expectNotCanonical(uri, "ID-P-4.1.03");
        else expectAccepted(uri);
      }
    }
  });
});
