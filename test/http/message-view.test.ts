import { describe, expect, it } from "vitest";
import { messageViewOf, requestViewOf } from "../../src/http/views.js";
import { mistake } from "../support/wpt-fixtures.js";
import { view } from "./support.js";

describe("the view of any message", () => {
  it("is that of a fetch Response", () => {
    const response = new Response("a", {
      status: 201,
      headers: [
        ["X-A", " b "],
        ["set-cookie", "c"],
        ["set-cookie", "d"],
      ],
    });
    const headers = [
      ["content-type", "text/plain;charset=UTF-8"],
      ["set-cookie", "c"],
      ["set-cookie", "d"],
      ["x-a", "b"],
    ];
    expect(messageViewOf(response)).toEqual({ status: 201, headers });
  });

  it("is that of a fetch Request", () => {
    expect(messageViewOf(new Request("https://a.example/b"))).toMatchObject({ method: "GET", target: "/b" });
  });

  it.each([view(), { status: 200, headers: [] }])("%j stays what it is", (given) => {
    expect(messageViewOf(given)).toBe(given);
  });

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", "HTTP/1.1 200 OK"],
    ["a framework's response", { status: 200, headers: { a: "b" } }],
    ["a response without headers", { status: 200 }],
  ])("%s is the caller's mistake", (_what, message) => {
    expect(() => messageViewOf(message as Response)).toThrow(expect.objectContaining(mistake));
  });
});

describe("the view of a fetch Request", () => {
  it("has method, scheme, target and lines", () => {
    const request = new Request("https://a.example/p/%7e?q=1#f", { method: "PUT", headers: { "X-A": " b " } });
    expect(requestViewOf(request)).toEqual({
      method: "PUT",
      scheme: "https",
      target: "/p/%7e?q=1",
      authority: "a.example",
      headers: [["x-a", "b"]],
    });
  });

  it.each([
    ["http://a.example", "http", "/", "a.example"],
    ["http://a.example/b", "http", "/b", "a.example"],
    ["https://a.example:8443?c/d", "https", "/?c/d", "a.example:8443"],
    ["https://a.example/?#/e", "https", "/?", "a.example"],
    ["https://[::1]/#", "https", "/", "[::1]"],
  ])("of %s", (url, scheme, target, authority) => {
    expect(requestViewOf(new Request(url))).toMatchObject({ scheme, target, authority });
  });

  it.each([
    ["https://h?x=/o", "/?x=/o", "h"],
    ["https://H:443/a/../b?c#d", "/b?c", "h"],
    ["https://h#/o", "/", "h"],
  ])("of an object with the url %s, which nobody has normalised yet", (url, target, authority) => {
    const request = { method: "GET", url, headers: new Headers() } as Request;
    expect(requestViewOf(request)).toMatchObject({ scheme: "https", target, authority });
  });

  it("a view stays what it is", () => {
    const given = view();
    expect(requestViewOf(given)).toBe(given);
  });

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a URL's text", "https://a.example/"],
    ["a Request for data", new Request("data:,a")],
    ["a framework's request", { method: "GET", url: "/a/b/c", headers: { host: "a" } }],
    ["a framework's request in absolute form", { method: "GET", url: "https://a.example/", headers: { host: "a" } }],
    ["one with a URL in its query", { method: "GET", url: "/a?b=https://a.example/", headers: [] }],
    ["one with a scheme like https", { method: "GET", url: "httpsx://a.example/", headers: [] }],
    ["one with a scheme that has https behind it", { method: "GET", url: "ftp+https://a.example/", headers: [] }],
    ["one with half a URL", { method: "GET", url: "https:/a", headers: [] }],
    ["one without headers", { method: "GET", url: "https://a.example/" }],
    ["one with a URL object", { method: "GET", url: new URL("https://a.example/"), headers: [] }],
  ])("%s is the caller's mistake", (_what, request) => {
    expect(() => requestViewOf(request as Request)).toThrow(expect.objectContaining(mistake));
  });
});
