import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuthenticatedRequest, type SignedRequest, signRequest, type VerifyPolicy } from "../../src/index.js";
import { type AuthenticateOptions, authenticate, sendProblem } from "../../src/integrations/node.js";
import { portOf, sendRaw, stop } from "../support/loopback.js";
import { createExchange } from "../support/response-fixtures.js";
import { AGENT, mistake } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { credential, runtime } = exchange;
const policy: Partial<VerifyPolicy> = { audience: "urn:svc", maxBodyBytes: 64 };
const verifier = exchange.signatureVerifier(policy);

let server: Server;
let port = 0;
/** What happens to a request before it is authenticated. */
let before: (req: IncomingMessage) => Promise<AuthenticateOptions> | AuthenticateOptions = () => ({});
let last: AuthenticatedRequest | undefined;
let failure: unknown;
let contentWasRead: boolean | undefined;
let answered: () => void = () => undefined;

beforeAll(async () => {
  server = createServer(async (req, res) => {
    last = undefined;
    failure = undefined;
    try {
      const options = await before(req);
      last = await authenticate(req, verifier, options);
      res.end(`${last.workload}: ${Buffer.from(last.body ?? []).toString()}`);
    } catch (error) {
      failure = error;
      contentWasRead = req.readableDidRead;
      sendProblem(res, verifier, error);
    } finally {
      answered();
    }
  });
  port = await portOf(server);
});
afterAll(() => stop(server));

interface Wire {
  readonly signed: SignedRequest;
  readonly body: string;
  /** The target on the request line. Default: origin form. */
  readonly target?: string;
  readonly lines?: readonly string[];
}
const signedOver = (method: string, path: string, body?: string): Promise<SignedRequest> =>
  signRequest(
    new Request(`http://127.0.0.1:${port}${path}`, { method, ...(body !== undefined && { body }) }),
    credential,
    {
      audience: "urn:svc",
      runtime,
    },
  );
/** The request as HTTP/1.1 has it, its head ended by `lines` and an empty line. */
function onTheWire({ signed: { request }, body, target, lines = [] }: Wire): string {
  const { pathname, search } = new URL(request.url);
  const fields = [...request.headers].map(([name, value]) => `${name}: ${value}`);
  const start = `${request.method} ${target ?? `${pathname}${search}`} HTTP/1.1`;
  return [start, "Host: evil.example", "Connection: close", ...fields, ...lines, "", body].join("\r\n");
}
const codeOf = (answer: string): string =>
  /urn:wimse:problem:(\w+)/.exec(answer)?.[1] ?? (answer.split("\r\n")[0] || "closed");
const CHUNKED = "Transfer-Encoding: chunked";
const length = (text: string): string => `Content-Length: ${Buffer.byteLength(text)}`;
const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

