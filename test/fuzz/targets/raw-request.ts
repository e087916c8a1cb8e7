import assert from "node:assert/strict";
import fc from "fast-check";
import { WimseError } from "../../../src/base/errors.js";
import { parseRawRequest, type RawRequest } from "../../../src/cli/raw-request.js";
import { servedRequests } from "../oracles/node-server.js";
import { type FuzzTarget, octetsOf, refusal } from "../target.js";

const method = fc.constantFrom("GET", "POST", "PUT", "OPTIONS", "M-SEARCH", "get");
const target = fc.constantFrom("/", "/a?b=c", "*", "http://a/b", "/%41/../x", "/\xe9", "a:1", "/a#b");
const line = fc.constantFrom(
  ...["Host: a", "X-A: 1", "x-a:\t2 ", "Empty:", "X: \xe9", "Content-Type: text/plain", "Transfer-Encoding: chunked"],
  ...[
    "Content-Length: 0",
    "Content-Length: 4",
    "Content-Length: 04",
    "Content-Length: 4, 4",
    " folded",
    "A : b",
    "Expect: 100-continue",
  ],
  ...["Connection: close", "Upgrade: h2c"],
);
const inputs = fc
  .tuple(
    method,
    target,
    fc.constantFrom("1.1", "1.1", "1.0", "2"),
    fc.array(line, { maxLength: 5 }),
    fc.constantFrom("\r\n", "\n"),
    fc.string({ maxLength: 9 }),
    fc.boolean(),
  )
  .map(([verb, uri, version, lines, end, body, announced]) => {
    const length = announced && body.length > 0 ? [`Content-Length: ${Buffer.byteLength(body, "latin1")}`] : [];
    return [`${verb} ${uri} HTTP/${version}`, ...lines, ...length, "", announced ? body : ""].join(end);
  });

/** Requests as they go over the wire, against a server of Node. */
export const rawRequest: FuzzTarget = {
  name: "raw-request",
  pieces: [
    ..." \t\r\n:\0\x7f\xe9\x0b",
    ...[
      "\r\n",
      "\n\n",
      "\r\n\r\n",
      "\r\r\n",
      " HTTP/1.1",
      "HTTP/1.0",
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\nA: b",
      "\r\n ",
    ],
    ...[
      "Content-Length: 4\r\n",
      "Content-Length:4\n",
      "Transfer-Encoding: chunked\r\n",
      "0\r\n\r\n",
      "Host: b\r\n",
      "Content-Length: +1\r\n",
    ],
  ],
  inputs,
  async check(input) {
    const bytes = octetsOf(input);
    let request: RawRequest;
    try {
      request = parseRawRequest(bytes);
    } catch (error) {
      if (!(error instanceof WimseError)) throw error;
      const code = refusal(error, ["request_malformed", "request_too_large"], input);
      assert.ok(code === "request_malformed" || bytes.length > 128 * 1024 || input.split("\n").length > 1025);
      return code;
    }
    expectWritten(request, input);
    return `accepted${await expectServed(request, bytes)}`;
  },
};

/** Everything that was read is in the input, in its order, and nothing else but separators. */
function expectWritten({ method, target, headers, body = new Uint8Array() }: RawRequest, input: string): void {
  const lines = headers.map(([name, value]) => `${name}:${value}`);
  const written = [`${method} ${target}`, ...lines].join("\n") + Buffer.from(body).toString("latin1");
  const bare = (text: string): string => text.replace(/[\r\n\t ]/g, "");
  assert.equal(bare(written), bare(input.replace(/ HTTP\/1\.[01](?=\r?\n)/, "")));
  for (const [, value] of headers) assert.doesNotMatch(value, /[\0\r\n]|^[ \t]|[ \t]$/);
  assert.match(method + headers.map(([name]) => name).join(""), /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
}

/** A server reads the same request, and not a second one behind it; or it refuses what it is stricter about. */
async function expectServed(request: RawRequest, bytes: Uint8Array): Promise<string> {
  const served = await servedRequests(bytes);
  assert.ok(served.length <= 1, "there is a second request behind the first");
  const [one] = served;
  if (one === undefined) return ", refused by a server";
  assert.equal(one.method, request.method);
  assert.equal(one.target, request.target);
  assert.deepEqual(one.lines, request.headers);
  assert.deepEqual(one.body, Buffer.from(request.body ?? []));
  return "";
}
