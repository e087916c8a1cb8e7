import { describe, expect, it } from "vitest";
import type { HttpRequestView } from "../../src/http/message.js";
import { codeOf, requestView, valueFor } from "./support.js";

const INVALID = "signature_component_invalid";
const withHost = (host: string, changes: Partial<HttpRequestView> = {}): HttpRequestView =>
  requestView({ headers: [["Host", host]], ...changes });

describe("@authority and @scheme", () => {
  it.each([
    ["example.com", "https", "example.com"],
    ["EXAMPLE.com", "https", "example.com"],
    ["example.com:443", "https", "example.com"],
    ["example.com:80", "https", "example.com:80"],
    ["example.com:80", "http", "example.com"],
    ["example.com:443", "http", "example.com:443"],
    ["example.com:8443", "https", "example.com:8443"],
    ["example.com:", "https", "example.com"],
    [" example.com\t", "https", "example.com"],
    ["[2001:DB8::1]:443", "https", "[2001:db8::1]"],
    ["[2001:db8::1]:80", "https", "[2001:db8::1]:80"],
    ["192.0.2.1", "https", "192.0.2.1"],
    ["a_b~c%20d!$&'()*+,;=", "https", "a_b~c%20d!$&'()*+,;="],
  ] as const)("%j over %s: %s (R9421-2.2.3.01)", (host, scheme, authority) => {
    const request = withHost(host, { scheme });
    expect(valueFor(request, "@authority")).toBe(authority);
    expect(valueFor(request, "@scheme")).toBe(scheme);
    expect(valueFor(request, "@target-uri")).toBe(`${scheme}://${host.trim()}/foo?a=b`);
  });

  it.each([
    "",
    "user@example.com",
    "example.com/",
    "example.com:44x",
    "a b",
    "example.com:443:443",
    "[::1",
    "::1",
    "é.example",
    'a\n"x": y',
    "a#b",
    "a?b",
  ])("%j is no authority (R9421-2.2.02)", (host) => {
    for (const name of ["@authority", "@target-uri"])
      expect(codeOf(() => valueFor(withHost(host), name))).toBe(INVALID);
    const target = requestView({ target: `https://${host}/a` });
    if (!/[/?#]/.test(host)) expect(codeOf(() => valueFor(target, "@authority"))).toBe(INVALID);
  });

  it("is that of the target in absolute form, whatever Host says (R9421-2.2.3.01)", () => {
    const request = requestView({ target: "HTTP://Other.example:80/a" });
    expect(valueFor(request, "@authority")).toBe("other.example");
    expect(valueFor(request, "@scheme")).toBe("http");
    expect(valueFor(requestView({ target: "https://a.example/", headers: [] }), "@authority")).toBe("a.example");
  });

  it("of a scheme that HTTP does not know has no default port", () => {
    expect(valueFor(requestView({ target: "coap://a.example:443/" }), "@authority")).toBe("a.example:443");
  });

  it("is :authority of HTTP/2, or that of a URL", () => {
    expect(valueFor(requestView({ authority: "A.example:443", headers: [] }), "@authority")).toBe("a.example");
    expect(valueFor(new Request("https://B.example:8443/c"), "@authority")).toBe("b.example:8443");
    expect(valueFor(new Request("http://B.example/c?"), "@target-uri")).toBe("http://b.example/c?");
  });

  it("may be said twice, if it is the same (RFC 9113 section 8.3.1)", () => {
    expect(valueFor(withHost("EXAMPLE.com", { authority: "example.com:443" }), "@authority")).toBe("example.com");
    expect(codeOf(() => valueFor(withHost("a.example", { authority: "b.example" }), "@authority"))).toBe(INVALID);
    expect(codeOf(() => valueFor(withHost("a.example", { authority: "b.example" }), "@target-uri"))).toBe(INVALID);
  });

  it.each([
    ["no Host line", []],
    [
      "two Host lines",
      [
        ["Host", "example.com"],
        ["host", "example.com"],
      ],
    ],
    [
      "only fields of proxies (R9421-7.4.3.01)",
      [
        ["X-Forwarded-Host", "example.com"],
        ["Forwarded", "host=example.com"],
      ],
    ],
  ] as const)("needs one source: %s", (_what, headers) => {
    expect(codeOf(() => valueFor(requestView({ headers }), "@authority"))).toBe(INVALID);
    expect(codeOf(() => valueFor(requestView({ headers }), "@target-uri"))).toBe(INVALID);
    expect(valueFor(requestView({ headers }), "@path")).toBe("/foo");
  });

  it("@scheme is https unless the view says otherwise; anything else is the caller's mistake", () => {
    expect(valueFor(requestView(), "@scheme")).toBe("https");
    const request = requestView({ scheme: 'ftp\n"x": y' as "http" });
    for (const name of ["@scheme", "@authority", "@target-uri"]) {
      expect(codeOf(() => valueFor(request, name))).toBe("configuration_invalid");
    }
  });
});
