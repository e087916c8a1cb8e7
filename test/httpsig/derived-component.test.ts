import { describe, expect, it } from "vitest";
import { buildSignatureBase } from "wimse/httpsig";
import { codeOf, requestView, responseView, valueFor } from "./support.js";

const INVALID = "signature_component_invalid";

describe("@method", () => {
  it.each(["GET", "post", "Get", "M-SEARCH", "!x"])("%s is as it is (R9421-2.2.1.01)", (method) => {
    expect(valueFor(requestView({ method }), "@method")).toBe(method);
  });

  it.each(["", "GET ", "G T", "GET\n", 'GET\n"x": y', "GÉT"])("%j is none (R9421-2.2.02, R9421-2.04)", (method) => {
    expect(codeOf(() => valueFor(requestView({ method }), "@method"))).toBe(INVALID);
  });
});

describe("the request target", () => {
  const example = { headers: [["Host", "example.com"]] as const };

  it.each([
    // target, @path, @query, @target-uri
    ["/", "/", "?", "https://example.com/"],
    ["/a/b", "/a/b", "?", "https://example.com/a/b"],
    ["/a?b=c", "/a", "?b=c", "https://example.com/a?b=c"],
    ["/a?", "/a", "?", "https://example.com/a?"],
    ["/a??", "/a", "??", "https://example.com/a??"],
    ["/?a?b/c", "/", "?a?b/c", "https://example.com/?a?b/c"],
    ["/a/", "/a/", "?", "https://example.com/a/"],
    ["//a//b", "//a//b", "?", "https://example.com//a//b"],
    ["/a/../b/./c", "/a/../b/./c", "?", "https://example.com/a/../b/./c"],
    ["/%61%2F%2f%zz?%41=%6a", "/%61%2F%2f%zz", "?%41=%6a", "https://example.com/%61%2F%2f%zz?%41=%6a"],
    ["/a;b=c:d@e!$&'()*+,", "/a;b=c:d@e!$&'()*+,", "?", "https://example.com/a;b=c:d@e!$&'()*+,"],
    ["https://other.example/a?b", "/a", "?b", "https://other.example/a?b"],
    ["https://other.example", "/", "?", "https://other.example"],
    ["https://other.example?b", "/", "?b", "https://other.example?b"],
    ["HTTPS://OTHER.example:443/%7e", "/%7e", "?", "HTTPS://OTHER.example:443/%7e"],
  ])("%s: nothing is decoded or normalised (R9421-2.2.6.01, R9421-2.2.7.01)", (target, path, query, uri) => {
    const request = requestView({ target, ...example });
    expect(valueFor(request, "@request-target")).toBe(target);
    expect(valueFor(request, "@path")).toBe(path);
    expect(valueFor(request, "@query")).toBe(query);
    expect(valueFor(request, "@target-uri")).toBe(uri);
  });

  it("* is neither a path nor that of the root", () => {
    const request = requestView({ method: "OPTIONS", target: "*" });
    expect(valueFor(request, "@request-target")).toBe("*");
    expect(valueFor(request, "@path")).toBe("*");
    expect(valueFor(request, "@query")).toBe("?");
    expect(valueFor(request, "@target-uri")).toBe("https://example.com"); // RFC 9112 section 3.3
    expect(valueFor(request, "@authority")).toBe("example.com");
  });

  it("of CONNECT is an authority", () => {
    const request = requestView({ method: "CONNECT", target: "Other.example:443" });
    expect(valueFor(request, "@request-target")).toBe("Other.example:443");
    expect(valueFor(request, "@authority")).toBe("other.example");
    expect(valueFor(request, "@target-uri")).toBe("https://Other.example:443");
    expect(valueFor(request, "@path")).toBe("/");
    expect(valueFor(request, "@query")).toBe("?");
  });

  it("of an extended CONNECT is a path (RFC 8441)", () => {
    expect(valueFor(requestView({ method: "CONNECT", target: "/chat" }), "@path")).toBe("/chat");
  });

  it.each([
    ["POST", ""],
    ["POST", "foo"],
    ["POST", "?a"],
    ["POST", "**"],
    ["POST", "*?a"],
    ["POST", "example.com:443"],
    ["CONNECT", "example.com"],
    ["CONNECT", "example.com:"],
    ["CONNECT", "user@example.com:443"],
    ["POST", "mailto:a/b"],
    ["POST", "://a/b"],
    ["POST", "http:/a"],
    ["POST", "/a#b"],
    ["POST", "https://a/#b"],
    ["POST", "/a b"],
    ["POST", " /a"],
    ["POST", "/a\t"],
    ["POST", "/a\n"],
    ["POST", '/a\n"x": y'],
    ["POST", "/a\0"],
    ["POST", "/a\x7f"],
    ["POST", "/é"],
  ])("%s %j has none of the forms (R9421-2.2.02, R9421-2.04)", (method, target) => {
    for (const name of ["@path", "@query", "@request-target", "@target-uri", "@authority", '"@query-param";name="a"']) {
      expect(codeOf(() => valueFor(requestView({ method, target }), name))).toBe(INVALID);
    }
  });
});

