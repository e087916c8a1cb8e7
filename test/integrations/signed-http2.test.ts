import http2 from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SignedRequest, signRequest, targetUriAt, verifyResponse } from "../../src/index.js";
import { authenticate, requestViewOfIncoming, sendProblem, sendResponse } from "../../src/integrations/node.js";
import { portOf } from "../support/loopback.js";
import { createExchange, TOOLS } from "../support/response-fixtures.js";
import { AGENT } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { credential, runtime, service } = exchange;
const verifier = exchange.signatureVerifier({ audience: targetUriAt("https://svc.example.com"), maxBodyBytes: 64 });

let server: http2.Http2Server;
let client: http2.ClientHttp2Session;
let seen: { authority: string | undefined; names: readonly string[] };
/** What the service answers with; by default what it was sent. */
let stream: (() => AsyncIterable<Uint8Array>) | undefined;

beforeAll(async () => {
  server = http2.createServer(async (req, res) => {
    const { authority, headers } = requestViewOfIncoming(req);
    seen = { authority, names: headers.map(([name]) => name) };
    try {
      const request = await authenticate(req, verifier);
      const body = stream?.() ?? `${request.workload}: ${Buffer.from(request.body ?? []).toString()}`;
      const headers = [
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
      ] as const;
      await sendResponse(res, { headers, body }, request, verifier, { credential: service, runtime });
    } catch (error) {
      sendProblem(res, verifier, error);
    }
  });
  client = http2.connect(`http://127.0.0.1:${await portOf(server)}`);
});
afterAll(async () => {
  await new Promise<void>((resolve) => client.close(resolve));
  await new Promise((resolve) => server.close(resolve));
});

const signedOver = (method: string, path: string, body?: string): Promise<SignedRequest> =>
  signRequest(
    new Request(`https://svc.example.com${path}`, { method, ...(body !== undefined && { body }) }),
    credential,
    { requireSignedResponse: true, runtime },
  );

/** Sends a signed request with this content, and returns the response as it came. */
async function send({ request }: SignedRequest, content: string, pseudo: http2.OutgoingHttpHeaders = {}) {
  const { pathname, search } = new URL(request.url);
  const head = {
    ":method": request.method,
    ":path": `${pathname}${search}`,
    ":authority": "svc.example.com",
    ...Object.fromEntries(request.headers),
    ...pseudo,
  };
  const sent = client.request(head, { endStream: content === "" });
  if (content !== "") sent.end(content);
  const fields = await new Promise<http2.IncomingHttpHeaders>((resolve, reject) => {
    sent.once("response", resolve).once("error", reject);
  });
  const pieces: Buffer[] = [];
  for await (const piece of sent) pieces.push(piece as Buffer);
  const headers = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    name.startsWith(":") ? [] : [value].flat().map((line) => [name, String(line)]),
  );
  return { status: Number(fields[":status"]), headers, body: Buffer.concat(pieces) };
}
const codeOf = ({ body }: { body: Buffer }): string =>
  /urn:wimse:problem:(\w+)/.exec(body.toString())?.[1] ?? "accepted";

describe("over HTTP/2", () => {
  it.each<[string, string, string, string | undefined]>([
    ["GET", "GET", "/tools", undefined],
    ["a query", "GET", "/tools?a=1&&b=%41", undefined],
    ["POST without content", "POST", "/tools", undefined],
    ["POST with content", "POST", "/tools?a", "two cones"],
    ["DELETE with content", "DELETE", "/tools/7", "two cones"],
  ])("%s: the request is verified, and its signed response", async (_what, method, path, body) => {
    const signed = await signedOver(method, path, body);
    const answer = await send(signed, body ?? "");
    expect(answer.body.toString()).toBe(`${AGENT}: ${body ?? ""}`);
    const { workload, response } = await verifyResponse(answer, signed, exchange.responsePolicy());
    expect(workload?.id.uri).toBe(TOOLS);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(seen.authority).toBe("svc.example.com");
    expect(seen.names.filter((name) => name.startsWith(":"))).toEqual([]);
  });

  it("HSIG-3.06: the authority is not covered, and never the audience", async () => {
    const signed = await signedOver("GET", "/tools");
    expect(codeOf(await send(signed, "", { ":authority": "evil.example" }))).toBe("accepted");
  });

  it.each<[string, http2.OutgoingHttpHeaders, string, string]>([
    ["HSIG-3.02: another path", { ":path": "/other?a" }, "two cones", "signature_audience_mismatch"],
    ["HSIG-3.03: another query", { ":path": "/tools?b" }, "two cones", "signature_invalid"],
    ["HSIG-3.01: another method", { ":method": "PUT" }, "two cones", "signature_invalid"],
    ["HSIG-3.20: other content", {}, "two comes", "content_digest_mismatch"],
    ["HSIG-3.20: no content", {}, "", "content_digest_mismatch"],
    ["too much content", {}, "x".repeat(65), "body_too_large"],
    ["far too much content", {}, "x".repeat(300_000), "body_too_large"],
    ["too much content, as its length says", { "content-length": "65" }, "x".repeat(65), "body_too_large"],
  ])("%s is refused", async (_what, pseudo, content, code) => {
    const answer = await send(await signedOver("POST", "/tools?a", "two cones"), content, pseudo);
    expect([codeOf(answer), answer.status]).toEqual([code, code === "body_too_large" ? 413 : 400]);
  });

  it("HSIG-3.5.03, HSIG-3.6.03: a stream is replaced by a signed problem, where a signed response is demanded", async () => {
    stream = async function* () {
      yield Buffer.from("secret");
    };
    const signed = await signedOver("GET", "/tools");
    const answer = await send(signed, "");
    stream = undefined;
    expect([answer.status, codeOf(answer)]).toEqual([501, "response_signature_unavailable"]);
    expect((await verifyResponse(answer, signed, exchange.responsePolicy())).workload?.id.uri).toBe(TOOLS);
  });

  it("a stream is given up when nobody is there any more", async () => {
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    stream = async function* () {
      try {
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve));
          yield Buffer.alloc(10_000);
        }
      } finally {
        ended();
      }
    };
    const { request } = await signRequest(new Request("https://svc.example.com/tools"), credential, { runtime });
    const sent = client.request({ ":path": "/tools", ...Object.fromEntries(request.headers) });
    sent.on("error", () => undefined);
    sent.once("response", () => sent.close(http2.constants.NGHTTP2_CANCEL));
    await end;
    stream = undefined;
  });
});
