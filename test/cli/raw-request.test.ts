import { describe, expect, it } from "vitest";
import { parseRawRequest } from "../../src/cli/raw-request.js";

const parse = (text: string): ReturnType<typeof parseRawRequest> => parseRawRequest(Buffer.from(text, "latin1"));

describe("a raw request", () => {
  it("is read as it is: raw target, lines in order, letter case, content", () => {
    expect(
      parse("POST /a/../b?x=%41 HTTP/1.1\r\nHost:a\r\nX-A: 1 \r\nx-a:\t2\r\nEmpty:\r\nContent-Length: 4\r\n\r\n\r\n x"),
    ).toEqual({
      method: "POST",
      scheme: "https",
      target: "/a/../b?x=%41",
      headers: [
        ["Host", "a"],
        ["X-A", "1"],
        ["x-a", "2"],
        ["Empty", ""],
        ["Content-Length", "4"],
      ],
      body: Buffer.from("\r\n x"),
    });
  });

  it.each([
    ["LF", "GET / HTTP/1.1\nHost: a\n\n"],
    ["CRLF", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["both", "GET / HTTP/1.1\r\nHost: a\n\r\n"],
    ["HTTP/1.0", "GET / HTTP/1.0\nHost: a\n\n"],
    ["a line end after the end, LF", "GET / HTTP/1.1\nHost: a\n\n\n"],
    ["a line end after the end, CRLF", "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n"],
  ])("may have %s", (_what, text) => {
    expect(parse(text)).toEqual({ method: "GET", scheme: "https", target: "/", headers: [["Host", "a"]] });
  });

  it("may have octets beyond ASCII in a value", () => {
    expect(parse("GET / HTTP/1.1\nX: \xe9\n\n").headers).toEqual([["X", "\xe9"]]);
  });

  it.each([
    ["nothing", ""],
    ["an empty first line", "\r\nGET / HTTP/1.1\r\n\r\n"],
    ["no end of the header section", "GET / HTTP/1.1\r\nHost: a\r\n"],
    ["no end of a line", "GET / HTTP/1.1"],
    ["no version", "GET /\n\n"],
    ["another protocol", "GET / HTTPS/1.1\n\n"],
    ["HTTP/2 as curl prints it", "GET / HTTP/2\n\n"],
    ["HTTP/2.0", "GET / HTTP/2.0\n\n"],
    ["HTTP/0.9", "GET / HTTP/0.9\n\n"],
    ["HTTP/1.2", "GET / HTTP/1.2\n\n"],
    ["HTTP/1", "GET / HTTP/1\n\n"],
    ["HTTP/1.10", "GET / HTTP/1.10\n\n"],
    ["a version in small letters", "GET / http/1.1\n\n"],
    ["two spaces", "GET  / HTTP/1.1\n\n"],
    ["a space in the target", "GET /a b HTTP/1.1\n\n"],
    ["a space after the version", "GET / HTTP/1.1 \n\n"],
    ["NUL in the method", "G\0T / HTTP/1.1\n\n"],
    ["a method that is no token", "G(T / HTTP/1.1\n\n"],
    ["an octet beyond ASCII in the method", "G\xe9T / HTTP/1.1\n\n"],
    ["NUL in the target", "GET /\0 HTTP/1.1\n\n"],
    ["DEL in the target", "GET /\x7f HTTP/1.1\n\n"],
    ["a folded line", "GET / HTTP/1.1\nA: b\n c\n\n"],
    ["a line folded with a tab", "GET / HTTP/1.1\nA: b\n\tc\n\n"],
    ["a first header line with a space before it", "GET / HTTP/1.1\n A: b\n\n"],
    ["a space before the colon", "GET / HTTP/1.1\nA : b\n\n"],
    ["no colon", "GET / HTTP/1.1\nA\n\n"],
    ["no name", "GET / HTTP/1.1\n: b\n\n"],
    ["a name that is no token", "GET / HTTP/1.1\nA(b): c\n\n"],
    ["a bare CR", "GET / HTTP/1.1\nA: b\rC: d\n\n"],
    ["CR CR LF", "GET / HTTP/1.1\nA: b\r\r\n\n"],
    ["NUL", "GET / HTTP/1.1\nA: b\0\n\n"],
    ["DEL", "GET / HTTP/1.1\nA: b\x7f\n\n"],
    ["less content than it says", "GET / HTTP/1.1\nContent-Length: 5\n\nabcd"],
    ["more content than it says", "GET / HTTP/1.1\nContent-Length: 3\n\nabcd"],
    ["two lengths", "GET / HTTP/1.1\nContent-Length: 4\nContent-Length: 5\n\nabcd"],
    ["a length that is none", "GET / HTTP/1.1\nContent-Length: +4\n\nabcd"],
    ["content without a length", "POST / HTTP/1.1\n\nabcd"],
    ["a second request after it", "GET / HTTP/1.1\n\nGET /b HTTP/1.1\n\n"],
    ["two line ends after the end", "GET / HTTP/1.1\n\n\n\n"],
    ["CRLF and LF after the end", "GET / HTTP/1.1\r\n\r\n\r\n\n"],
    ["CR after the end", "GET / HTTP/1.1\r\n\r\n\r"],
    ["a line end after content of no length", "GET / HTTP/1.1\nContent-Length: 0\n\n\n"],
    ["a transfer coding", "GET / HTTP/1.1\nTransfer-Encoding: chunked\n\n0\r\n\r\n"],
  ])("is malformed with %s", (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "request_malformed" }));
  });

  it("may have 1024 header lines", () => {
    expect(parse(`GET / HTTP/1.1\n${"A: b\n".repeat(1024)}\n`).headers).toHaveLength(1024);
  });

  it("says that a folded line is one", () => {
    expect(() => parse("GET / HTTP/1.1\nA: b\n c: d\n\n")).toThrow("A header line is folded");
  });

  it.each([
    ["one long line", `GET / HTTP/1.1\nA: ${"b".repeat(200_000)}\n\n`],
    ["many octets of lines", `GET / HTTP/1.1\n${`A: ${"b".repeat(900)}\n`.repeat(200)}\n`],
    ["many lines", `GET / HTTP/1.1\n${"A: b\n".repeat(1025)}\n`],
    ["a line without end", "a".repeat(200_000)],
  ])("is too large with %s", (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "request_too_large" }));
  });
});