describe("@query-param (R9421-2.2.8.01, R9421-7.5.8.01)", () => {
  const param = (query: string, name: string) =>
    valueFor(requestView({ target: `/a${query}` }), `"@query-param";name="${name}"`);

  it.each([
    ["?a=b", "a", "b"],
    ["?a=", "a", ""],
    ["?a", "a", ""],
    ["?=b", "", "b"],
    ["?x=1&a=b&y=2", "a", "b"],
    ["?&&a=b&", "a", "b"],
    ["?a=b=c", "a", "b%3Dc"],
    ["?a=b+c", "a", "b%20c"],
    ["?a=b%20c", "a", "b%20c"],
    ["?a=%2b", "a", "%2B"],
    ["?a=%41", "a", "A"],
    ["?%61=b", "a", "b"],
    ["?a=~!'()*-._", "a", "%7E%21%27%28%29*-._"],
    ["?a=%0a", "a", "%0A"],
    ["?a=%c3%a9", "a", "%C3%A9"],
    ["?a=%zz%", "a", "%25zz%25"],
    ["?fa%C3%A7ade%22%3A%20=x", "fa%C3%A7ade%22%3A%20", "x"],
    ["?b+c=x", "b%20c", "x"],
    ["??a=b", "%3Fa", "b"],
    ["?a=b;c=d", "a", "b%3Bc%3Dd"],
    ["?A=1&a=2", "a", "2"],
    ["?__proto__=1", "__proto__", "1"],
  ])("%s has %j: %s", (query, name, value) => {
    expect(param(query, name)).toBe(value);
  });

  it.each([
    ["", "a", "no query"],
    ["?", "a", "an empty query"],
    ["?b=a", "a", "another parameter"],
    ["?a=1&a=1", "a", "a parameter that occurs twice"],
    ["?a=1&%61=2", "a", "one that occurs twice, spelled differently"],
    ["?a=1&a=2&a=3", "a", "one that occurs three times"],
    ["?%C3%A9=1", "%c3%a9", "a name in another spelling"],
    ["?a=%ff", "a", "octets that are no UTF-8: another octet would give the same value"],
    ["?a=%c3", "a", "half a character"],
    ["?a=1&a=%ff", "a", "one of two that is no UTF-8"],
    ["?%ff=1", "%EF%BF%BD", "a name that is no UTF-8"],
    ["?toString=1", "constructor", "an inherited name"],
  ])("%j has no value for %j: %s", (query, name) => {
    expect(codeOf(() => param(query, name))).toBe(INVALID);
  });

  it("several of one request", () => {
    const components = ["b", "a"].map((name) => `"@query-param";name="${name}"`);
    expect(
      buildSignatureBase(requestView({ target: "/?a=1&b=2" }), components, {})
        .split("\n")
        .slice(0, 2),
    ).toEqual(['"@query-param";name="b": 2', '"@query-param";name="a": 1']);
  });
});

describe("@status", () => {
  it.each([100, 200, 503, 999])("%d", (status) => {
    expect(valueFor(responseView({ status }), "@status")).toBe(String(status));
  });

  it.each([0, 99, 1000, 200.5, Number.NaN, -200, "200"])("%j is none (R9421-2.2.02)", (status) => {
    expect(codeOf(() => valueFor(responseView({ status: status as number }), "@status"))).toBe(INVALID);
  });
});

describe("requests and responses", () => {
  const names = ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"];
  const derived = [...names, '"@query-param";name="a"'];

  it("a request has no @status (R9421-2.2.9.01)", () => {
    for (const target of ["/", "/?undefined=1", "/?=1"]) {
      expect(() => valueFor(requestView({ target }), "@status")).toThrow(
        expect.objectContaining({ code: INVALID, requirement: "R9421-2.2.9.01" }),
      );
    }
  });

  it.each(derived)("a response has no %s (R9421-2.5.03)", (name) => {
    expect(codeOf(() => valueFor(responseView(), name, requestView()))).toBe(INVALID);
  });

  it.each(derived)("a response has the %s of its request (R9421-2.4.01)", (name) => {
    const ofRequest = `${name.startsWith('"') ? name : `"${name}"`};req`;
    expect(valueFor(responseView(), ofRequest, requestView())).toBe(valueFor(requestView(), name));
    expect(codeOf(() => valueFor(responseView(), ofRequest))).toBe(INVALID);
    expect(codeOf(() => valueFor(requestView(), ofRequest, requestView()))).toBe(INVALID); // R9421-2.4.05
  });

  it("the request may be one of fetch", () => {
    const request = new Request("https://a.example/b");
    expect(buildSignatureBase(Response.json({}), ['"@path";req', "content-type"], {}, { request })).toBe(
      '"@path";req: /b\n"content-type": application/json\n"@signature-params": ("@path";req "content-type")',
    );
  });
});

it("a field that calls itself like a derived component is never looked at (R9421-2.2.01, R9421-7.5.1.01)", () => {
  const request = requestView({
    headers: [
      ["@path", "/evil"],
      ["@foo", "x"],
      ["Host", "example.com"],
    ],
  });
  expect(valueFor(request, "@path")).toBe("/foo");
  expect(codeOf(() => valueFor(request, "@foo"))).toBe("signature_component_unsupported");
});