describe("the content of a signed request", () => {
  it.each<[string, string, readonly string[], string]>([
    ["with its length", "two cones", [length("two cones")], "two cones"],
    ["in one chunk", chunked("two cones"), [CHUNKED], "two cones"],
    ["in several chunks", `4\r\ntwo \r\n${chunked("cones")}`, [CHUNKED], "two cones"],
    ["with a trailer", "9\r\ntwo cones\r\n0\r\nX-A: 1\r\n\r\n", [CHUNKED], "two cones"],
  ])("%s is read as it came: %#", async (_what, body, lines, text) => {
    const signed = await signedOver("POST", "/a?b", "two cones");
    expect(await sendRaw(port, onTheWire({ signed, body, lines }))).toContain(`${AGENT}: ${text}`);
    expect(Buffer.from(last?.body ?? []).toString()).toBe(text);
  });

  it.each<[string, string | undefined, string, readonly string[]]>([
    ["none", undefined, "", []],
    ["none, and a length of zero", undefined, "", ["Content-Length: 0"]],
    ["none, in chunks", undefined, "0\r\n\r\n", [CHUNKED]],
  ])("%s", async (_what, content, body, lines) => {
    const signed = await signedOver("POST", "/a", content);
    expect(await sendRaw(port, onTheWire({ signed, body, lines }))).toMatch(/^HTTP\/1\.1 200 /);
    expect(last?.body).toBeUndefined();
  });

  it.each<[string, string, readonly string[], string]>([
    ["HSIG-3.20: other content", "two comes", [length("two comes")], "content_digest_mismatch"],
    ["HSIG-3.20: less of it", "two cone", [length("two cone")], "content_digest_mismatch"],
    ["HSIG-3.20: none of it", "", [], "content_digest_mismatch"],
    ["HSIG-3.20: other content in chunks", chunked("two comes"), [CHUNKED], "content_digest_mismatch"],
    ["too much, as its length says", "x".repeat(65), [length("x".repeat(65))], "body_too_large"],
    ["too much, in chunks", chunked("x".repeat(65)), [CHUNKED], "body_too_large"],
    ["far too much, in chunks", chunked("x".repeat(300_000)), [CHUNKED], "body_too_large"],
  ])("%s is refused: %#", async (_what, body, lines, code) => {
    const signed = await signedOver("POST", "/a", "two cones");
    const answer = await sendRaw(port, onTheWire({ signed, body, lines }));
    expect(codeOf(answer)).toBe(code);
    expect(answer.split(" ")[1]).toBe(code === "body_too_large" ? "413" : "400");
  });

  it("the connection lives on after content that was refused", async () => {
    const tooMuch = chunked("x".repeat(300_000));
    const refused = onTheWire({ signed: await signedOver("POST", "/a", "two cones"), body: tooMuch, lines: [CHUNKED] });
    const next = onTheWire({ signed: await signedOver("GET", "/a"), body: "" });
    const answers = await sendRaw(port, refused.replace("Connection: close", "Connection: keep-alive") + next);
    expect(answers.match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 413", "HTTP/1.1 200"]);
  });

  it("HSIG-3.19: content without a digest", async () => {
    const signed = await signedOver("POST", "/a");
    expect(codeOf(await sendRaw(port, onTheWire({ signed, body: "planted", lines: [length("planted")] })))).toBe(
      "content_digest_missing",
    );
    const body = chunked("planted");
    expect(
      codeOf(await sendRaw(port, onTheWire({ signed: await signedOver("POST", "/a"), body, lines: [CHUNKED] }))),
    ).toBe("content_digest_missing");
  });

  it("HSIG-3.42: is not read before the signature is found to be right", async () => {
    const signed = await signedOver("POST", "/a", "two cones");
    const wire = onTheWire({ signed, body: "two cones", lines: [length("two cones")] }).replace("/a", "/b");
    expect(codeOf(await sendRaw(port, wire))).toBe("signature_invalid");
    expect(contentWasRead).toBe(false);
  });

  it("an upload that is broken off is refused", async () => {
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const signed = await signedOver("POST", "/a", "two cones");
    const socket = connect(port, "127.0.0.1");
    before = () => {
      socket.destroy();
      return {};
    };
    socket.on("error", () => undefined);
    socket.write(onTheWire({ signed, body: "two", lines: [length("two cones")] }));
    await done;
    before = () => ({});
    expect(failure).toMatchObject({ code: "request_malformed" });
    expect(last).toBeUndefined();
  });

  it("an upload that does not go on is given up with the signal", async () => {
    const controller = new AbortController();
    before = () => {
      setImmediate(() => controller.abort());
      return { signal: controller.signal };
    };
    const signed = await signedOver("POST", "/a", "two cones");
    const wire = onTheWire({ signed, body: "two", lines: [length("two cones")] });
    expect(codeOf(await sendRaw(port, wire))).toBe("request_malformed");
    before = () => ({});
  });
});

describe("content that something else has read", () => {
  const wire = async (): Promise<string> => {
    const signed = await signedOver("POST", "/a", "two cones");
    return onTheWire({ signed, body: "two cones", lines: [length("two cones")] });
  };
  async function readAll(req: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of req) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  it.each<[string, (req: IncomingMessage) => Promise<unknown>]>([
    ["all of it", readAll],
    ["as data comes", (req) => new Promise((resolve) => req.on("data", () => undefined).on("end", resolve))],
    ["some of it", (req) => new Promise<void>((resolve) => req.once("data", () => resolve()))],
  ])("%s: the mistake is named, and the sender told nothing", async (_what, read) => {
    before = async (req) => {
      await read(req);
      return {};
    };
    const answer = await sendRaw(port, await wire());
    before = () => ({});
    expect(failure).toMatchObject({ ...mistake, message: expect.stringContaining("pass the raw bytes as body") });
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer).not.toContain("raw bytes");
  });

  it("is taken from the option body", async () => {
    before = async (req) => ({ body: await readAll(req) });
    expect(await sendRaw(port, await wire())).toContain(`${AGENT}: two cones`);
    before = async (req) => ({ body: Buffer.from(JSON.stringify(String(await readAll(req)))) });
    expect(codeOf(await sendRaw(port, await wire()))).toBe("content_digest_mismatch");
    before = async (req) => ({ body: (await readAll(req)).subarray(0, 0) });
    expect(codeOf(await sendRaw(port, await wire()))).toBe("content_digest_mismatch");
    before = () => ({ body: Buffer.alloc(65) });
    expect(codeOf(await sendRaw(port, await wire()))).toBe("body_too_large");
    before = () => ({});
  });

  it.each<[string, string, readonly string[]]>([
    ["is no mistake where there is none", "", []],
    ["is no mistake where its length is zero", "", ["Content-Length: 0"]],
  ])("%s", async (_what, body, lines) => {
    before = async (req) => {
      await readAll(req);
      return {};
    };
    expect(await sendRaw(port, onTheWire({ signed: await signedOver("POST", "/a"), body, lines }))).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    before = () => ({});
  });

  it.each<[string, unknown]>([
    ["text", { body: "two cones" }],
    ["an object, as parsers make it", { body: { two: "cones" } }],
    ["null", { body: null }],
    ["an unknown option", { maxBodyBytes: 1 }],
    ["no object", "body"],
  ])("options: %s: the caller's mistake", async (_what, options) => {
    const req = { method: "GET", url: "/", rawHeaders: [] };
    await expect(authenticate(req, verifier, options as AuthenticateOptions)).rejects.toMatchObject(mistake);
  });
});

