import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createCredential,
  type SignedRequest,
  signRequest,
  verifyResponse,
  type WorkloadCredential,
} from "../../src/index.js";
import {
  authenticate,
  type NodeResponse,
  type SendResponseOptions,
  sendProblem,
  sendResponse,
} from "../../src/integrations/node.js";
import { kmsSigner } from "../../src/testing.js";
import { portOf, stop } from "../support/loopback.js";
import { createExchange, digestOf, TOOLS } from "../support/response-fixtures.js";
import { NOW, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { credential, runtime, service, issuer } = exchange;
const verifier = exchange.signatureVerifier({ audience: "urn:svc" });

let server: Server;
let base = "";
let answer: NodeResponse = {};
let options: SendResponseOptions = {};
beforeAll(async () => {
  server = createServer(async (req, res) => {
    try {
      await sendResponse(res, answer, await authenticate(req, verifier), verifier, options);
    } catch (error) {
      sendProblem(res, verifier, error);
    }
  });
  base = `http://127.0.0.1:${await portOf(server)}`;
});
afterAll(() => stop(server));
beforeEach(() => {
  answer = { headers: [["Content-Type", "text/plain"]], body: "42" };
  options = { credential: service, runtime };
});

/** A request, sent; and the response, as it came. */
async function exchanged(demand: boolean, init: RequestInit = {}, proof: "http-signature" | "wpt" = "http-signature") {
  const signing = { audience: "urn:svc", requireSignedResponse: demand, proof, runtime };
  const signed = await signRequest(new Request(`${base}/a?b`, init), credential, signing);
  return { signed, response: await fetch(signed.request) };
}
const judge = (response: Response, signed: SignedRequest) =>
  verifyResponse(response, signed, exchange.responsePolicy());
const typeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { type: unknown }).type;
const UNAVAILABLE = "urn:wimse:problem:response_signature_unavailable";

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe("a response that can be signed", () => {
  it.each<[string, NodeResponse, string]>([
    ["text", { body: "äö" }, "äö"],
    ["bytes", { body: Buffer.from("42") }, "42"],
    ["nothing", {}, ""],
    ["an empty text", { body: "" }, ""],
    ["an error", { status: 404, body: "no" }, "no"],
    ["204", { status: 204 }, ""],
    [
      "fields of several lines",
      {
        headers: [
          ["Set-Cookie", "a=1"],
          ["Vary", "a"],
          ["set-cookie", "b=2"],
          ["vary", "b"],
        ],
        body: "42",
      },
      "42",
    ],
    [
      "a covered field of several lines",
      {
        headers: [
          ["Content-Digest", digestOf("42")],
          ["content-digest", "x=:AAAA:"],
        ],
        body: "42",
      },
      "42",
    ],
    [
      "a field named like a property of objects",
      {
        headers: [
          ["__proto__", "a"],
          ["constructor", "b"],
        ],
        body: "42",
      },
      "42",
    ],
  ])("HSIG-3.5.01, HSIG-3.5.07: %s is, demanded or not", async (_what, given, text) => {
    answer = given;
    for (const demand of [true, false]) {
      const { signed, response } = await exchanged(demand);
      const result = await judge(response, signed);
      expect(result.workload?.id.uri).toBe(TOOLS);
      expect([result.response.status, await result.response.text()]).toEqual([given.status ?? 200, text]);
      for (const [name] of given.headers ?? []) {
        const values = (given.headers ?? []).filter(([line]) => line.toLowerCase() === name.toLowerCase());
        expect(response.headers.get(name)).toBe(values.map(([, value]) => value).join(", "));
      }
    }
  });

  it("to HEAD, whose content is not sent", async () => {
    const { signed, response } = await exchanged(true, { method: "HEAD" });
    expect(response.headers.get("content-digest")).toBe(digestOf("42"));
    expect((await judge(response, signed)).workload?.id.uri).toBe(TOOLS);
  });

  it("HSIG-3.24: with the lifetime that is given", async () => {
    options = { ...options, lifetime: 7 };
    expect((await exchanged(true)).response.headers.get("signature-input")).toContain(`;expires=${NOW + 7};`);
  });
});

