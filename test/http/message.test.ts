import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView } from "../../src/http/message.js";
import { checkRequestHead, isToken, pathOf, requestMalformed, trimOws } from "../../src/http/message.js";
import { mistake } from "../support/wpt-fixtures.js";
import { view } from "./support.js";

const lines = (count: number, line: HeaderLine = ["x", "y"]): HeaderLine[] => Array.from({ length: count }, () => line);

describe("tokens and white space", () => {
  it.each(["a", "X-Custom-Token", "__proto__", "!#$%&'*+-.^_`|~09AZaz"])("%j is a token", (text) => {
    expect(isToken(text)).toBe(true);
  });

  it.each([
    "",
    " a",
    "a ",
    "a b",
    "a\n",
    "a:",
    "a,b",
    "(a)",
    'a"',
    "é",
    "a/b",
    "a=b",
    "a@b",
    "[a]",
    "{a}",
    "a\0",
    "\\",
  ])("%j is no token", (text) => {
    expect(isToken(text)).toBe(false);
  });

  it.each([
    ["a", "a"],
    [" a", "a"],
    ["\ta", "a"],
    ["a ", "a"],
    ["a\t", "a"],
    [" \t a b \t ", "a b"],
    [" ", ""],
    ["\t \t", ""],
    ["", ""],
    ["\u00a0a\n", "\u00a0a\n"],
  ])("the value of %j is %j: spaces and tabs around it are no part of it", (written, value) => {
    expect(trimOws(written)).toBe(value);
  });
});

describe("the request target", () => {
  it.each([
    ["/", "/"],
    ["/a/b", "/a/b"],
    ["/a?b=/c", "/a"],
    ["/a??", "/a"],
    ["/?", "/"],
    ["//a//b", "//a//b"],
    ["/a/../b/./c/", "/a/../b/./c/"],
    ["/%61%2F%2f%zz", "/%61%2F%2f%zz"],
    ["/a;b=c:d@e!$&'()*+,", "/a;b=c:d@e!$&'()*+,"],
    ['/~"<>\\^`{|}', '/~"<>\\^`{|}'],
    ["https://evil.example/a?b", "/a"],
    ["http://evil.example", "/"],
    ["HTTPS://evil.example?a", "/"],
    ["https://evil.example:8443/a@b", "/a@b"],
    ["https://evil.example/a?b@c", "/a"],
  ])("the path of %j is %j, as received", (target, path) => {
    expect(pathOf(view({ target }))).toBe(path);
    expect(() => checkRequestHead(view({ target }))).not.toThrow();
  });

  it.each([
    "",
    "a",
    "?a",
    "**",
    "*?a",
    "evil.example:443",
    "mailto:a/b",
    "://a/b",
    "1http://a/b",
    "/a#b",
    "/a b",
    "/a\tb",
    "/a\nb",
    "/a\0",
    "/a\x7f",
    "/é",
    "http:/a",
    "http:///b",
    "https://",
    "https://?a",
    "h2+x.y-z://a/b",
    "ftp://a.example/b",
    "xhttps://a.example/b",
    "https://user@a.example/b",
    "https://user:secret@a.example",
    "https://@a.example/b",
  ])("%j is refused", (target) => {
    const malformed = expect.objectContaining({ code: "request_malformed" });
    expect(() => pathOf(view({ target }))).toThrow(malformed);
    expect(() => checkRequestHead(view({ target }))).toThrow(malformed);
  });
});

describe("the asterisk form", () => {
  it("is the target of OPTIONS", () => {
    expect(checkRequestHead(view({ method: "OPTIONS", target: "*" }))).toBe("*");
  });

  it.each(["a", "**", "*/", "a/*"])("is not %j", (target) => {
    expect(() => pathOf(view({ method: "OPTIONS", target }))).toThrow(
      expect.objectContaining({ code: "request_malformed" }),
    );
  });

  it.each(["GET", "POST", "options", "CONNECT"])("is no target of %s", (method) => {
    expect(() => pathOf(view({ method, target: "*" }))).toThrow(expect.objectContaining({ code: "request_malformed" }));
  });
});

