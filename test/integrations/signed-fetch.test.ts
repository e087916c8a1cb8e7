import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exactly, signResponse } from "../../src/index.js";
import { createSigningFetch, type SigningFetchOptions } from "../../src/integrations/fetch.js";
import { authenticate, sendProblem, sendResponse } from "../../src/integrations/node.js";
import { portOf, stop } from "../support/loopback.js";
import { createExchange, TOOLS } from "../support/response-fixtures.js";
import { mistake, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, trust, credential, service } = exchange;
const verifier = exchange.signatureVerifier({ audience: "urn:svc" });

let server: Server;
let base = "";
const seen: IncomingMessage[] = [];
/** What the service answers, by path; elsewhere it signs what it was sent. */
const answers: Record<string, (res: ServerResponse) => unknown> = {
  "/moved": (res) => res.writeHead(302, { location: `${base}/elsewhere` }).end(),
  "/plain": (res) => res.end("unsigned, secret"),
};

beforeAll(async () => {
  server = createServer(async (req, res) => {
    seen.push(req);
    try {
      const request = await authenticate(req, verifier);
      const answer = answers[String(req.url)];
      if (answer !== undefined) return void answer(res);
      const headers = [["Content-Type", "application/octet-stream"]] as const;
      await sendResponse(res, { headers, body: request.body ?? new Uint8Array() }, request, verifier, {
        credential: service,
        runtime,
      });
    } catch (error) {
      sendProblem(res, verifier, error);
    }
  });
  base = `http://127.0.0.1:${await portOf(server)}`;
});
afterAll(() => stop(server));

const signingFetch = (changes: Partial<SigningFetchOptions> = {}) =>
  createSigningFetch(credential, {
    origins: [base],
    audience: "urn:svc",
    trust,
    expect: exactly(TOOLS),
    requireSignedResponse: true,
    runtime,
    ...changes,
  });
/** A fetch that answers with this, whatever it is asked. */
const answering = (response: Response, changes: Partial<SigningFetchOptions> = {}) =>
  signingFetch({ fetch: async () => response, ...changes });

