import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signRequest } from "../../src/index.js";
import { authenticate, sendProblem } from "../../src/integrations/node.js";
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

it.each([
  ["none of them hidden", 0, "\r\n", "accepted with no bytes"],
  ["some of them hidden", 60, "\r\n", "accepted with no bytes"],
  ["the length of content hidden", 60, "Content-Length: 4\r\n\r\nevil", "urn:wimse:problem:content_digest_missing"],
])("HSIG-3.19: with more header lines than Node shows, %s", async (_what, count, rest, expected) => {
  expect(await sendRaw(port, await wire(count, rest))).toContain(expected);
});