describe("the head of a request", () => {
  const tooLarge = expect.objectContaining({ code: "request_too_large", requirement: "ID-7.1.03" });
  const malformed = expect.objectContaining({ code: "request_malformed" });

  it("ID-7.1.03: 256 lines pass, 257 do not", () => {
    expect(() => checkRequestHead(view({ headers: lines(256) }))).not.toThrow();
    expect(() => checkRequestHead(view({ headers: lines(257) }))).toThrow(tooLarge);
  });

  it("ID-7.1.03: 64 KiB of lines pass, one octet more does not; each line counts four more than name and value", () => {
    const half = (extra: number): HeaderLine => ["name", "v".repeat(32768 - 4 - 4 + extra)];
    expect(() => checkRequestHead(view({ headers: [half(0), half(0)] }))).not.toThrow();
    expect(() => checkRequestHead(view({ headers: [half(0), half(1)] }))).toThrow(tooLarge);
    expect(() => checkRequestHead(view({ headers: [half(0), ["names", half(0)[1]]] }))).toThrow(tooLarge);
  });

  it("ID-7.1.03: trailer lines count as header lines do", () => {
    const half = (extra: number): HeaderLine[] => [["name", "v".repeat(32768 - 4 - 4 + extra)]];
    expect(() => checkRequestHead(view({ headers: lines(200), trailers: lines(56) }))).not.toThrow();
    expect(() => checkRequestHead(view({ headers: lines(200), trailers: lines(57) }))).toThrow(tooLarge);
    expect(() => checkRequestHead(view({ headers: half(0), trailers: half(0) }))).not.toThrow();
    expect(() => checkRequestHead(view({ headers: half(0), trailers: half(1) }))).toThrow(tooLarge);
  });

  it.each<[string, unknown]>([
    ["an object", {}],
    ["a number", 1],
    ["null", null],
  ])("trailers that are %s are the caller's mistake", (_, trailers) => {
    expect(() => checkRequestHead(view({ trailers: trailers as never }))).toThrow(expect.objectContaining(mistake));
  });

  it("tells whoever listens what is checked", () => {
    const told: unknown[] = [];
    checkRequestHead(view({ headers: lines(3) }), { begin: (...check) => void told.push(check) });
    expect(told).toEqual([["request.size", "3 header lines"], ["request.form"]]);
  });

  it("ID-7.1.03: a target of 16 KiB passes, one octet more does not", () => {
    expect(() => checkRequestHead(view({ target: `/${"a".repeat(16383)}` }))).not.toThrow();
    expect(() => checkRequestHead(view({ target: `/${"a".repeat(16384)}` }))).toThrow(tooLarge);
  });

  it("size comes before form", () => {
    expect(() => checkRequestHead(view({ method: "", headers: lines(257, ["", ""]) }))).toThrow(tooLarge);
  });

  it.each(["", " ", "GET ", "G T", "GET\r\n", "GÉT", "G/T"])("the method %j is refused", (method) => {
    expect(() => checkRequestHead(view({ method }))).toThrow(malformed);
  });

  it.each(["a\nb", "a\rb", "a\0b", "\r\nAuthorization: WPT x"])("the field value %j is refused", (value) => {
    expect(() => checkRequestHead(view({ headers: [["X-Any", value]] }))).toThrow(malformed);
  });

  it.each(["", "a\tb", " a ", "caf\u00e9", '"a, b"'])("the field value %j passes", (value) => {
    expect(() => checkRequestHead(view({ headers: [["X-Any", value]] }))).not.toThrow();
  });

  it.each(["", " ", "a b", "a:", "Authorization ", "\tAuthorization", "Authorization\n", "é"])(
    "the field name %j is refused, wherever it stands",
    (name) => {
      expect(() => checkRequestHead(view({ headers: [[name, "v"]] }))).toThrow(malformed);
      expect(() =>
        checkRequestHead(
          view({
            headers: [
              ["a", "v"],
              [name, "v"],
            ],
          }),
        ),
      ).toThrow(malformed);
    },
  );

  it.each<[string, object]>([
    ["no method", { method: undefined }],
    ["a method that is no string", { method: 1 }],
    ["no target", { target: undefined }],
    ["a target that is no string", { target: new URL("https://a.example/") }],
    ["no lines", { headers: undefined }],
    ["lines that are an object", { headers: { host: "a" } }],
    ["lines that are fetch's", { headers: new Headers() }],
    ["a value that is no string", { headers: [["a", 1]] }],
    ["a value that is an array", { headers: [["a", ["b", "c"]]] }],
    ["a value that is missing", { headers: [["a"]] }],
    ["a name that is no string", { headers: [[1, "a"]] }],
    ["a line that is null", { headers: [null] }],
    ["a line that is a string", { headers: ["ab"] }],
    ["a line that is an object", { headers: [{ 0: "a", 1: "b" }] }],
  ])("%s is the caller's mistake", (_what, changes) => {
    expect(() => checkRequestHead({ ...view(), ...changes } as HttpRequestView)).toThrow(
      expect.objectContaining(mistake),
    );
  });

  it("an error for a request that is not well formed names its requirement", () => {
    expect(requestMalformed("what", "WPT-2.23")).toMatchObject({ message: "what", requirement: "WPT-2.23" });
  });
});
