import { describe, expect, it } from "vitest";
import { parseWorkloadIdentifier } from "../../src/identifier.js";
import { expectRefused } from "./refused.js";

/** A valid identifier of exactly `bytes` bytes. */
function ofLength(bytes: number, start = "wimse://example.com/"): string {
  return start + "a".repeat(bytes - start.length);
}

describe("parseWorkloadIdentifier", () => {
  it("ID-4.4.01: takes an identifier apart", () => {
    expect(parseWorkloadIdentifier("wimse://example.com/ns/prod/agent")).toEqual({
      uri: "wimse://example.com/ns/prod/agent",
      scheme: "wimse",
      trustDomain: "example.com",
      path: "/ns/prod/agent",
      segments: ["ns", "prod", "agent"],
      origin: "wimse://example.com",
    });
  });

  it("ID-P-7.1.03, ID-P-7.1.04: gives a value that nobody can change", () => {
    const id = parseWorkloadIdentifier("spiffe://example.org/a/b");
    expect(Object.isFrozen(id)).toBe(true);
    expect(Object.isFrozen(id.segments)).toBe(true);
  });

  it("ID-4.2.01: gives one trust domain name in two schemes two origins", () => {
    const origins = ["wimse://td/x", "spiffe://td/x", "https://td/x"].map((uri) => parseWorkloadIdentifier(uri).origin);
    expect(origins).toEqual(["wimse://td", "spiffe://td", "https://td"]);
  });

  it("ID-P-4.4.07, ID-P-4.4.08: keeps the case of the path, so that two spellings are two identifiers", () => {
    expect(parseWorkloadIdentifier("wimse://td/Agent").path).toBe("/Agent");
    expect(parseWorkloadIdentifier("wimse://td/agent").path).toBe("/agent");
  });

  it.each([undefined, null, 42, {}, ["wimse://td/a"], new String("wimse://td/a"), new URL("wimse://td/a")])(
    "a caller who passes something else than a string (%o) made a mistake",
    (uri) => {
      expect(() => parseWorkloadIdentifier(uri as string)).toThrow(
        expect.objectContaining({ name: "TypeError", code: "configuration_invalid" }),
      );
    },
  );
});

describe("length", () => {
  it.each(["wimse://example.com/", "spiffe://example.org/", "https://example.com/", "wimse://example.com/a/b/c/"])(
    "ID-4.1.08, ID-7.1.04, ID-P-4.1.05, SPIFFEID-2.3.01: accepts exactly 2048 bytes (%s…)",
    (start) => {
      const uri = ofLength(2048, start);
      expect(uri).toHaveLength(2048);
      expect(parseWorkloadIdentifier(uri).uri).toBe(uri);
    },
  );

  it("ID-4.1.08: accepts the most segments that fit", () => {
    expect(parseWorkloadIdentifier(`wimse://ab${"/x".repeat(1019)}`).segments).toHaveLength(1019);
  });

  it.each([
    ["2049 bytes", ofLength(2049)],
    ["SPIFFEID-2.3.02, 2049 bytes", ofLength(2049, "spiffe://example.org/")],
    ["2049 bytes of trust domain", `wimse://${"a".repeat(2039)}/a`],
    ["ID-7.1.03, ten million characters", ofLength(10_000_000)],
    ["too long and not a URI either", " ".repeat(3000)],
    ["too long and with a query", ofLength(2049, "wimse://example.com/?")],
    ["too long in bytes only", `wimse://td/${"é".repeat(1019)}`],
    ["too long in bytes only, lone surrogates", `wimse://td/${"\ud800".repeat(680)}`],
    ["a character of four bytes across the limit", `wimse://td/${"a".repeat(2036)}\u{1f600}`],
  ])("ID-7.1.05, ID-4.1.09: refuses more than 2048 bytes before anything else (%s)", (_name, uri) => {
    expectRefused(uri, "identifier_too_long", "ID-7.1.05");
  });

  it("ID-7.1.04: non-ASCII of exactly 2048 bytes is malformed, not too long", () => {
    expectRefused(`wimse://td/a${"é".repeat(1018)}`, "identifier_malformed", "ID-4.1.01");
  });
});

describe("ID-7.1.02, ID-4.4.02: components that no identifier has", () => {
  it.each([
    ["ID-4.1.04", "wimse://example.com/a?x=1"],
    ["ID-4.1.04", "wimse://example.com/a?"],
    ["ID-4.1.04", "wimse://example.com/a??"],
    ["ID-4.1.04", "wimse://example.com/a?/b"],
    ["ID-4.1.04", "wimse://example.com?/a"],
    ["ID-4.1.04", "wimse://example.com/a?%23"],
    ["ID-4.1.04", "https://example.com/a?@b"],
    ["ID-4.1.05", "wimse://example.com/a#f"],
    ["ID-4.1.05", "wimse://example.com/a#"],
    ["ID-4.1.05", "wimse://example.com#/a"],
    ["ID-4.1.05", "wimse://example.com/a#?"],
    ["ID-4.1.05", "wimse://example.com#@evil.example/a"],
    ["ID-4.1.05", "https://example.com/a#f"],
    ["ID-4.1.06", "wimse://u@example.com/a"],
    ["ID-4.1.06", "wimse://@example.com/a"],
    ["ID-4.1.06", "wimse://u:p@example.com/a"],
    ["ID-4.1.06", "wimse://:@example.com/a"],
    ["ID-4.1.06", "wimse://good.example@evil.example/a"],
    ["ID-4.1.06", "wimse://good%2Eexample@evil.example/a"],
    ["ID-4.1.06", "https://u@example.com/a"],
    ["ID-4.1.07", "wimse://example.com:443/a"],
    ["ID-4.1.07", "wimse://example.com:/a"],
    ["ID-4.1.07", "wimse://example.com:0/a"],
    ["ID-4.1.07", "wimse://example.com:99999999999/a"],
    ["ID-4.1.07", "https://example.com:443/a"],
    ["ID-4.1.07", "wimse://[::1]:443/a"],
    ["ID-4.1.07", "wimse://192.0.2.1:443/a"],
  ])("%s: %s", (requirement, uri) => {
    expectRefused(uri, "identifier_forbidden_component", requirement);
  });

  it.each([
    ["SPIFFEID-2.03", "spiffe://example.org/a?x", "ID-4.1.04"],
    ["SPIFFEID-2.03", "spiffe://example.org/a?", "ID-4.1.04"],
    ["SPIFFEID-2.04", "spiffe://example.org/a#x", "ID-4.1.05"],
    ["SPIFFEID-2.04", "spiffe://example.org/a#", "ID-4.1.05"],
    ["SPIFFEID-2.1.02", "spiffe://u@example.org/a", "ID-4.1.06"],
    ["SPIFFEID-2.1.02", "spiffe://@example.org/a", "ID-4.1.06"],
    ["SPIFFEID-2.1.02", "spiffe://example.org:8443/a", "ID-4.1.07"],
    ["SPIFFEID-2.1.02", "spiffe://example.org:/a", "ID-4.1.07"],
  ])("%s: %s", (_requirement, uri, requirement) => {
    expectRefused(uri, "identifier_forbidden_component", requirement);
  });
});