describe("HSIG-3.5.03, HSIG-3.5.04, HSIG-3.6.03: a response that cannot be signed, where it has to be", () => {
  it.each<[string, NodeResponse, SendResponseOptions?]>([
    ["a stream", { body: pieces("secret") }],
    ["an event stream", { headers: [["Content-Type", "text/event-stream"]], body: "secret" }],
    ["too long", { body: "secret".repeat(11) }, { maxBodyBytes: 64 }],
  ])("%s: is replaced by a signed problem with status 501", async (_what, given, more) => {
    answer = given;
    options = { ...options, ...more };
    const { signed, response } = await exchanged(true);
    expect(response.status).toBe(501);
    const { workload, response: problem } = await judge(response, signed);
    expect(workload?.id.uri).toBe(TOOLS);
    expect(problem.headers.get("content-type")).toBe("application/problem+json");
    expect(await typeOf(problem)).toBe(UNAVAILABLE);
  });

  it("without a credential the problem is not signed, and the caller refuses it: HSIG-3.5.05", async () => {
    options = {};
    const { signed, response } = await exchanged(true);
    expect([response.status, await typeOf(response.clone())]).toEqual([501, UNAVAILABLE]);
    expect(await outcomeOf(judge(response, signed))).toBe("response_signature_required");
  });
});

describe("HSIG-3.5.06: where none is demanded", () => {
  it.each<[string, () => NodeResponse, SendResponseOptions?]>([
    ["a stream", () => ({ body: pieces("4", "2") })],
    ["an event stream", () => ({ headers: [["Content-Type", "text/event-stream"]], body: "42" })],
    ["too long", () => ({ body: "42" }), { maxBodyBytes: 1 }],
    ["no credential", () => ({ body: "42" }), { credential: undefined as never }],
  ])("%s: is sent as it is", async (_what, make, more) => {
    answer = make();
    options = { ...options, ...more };
    const { signed, response } = await exchanged(false);
    expect(response.headers.has("signature")).toBe(false);
    expect((await judge(response, signed)).workload).toBeUndefined();
    expect(await response.text()).toBe("42");
  });

  it("a request with a WPT gets its response unsigned", async () => {
    const { response } = await exchanged(false, {}, "wpt");
    expect(response.headers.has("signature")).toBe(false);
    expect(await response.text()).toBe("42");
  });
});

describe("a stream", () => {
  it("waits for whoever is slow, and goes on", async () => {
    const chunk = "x".repeat(300_000);
    answer = { body: pieces(chunk, chunk, chunk) };
    const { response } = await exchanged(false);
    expect((await response.text()).length).toBe(900_000);
  });

  it("is given up when nobody is there any more", async () => {
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    async function* endless() {
      try {
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve));
          yield Buffer.from("x".repeat(10_000));
        }
      } finally {
        ended();
      }
    }
    answer = { body: endless() };
    const { request } = await signRequest(new Request(`${base}/`), credential, { audience: "urn:svc", runtime });
    const socket = connect(Number(new URL(base).port), "127.0.0.1");
    const lines = [...request.headers].map(([name, value]) => `${name}: ${value}`);
    socket.write(["GET / HTTP/1.1", "Host: a", ...lines, "", ""].join("\r\n"));
    socket.once("data", () => socket.destroy());
    await end;
  });

  it("that fails closes the connection, so that nobody takes a part for the whole", async () => {
    async function* failing() {
      yield Buffer.from("part");
      throw new Error("secret");
    }
    answer = { body: failing() };
    await expect(exchanged(false).then(({ response }) => response.text())).rejects.toThrow(TypeError);
  });
});

describe("when the service cannot sign", () => {
  it.each<[string, () => Promise<WorkloadCredential>, string]>([
    [
      "its credential has expired",
      async () => {
        const expired = await issuer.credential(TOOLS, { lifetime: 10 });
        return { current: () => expired } as never;
      },
      "credential_expired",
    ],
    [
      "its key service fails",
      async () => {
        const kms = await kmsSigner();
        const slow = await createCredential(await issuer.issue(TOOLS, kms.publicJwk), kms);
        kms.failNext(new Error("secret"));
        return slow;
      },
      "credential_unavailable",
    ],
  ])("%s: 503, and nothing of the response", async (_what, make, code) => {
    options = { ...options, credential: await make() };
    const signed = await signRequest(new Request(`${base}/`), credential, { audience: "urn:svc", runtime });
    if (code === "credential_expired") runtime.setTime(NOW + 11);
    const response = await fetch(signed.request);
    runtime.setTime(NOW);
    const problem = await response.text();
    expect(response.status).toBe(503);
    expect(problem).toContain(`"urn:wimse:problem:${code}"`);
    expect(problem).not.toContain("secret");
  });
});
