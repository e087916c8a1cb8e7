import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signRequest } from "../../src/index.js";
import { authenticate, requestViewOfIncoming, sendProblem } from "../../src/integrations/node.js";
import { portOf, sendRaw, stop } from "../support/loopback.js";
import { createExchange } from "../support/response-fixtures.js";

const { credential, runtime, signatureVerifier } = await createExchange();
const verifier = signatureVerifier({ audience: "urn:svc" });

let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer(async (req, res) => {
    try {
      const { body } = await authenticate(req, verifier);
      res.end(`accepted with ${body?.length ?? "no"} bytes`);
    } catch (error) {
      sendProblem(res, verifier, error);
    }
  });
  server.maxHeadersCount = 32;
  port = await portOf(server);
});
afterAll(() => stop(server));

/** A signed request without content, with `count` lines more and then what is given. */
async function wire(count: number, rest: string): Promise<string> {
  const { request } = await signRequest(new Request(`http://127.0.0.1:${port}/`), credential, {
    audience: "urn:svc",
    runtime,
  });
  const lines = [...request.headers].map(([name, value]) => `${name}: ${value}`);
  const padding = Array.from({ length: count }, (_, i) => `x-${i}: ${i}`);
  return ["GET / HTTP/1.1", "Host: a", "Connection: close", ...lines, ...padding, rest].join("\r\n");
}

// Newer versions of Node refuse such a request by themselves.
const BY_NODE = "HTTP/1.1 431 ";

it.each([
  ["none of them hidden", 0, "\r\n", "accepted with no bytes"],
  ["some of them hidden", 60, "\r\n", "accepted with no bytes"],
  ["the length of content hidden", 60, "Content-Length: 4\r\n\r\nevil", "urn:wimse:problem:content_digest_missing"],
])("HSIG-3.19: with more header lines than Node shows, %s", async (_what, count, rest, expected) => {
  const answer = await sendRaw(port, await wire(count, rest));
  if (count === 0 || !answer.startsWith(BY_NODE)) expect(answer).toContain(expected);
});

it.each([
  ["fewer lines than the server shows", 3, "bytes"],
  ["as many lines as the server shows", 2, "a function"],
  ["more lines than the server shows", 1, "a function"],
  ["a server that shows all", 0, "bytes"],
  ["a server without a limit", null, "bytes"],
])("HSIG-3.19: with %s, content without a length is %s", (_what, maxHeadersCount, expected) => {
  const { body } = requestViewOfIncoming({
    method: "GET",
    url: "/",
    httpVersionMajor: 1,
    rawHeaders: ["Host", "a", "X", "b"],
    socket: { server: { maxHeadersCount } },
  });
  expect(typeof body === "function" ? "a function" : "bytes").toBe(expected);
});
