import { createServer, type Server } from "node:http";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targetUriAt } from "../../src/index.js";
import { createSigningFetch } from "../../src/integrations/fetch.js";
import {
  authenticate,
  type IncomingMessageLike,
  requestViewOfIncoming,
  type ServerResponseLike,
  sendProblem,
} from "../../src/integrations/node.js";
import { sendRaw } from "../support/loopback.js";
import { AGENT, createWorld, mistake } from "../support/wpt-fixtures.js";

const world = await createWorld();
const verifier = world.verifier({ audience: targetUriAt("https://svc.example.com") });

describe("over a real connection", () => {
  let server: Server;
  let base = "";
  const port = (): number => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    server = createServer(async (req, res) => {
      try {
        res.end(String((await authenticate(req, verifier)).workload));
      } catch (error) {
        sendProblem(res, verifier, error);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${port()}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends the lines as they are, and returns status line, header and body as they come. */
  function send(target: string, ...lines: readonly string[]): Promise<string> {
    const head = [`GET ${target} HTTP/1.1`, "Host: evil.example", "Connection: close", ...lines, "", ""];
    return sendRaw(port(), head.join("\r\n"));
  }
  const codeOf = async (...sent: Parameters<typeof send>): Promise<string> =>
    /urn:wimse:problem:(\w+)/.exec(await send(...sent))?.[1] ?? "accepted";
  const wit = `Workload-Identity-Token: ${world.wit}`;
  const authorization = async (): Promise<string> => `Authorization: WPT ${await world.wpt(AT_SVC)}`;
  const AT_SVC = { claims: { aud: "https://svc.example.com/tools" } };

  it("a signed request is authenticated, once", async () => {
    const signingFetch = createSigningFetch(world.credential, {
      origins: [base],
      proof: "wpt",
      audience: "https://svc.example.com/tools",
      runtime: world.runtime,
    });
    const response = await signingFetch(`${base}/tools?q`, { method: "POST", body: "x" });
    expect([response.status, await response.text()]).toEqual([200, AGENT]);
    const line = await authorization();
    expect(await codeOf("/tools", wit, line)).toBe("accepted");
    expect(await codeOf("/tools", wit, line)).toBe("wpt_replayed");
  });

  it.each<[string, (w: string, a: string) => string[], string]>([
    [
      "WPT-2.23: two Authorization lines, of which Node keeps the first",
      (w, a) => [w, a, "Authorization: Bearer x"],
      "wpt_multiple",
    ],
    ["WPT-2.23: the other way round", (w, a) => [w, "authorization: Bearer x", a], "wpt_multiple"],
    ["two bearer tokens", (w) => [w, "Authorization: Bearer x", "Authorization: Bearer y"], "request_malformed"],
    ["CREDS-5.1.1.01: two WIT lines, which Node joins", (w, a) => [w, a, w], "wit_multiple"],
    ["CREDS-5.1.1.01: two WIT lines in other letters", (w, a) => [w, "workload-identity-token: x", a], "wit_multiple"],
    ["CREDS-5.1.4.02: two WITs in one line", (w, a) => [`${w}, ${world.wit}`, a], "wit_malformed"],
    ["WPT-2.16: two Txn-Token lines", (w, a) => [w, a, "Txn-Token: a", "Txn-Token: b"], "request_malformed"],
    ["white space around the values", (w, a) => [w.replace(": ", ": \t "), `${a} \t`], "accepted"],
    [
      "names in other letters",
      (w, a) => [w.toLowerCase().slice(0, 23) + w.slice(23), a.replace("Auth", "aUTH")],
      "accepted",
    ],
    ["WPT-2.02: a tab after the scheme", (w, a) => [w, a.replace("WPT ", "WPT\t")], "wpt_malformed"],
    ["WPT-2.2.05: an unbound Txn-Token", (w, a) => [w, a, "Txn-Token: a"], "wpt_txn_token_hash_mismatch"],
    ["nothing", () => [], "wit_missing"],
  ])("%s", async (_what, lines, code) => {
    expect(await codeOf("/tools", ...lines(wit, await authorization()))).toBe(code);
  });

  it.each([
    ["/tools?a=b", "accepted"],
    ["http://evil.example/tools", "accepted"],
    ["/other", "wpt_audience_mismatch"],
    ["//tools", "wpt_audience_mismatch"],
    ["/./tools", "wpt_audience_mismatch"],
    ["/%74ools", "wpt_audience_mismatch"],
    ["*", "request_malformed"],
  ])("WPT-2.28, WPT-3.1.7.04: the raw target %s: %s", async (target, code) => {
    expect(await codeOf(target, wit, await authorization())).toBe(code);
  });

  it("WPT-2.1.01, WPT-2.1.02: a refusal is a problem with its status and the challenge", async () => {
    const answer = await send("/tools", wit);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/^www-authenticate: WPT\r$/im);
    expect(answer).toMatch(/^content-type: application\/problem\+json\r$/im);
    expect(answer).toMatch(/^cache-control: no-store\r$/im);
    expect(answer).toContain('{"type":"urn:wimse:problem:proof_missing","title":"Proof missing","status":401}');
    const malformed = await send("/tools", wit.replace(": ", ": x."), await authorization());
    expect(malformed).toMatch(/^HTTP\/1\.1 400 /);
    expect(malformed).not.toMatch(/^www-authenticate/im);
  });
});

describe("over HTTP/2", () => {
  it("pseudo header fields are the request line and no header lines", async () => {
    const server = http2.createServer(async (req, res) => {
      const view = requestViewOfIncoming(req);
      const workload = await authenticate(req, verifier).then(({ workload }) => String(workload), String);
      res.end(JSON.stringify({ ...view, workload }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const wpt = await world.wpt({ claims: { aud: "https://svc.example.com/tools" } });
    const stream = client.request({
      ":path": "/tools?q",
      "workload-identity-token": world.wit,
      authorization: `WPT ${wpt}`,
    });
    let body = "";
    for await (const chunk of stream) body += chunk;
    client.close();
    server.close();
    const answer = JSON.parse(body);
    expect(answer).toMatchObject({ method: "GET", target: "/tools?q", scheme: "http", workload: AGENT });
    expect(answer.headers.map(([name]: [string]) => name)).toEqual(["workload-identity-token", "authorization"]);
  });
});

describe("the view of an incoming message", () => {
  it("has the raw lines in their order, and the scheme of the socket", () => {
    const rawHeaders = ["Host", "a", "X-A", "1", "x-a", "2", ":path", "/x", "odd"];
    const view = requestViewOfIncoming({ method: "PUT", url: "/a?b", rawHeaders, socket: { encrypted: true } });
    const headers = [
      ["Host", "a"],
      ["X-A", "1"],
      ["x-a", "2"],
    ];
    expect(view).toEqual({ method: "PUT", target: "/a?b", scheme: "https", headers, body: expect.any(Function) });
  });

  it("has the authority of HTTP/2", () => {
    const rawHeaders = [":method", "GET", ":authority", "a.example:8443", ":path", "/x", "x-a", "1"];
    expect(requestViewOfIncoming({ method: "GET", url: "/x", rawHeaders })).toEqual({
      method: "GET",
      target: "/x",
      scheme: "http",
      authority: "a.example:8443",
      headers: [["x-a", "1"]],
      body: expect.any(Function),
    });
  });

  it.each<[string, IncomingMessageLike["socket"], string]>([
    ["no socket", undefined, "http"],
    ["a socket that is gone", null, "http"],
    ["a plain socket", {}, "http"],
    ["a socket of TLS", { encrypted: true }, "https"],
    ["a socket that says so in another way", { encrypted: 1 } as never, "http"],
  ])("%s", (_what, socket, scheme) => {
    expect(
      requestViewOfIncoming({ method: "GET", url: "/", rawHeaders: [], ...(socket !== undefined && { socket }) })
        .scheme,
    ).toBe(scheme);
  });

  it("without method or target it is a request that is refused", async () => {
    await expect(authenticate({ url: "/", rawHeaders: [] }, verifier)).rejects.toMatchObject({
      code: "request_malformed",
    });
    await expect(authenticate({ method: "GET", rawHeaders: [] }, verifier)).rejects.toMatchObject({
      code: "request_malformed",
    });
  });

  it.each([undefined, null, {}, { rawHeaders: "Host: a" }, { headers: { host: "a" } }])(
    "%j is the caller's mistake, told by a rejection",
    async (req) => {
      await expect(authenticate(req as IncomingMessageLike, verifier)).rejects.toMatchObject(mistake);
    },
  );
});

it("sendProblem closes the connection where an answer was begun", () => {
  const calls: string[] = [];
  const begun = {
    headersSent: true,
    writeHead: () => calls.push("writeHead"),
    end: () => calls.push("end"),
    destroy: () => calls.push("destroy"),
  };
  sendProblem(begun, verifier, new Error("late"));
  expect(calls).toEqual(["destroy"]);
  expect(() => sendProblem({ headersSent: true, writeHead: () => 0, end: () => 0 }, verifier, 1)).not.toThrow();
});

it("sendProblem writes status, header and body, whatever the error", () => {
  const written: unknown[] = [];
  const res: ServerResponseLike = { writeHead: (...head) => written.push(head), end: (body) => written.push(body) };
  sendProblem(res, verifier, new Error("secret"));
  expect(written).toEqual([
    [500, { "Content-Type": "application/problem+json", "Cache-Control": "no-store" }],
    '{"type":"about:blank","title":"Internal Server Error","status":500}',
  ]);
});