describe("what is missing", () => {
  it.each([
    "wimse:///a",
    "wimse://",
    "wimse:////a",
    "wimse:",
    "wimse:/",
    "wimse:/a",
    "wimse:a",
    "wimse:example.com/a",
    "urn:example:x",
    "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "mailto:a@example.com",
    "file:///a",
    "WIMSE:///a//b",
  ])("ID-4.1.02: without a trust domain it is malformed: %s", (uri) => {
    expectRefused(uri, "identifier_malformed", "ID-4.1.02");
  });

  it.each(["spiffe:///a", "spiffe://", "spiffe:/a", "spiffe:example.org/a"])(
    "SPIFFEID-2.02, SPIFFEID-2.1.01: nor has a SPIFFE ID an empty trust domain: %s",
    (uri) => {
      expectRefused(uri, "identifier_malformed", "ID-4.1.02");
    },
  );

  it.each(["wimse://example.com", "https://example.com", "x://y", "WIMSE://example.com", "wimse://Example.com"])(
    "ID-4.1.03, ID-4.6.01: an origin is no identifier: %s",
    (uri) => {
      expectRefused(uri, "identifier_malformed", "ID-4.1.03");
    },
  );

  it("SPIFFEID-2.05: a SPIFFE ID of a trust domain names no workload", () => {
    expectRefused("spiffe://example.org", "identifier_malformed", "ID-4.1.03");
  });
});

describe("ID-4.3.02: an IP address is no trust domain", () => {
  it.each([
    "wimse://192.0.2.1/a",
    "wimse://0.0.0.0/a",
    "wimse://255.255.255.255/a",
    "wimse://127.0.0.1",
    "https://192.0.2.1/a",
    "https://10.20.199.249/a",
    "WIMSE://192.0.2.1/a",
    "wimse://192.0.2.1/a/",
    "wimse://[::1]/a",
    "wimse://[2001:DB8::1]/a",
    "wimse://[::ffff:192.0.2.1]/a",
    "wimse://[v1.a:b]/a",
    "https://[::1]/a",
  ])("malformed: %s", (uri) => {
    expectRefused(uri, "identifier_malformed", "ID-4.3.02");
  });

  it.each([
    "wimse://192.0.2/a",
    "wimse://192.0.2.1.5/a",
    "wimse://192.0.2.256/a",
    "wimse://192.0.2.01/a",
    "wimse://1192.0.2.1/a",
    "wimse://192.0.2.1.example.com/a",
    "wimse://192-0-2-1/a",
    "wimse://2130706433/a",
    "wimse://0x7f.1/a",
    "https://0x7f000001/a",
  ])("RFC 3986 section 3.2.2: a registered name, however numeric, is never resolved and stays a name: %s", (uri) => {
    expect(parseWorkloadIdentifier(uri).uri).toBe(uri);
  });
});

describe("ID-P-7.1.02: the first failing check names the code", () => {
  it.each([
    ["wimse://a@b:1/c?d#e", "identifier_forbidden_component", "ID-4.1.06"],
    ["WIMSE://Example.com/../a?x", "identifier_forbidden_component", "ID-4.1.04"],
    ["wimse://@/a", "identifier_forbidden_component", "ID-4.1.06"],
    ["wimse://:80/a", "identifier_forbidden_component", "ID-4.1.07"],
    ["wimse://example.com?x", "identifier_forbidden_component", "ID-4.1.04"],
    ["urn:example:x?y", "identifier_forbidden_component", "ID-4.1.04"],
    ["urn:example:x#y", "identifier_forbidden_component", "ID-4.1.05"],
    ["wimse://u@example.com/a b", "identifier_malformed", "ID-4.1.01"],
    ["wimse://example.com:443/%zz", "identifier_malformed", "ID-4.1.01"],
    ["wimse://example.com/a?%zz", "identifier_malformed", "ID-4.1.01"],
    ["wimse://Example.com/a\\..", "identifier_malformed", "ID-4.1.01"],
    ["//u@example.com:1/a?b#c", "identifier_malformed", "ID-4.1.01"],
  ] as const)("%s: %s", (uri, code, requirement) => {
    expectRefused(uri, code, requirement);
  });
});