describe("the target on the request line", () => {
  it.each<[string, string, string, string]>([
    ["origin form", "/a?b=c", "/a?b=c", "HTTP/1.1 200 OK"],
    ["absolute form", "/a?b=c", "http://evil.example/a?b=c", "HTTP/1.1 200 OK"],
    ["absolute form without a path", "/", "http://evil.example", "HTTP/1.1 200 OK"],
    ["HSIG-3.02: another path in absolute form", "/a", "http://evil.example/b", "signature_invalid"],
    ["HSIG-3.03: another query", "/a?b=c", "/a?b=d", "signature_invalid"],
    ["HSIG-3.03: a query where there was none", "/a", "/a?b", "signature_invalid"],
    ["HSIG-3.02: the same path, spelled otherwise", "/a", "/%61", "signature_invalid"],
    ["the asterisk form is for OPTIONS only", "/a", "*", "request_malformed"],
  ])("%s: %s sent as %s: %s", async (_what, path, target, outcome) => {
    const signed = await signedOver("GET", path);
    expect(codeOf(await sendRaw(port, onTheWire({ signed, body: "", target })))).toBe(outcome);
  });

  it("the asterisk form is no path that fetch could have signed", async () => {
    const signed = await signedOver("OPTIONS", "/");
    expect(codeOf(await sendRaw(port, onTheWire({ signed, body: "", target: "*" })))).toBe("signature_invalid");
  });

  it("HSIG-3.01: another method", async () => {
    const signed = await signedOver("GET", "/a");
    expect(codeOf(await sendRaw(port, onTheWire({ signed, body: "" }).replace("GET", "HEAD")))).toMatch(/ 400 /);
  });
});