describe("over a real connection", () => {
  const form = new FormData();
  form.set("a", "ä");
  form.set("file", new Blob(["\u0000\r\n"]), "name");
  it.each<[string, RequestInit, (text: string) => void]>([
    ["no body", {}, (text) => expect(text).toBe("")],
    ["POST without a body", { method: "POST" }, (text) => expect(text).toBe("")],
    ["an empty text", { method: "POST", body: "" }, (text) => expect(text).toBe("")],
    ["text", { method: "PUT", body: "äö" }, (text) => expect(text).toBe("äö")],
    ["bytes", { method: "PATCH", body: Buffer.from("42") }, (text) => expect(text).toBe("42")],
    ["an ArrayBuffer", { method: "POST", body: new Uint8Array([52, 50]).buffer }, (text) => expect(text).toBe("42")],
    ["a Blob", { method: "POST", body: new Blob(["4", "2"], { type: "text/x" }) }, (text) => expect(text).toBe("42")],
    ["parameters", { method: "POST", body: new URLSearchParams({ a: "1 2" }) }, (text) => expect(text).toBe("a=1+2")],
    ["a form", { method: "POST", body: form }, (text) => expect(text).toContain('name="file"; filename="name"')],
    [
      "a stream",
      { method: "POST", body: new Blob(["4", "2"]).stream(), duplex: "half" } as RequestInit,
      (text) => expect(text).toBe("42"),
    ],
    ["DELETE with a body", { method: "DELETE", body: "42" }, (text) => expect(text).toBe("42")],
    ["much", { method: "POST", body: "x".repeat(900_000) }, (text) => expect(text.length).toBe(900_000)],
  ])("%s goes there, and comes back signed", async (_what, init, check) => {
    const response = await signingFetch()(`${base}/echo?a=%20b`, init);
    expect([response.status, response.url]).toEqual([200, `${base}/echo?a=%20b`]);
    check(await response.text());
  });

  it.each(["/", "/?", "/?a", "/?a=1&a=2", "/a%2Fb/%2e%2E", "/a//b", "/ä?ö=ü", "/a#b"])(
    "HSIG-3.14, HSIG-3.15: the target %s is covered as it is sent",
    async (target) => {
      expect((await signingFetch()(`${base}${target}`)).status).toBe(200);
    },
  );

  it("HEAD is answered without content, signed", async () => {
    const response = await signingFetch()(`${base}/echo`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  it("content of a request too large is not sent", async () => {
    const before = seen.length;
    const body = "x".repeat(1_048_577);
    expect(await outcomeOf(signingFetch()(`${base}/echo`, { method: "POST", body }))).toBe("body_too_large");
    expect(seen.length).toBe(before);
  });

  it("a redirect is never followed: HSIG-3.5.05 when it is not signed", async () => {
    const options = { requireSignedResponse: false };
    expect((await signingFetch(options)(`${base}/moved`)).status).toBe(302);
    expect(await outcomeOf(signingFetch()(`${base}/moved`))).toBe("response_signature_required");
    expect(seen.some(({ url }) => url === "/elsewhere")).toBe(false);
  });

  it("HSIG-3.5.05: an unsigned response is refused, HSIG-3.5.06: or returned where none was demanded", async () => {
    expect(await outcomeOf(signingFetch()(`${base}/plain`))).toBe("response_signature_required");
    const response = await signingFetch({ requireSignedResponse: false })(`${base}/plain`);
    expect(await response.text()).toBe("unsigned, secret");
  });

  it("HSIG-3.5.05: the problem of a refused request is not signed, and so refused", async () => {
    expect(await outcomeOf(signingFetch({ audience: "urn:other" })(`${base}/echo`))).toBe(
      "response_signature_required",
    );
    const lenient = signingFetch({ audience: "urn:other", requireSignedResponse: false });
    const response = await lenient(`${base}/echo`);
    expect([response.status, ((await response.json()) as { type: string }).type]).toEqual([
      400,
      "urn:wimse:problem:signature_audience_mismatch",
    ]);
  });
});

describe("what is asked for", () => {
  const encodings = async (options: Partial<SigningFetchOptions>, init: RequestInit = {}) => {
    let sent: Request | undefined;
    const response = new Response();
    const keep: typeof fetch = async (input) => {
      sent = input as Request;
      return response;
    };
    await outcomeOf(signingFetch({ fetch: keep, ...options })(`${base}/`, init));
    return sent?.headers.get("accept-encoding");
  };

  it("R9530-3.02: a response that is to be verified comes in no coding", async () => {
    expect(await encodings({})).toBe("identity");
    expect(await encodings({ requireSignedResponse: false })).toBe("identity");
    expect(await encodings({}, { headers: { "accept-encoding": "gzip" } })).toBe("gzip");
  });

  it("without trust nothing is asked for, and no signature is looked at", async () => {
    const options = { requireSignedResponse: false, trust: undefined, expect: undefined } as never;
    expect(await encodings(options)).toBeNull();
    const response = new Response("42", { headers: { "signature-input": "(", "content-encoding": "gzip" } });
    expect(await answering(response, options)(`${base}/`)).toBe(response);
  });

  it("HSIG-3.28, HSIG-3.3.03: the request says whether the response has to be signed", async () => {
    for (const requireSignedResponse of [true, false]) {
      const sent: Request[] = [];
      const keep: typeof fetch = async (input) => {
        sent.push(input as Request);
        return new Response();
      };
      await outcomeOf(signingFetch({ fetch: keep, requireSignedResponse })(`${base}/`));
      expect(/;wimse-sign-response(?![\w-])/.test(String(sent[0]?.headers.get("signature-input")))).toBe(
        requireSignedResponse,
      );
    }
  });

  it("a demand without trust is the caller's mistake", () => {
    const options = { origins: [base], requireSignedResponse: true };
    expect(() => createSigningFetch(credential, options)).toThrow(expect.objectContaining(mistake));
  });
});

describe("a response that is refused", () => {
  /** A response whose content says when it is given up. */
  function watched(headers: [string, string][] = []): { response: Response; readonly cancelled: boolean } {
    let cancelled = false;
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(Buffer.from("secret")),
      cancel: () => {
        cancelled = true;
      },
    });
    return {
      response: new Response(stream, { headers }),
      get cancelled() {
        return cancelled;
      },
    };
  }

  it.each<[string, [string, string][], string]>([
    ["that is not signed", [], "response_signature_required"],
    ["whose signature cannot be read", [["signature-input", "("]], "signature_malformed"],
    ["whose head is too large", [["x-a", "x".repeat(70_000)]], "response_malformed"],
  ])("%s is given up: nobody reads its content", async (_what, headers, code) => {
    const answer = watched(headers);
    const error = await answering(answer.response)(`${base}/`).catch((e) => e);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("secret");
    expect(answer.cancelled).toBe(true);
  });

  it("is refused at once, though somebody on the way kept a clone of it that is read later", async () => {
    const kept: Response[] = [];
    const call = signingFetch({
      fetch: async () => {
        const response = new Response("unsigned");
        kept.push(response.clone());
        return response;
      },
    });
    await expect(call(`${base}/`)).rejects.toMatchObject({ code: "response_signature_required" });
    expect(await kept[0]?.text()).toBe("unsigned");
  });

  /** Answers with what the service signed, changed on the way. */
  const tampering = (change: (response: Response) => Response, options: Partial<SigningFetchOptions> = {}) =>
    signingFetch({
      fetch: async (input) => {
        const request = await verifier.verify(input as Request);
        const signed = await signResponse(new Response("sound, secret"), request, service, { runtime });
        return change(signed);
      },
      ...options,
    });

  it.each<[string, (response: Response) => Response, string, Partial<SigningFetchOptions>?]>([
    ["of other content", ({ headers }) => new Response("tampered", { headers }), "content_digest_mismatch"],
    ["of another status", ({ headers, body }) => new Response(body, { headers, status: 201 }), "signature_invalid"],
    ["that came coded", (response) => withField(response, "content-encoding", "gzip"), "response_encoding_unsupported"],
    ["of somebody else", (response) => response, "response_workload_unexpected", { expect: exactly(`${TOOLS}2`) }],
    ["too long", (response) => response, "body_too_large", { maxBodyBytes: 12 }],
    ["without its digest", (response) => withField(response, "content-digest", null), "signature_component_invalid"],
  ])("%s: none of its content reaches the caller", async (_what, change, code, options) => {
    let changed: Response | undefined;
    const keep = (response: Response): Response => {
      changed = change(response);
      return changed;
    };
    const error = await tampering(keep, options)(`${base}/`).catch((e) => e);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("secret");
    expect(changed?.bodyUsed).toBe(true);
  });

  it("an error of the network is passed on", async () => {
    const down = new TypeError("fetch failed");
    const fails: typeof fetch = () => Promise.reject(down);
    await expect(signingFetch({ fetch: fails })(`${base}/`)).rejects.toBe(down);
  });
});

/** The response with this field, or without it. */
function withField(response: Response, name: string, value: string | null): Response {
  if (value === null) response.headers.delete(name);
  else response.headers.set(name, value);
  return response;
}
