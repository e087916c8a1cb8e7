import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createCredential } from "../../src/credential.js";
import {
  type AuthenticatedRequest,
  type HttpResponseView,
  type SignResponseOptions,
  signResponse,
} from "../../src/index.js";
import { kmsSigner } from "../../src/testing.js";
import { createExchange, digestOf, TOOLS } from "../support/response-fixtures.js";
import { AUDIENCE, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service, issuer } = exchange;
const asked = await exchange.ask();
const received = await exchange.received(asked);

const sign = (
  response: Response | HttpResponseView = new Response("42"),
  options: SignResponseOptions = {},
  to = received,
) => signResponse(response, to, service, { runtime, ...options });
const plain = (body: BodyInit | null = "42", init: ResponseInit = {}): Response =>
  new Response(body, { headers: { "content-type": "text/plain" }, ...init });
const signedBefore = await sign(plain());
const signedTwice = withoutWit(await sign(plain()));
const read = plain();
await read.text();

describe("HSIG-3.5.03, HSIG-3.6.03: what cannot be signed is an error with status 501", () => {
  const endless = (): ReadableStream =>
    new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.from("tick")) });
  const broken = (): ReadableStream =>
    new ReadableStream({ start: (controller) => controller.error(new Error("secret")) });
  it.each<[string, () => Response | HttpResponseView]>([
    ["an event stream", () => plain(endless(), { headers: { "content-type": "text/event-stream" } })],
    [
      "an event stream in other letters",
      () => plain("a", { headers: { "content-type": "Text/Event-Stream; charset=utf-8" } }),
    ],
    [
      "an event stream of a view",
      () => ({ status: 200, headers: [["content-type", "text/event-stream"]], body: Buffer.from("a") }),
    ],
    ["a stream without end", () => plain(endless())],
    ["text too long", () => plain("x".repeat(65))],
    ["bytes too long, of a view", () => ({ status: 200, headers: [], body: Buffer.alloc(65) })],
    ["content that breaks off", () => plain(broken())],
  ])("%s", async (_what, make) => {
    const error = await sign(make(), { maxBodyBytes: 64 }).catch((e) => e);
    expect(error).toMatchObject({ code: "response_signature_unavailable", status: 501, requirement: "HSIG-3.5.03" });
    expect(inspect(error)).not.toContain("secret");
  });

  it.each<[string, () => Response | HttpResponseView]>([
    ["content as long as is allowed", () => plain("x".repeat(64))],
    ["bytes as long as is allowed, of a view", () => ({ status: 200, headers: [], body: Buffer.alloc(64) })],
    [
      "a type that only begins like an event stream",
      () => plain("a", { headers: { "content-type": "text/event-streams" } }),
    ],
    ["a type that mentions it", () => plain("a", { headers: { "content-type": 'a/b; c="text/event-stream"' } })],
    ["another field that mentions it", () => plain("a", { headers: { "x-a": "text/event-stream" } })],
    ["an event stream without content", () => plain(null, { headers: { "content-type": "text/event-stream" } })],
  ])("%s is signed", async (_what, make) => {
    expect(await outcomeOf(sign(make(), { maxBodyBytes: 64 }))).toBe("accepted");
  });

  it("says whether the content is too long, or cannot be read", async () => {
    await expect(sign(plain(endless()), { maxBodyBytes: 64 })).rejects.toThrow("longer than what is signed");
    await expect(sign(plain(broken()))).rejects.toThrow("cannot be read");
  });

  it("the response to a request with a WPT, which has no nonce to name", async () => {
    const wpt = await exchange.ask({ proof: "wpt", requireSignedResponse: false });
    const to = await exchange.received(wpt);
    await expect(sign(plain(), {}, to)).rejects.toMatchObject({ code: "response_signature_unavailable", status: 501 });
  });
});

describe("when the service cannot sign", () => {
  it("an expired credential is told, and so is a source that fails", async () => {
    const soon = await issuer.credential(TOOLS, { lifetime: 10 });
    runtime.setTime(NOW + 20);
    expect(await outcomeOf(signResponse(plain(), received, soon, { runtime }))).toBe("credential_expired");
    runtime.setTime(NOW);
    const fails = { current: async () => Promise.reject(new Error("down")) };
    expect(await outcomeOf(signResponse(plain(), received, fails, { runtime }))).toBe("credential_unavailable");
  });

  it("a key service that fails is told in our words, and one that is given up in the caller's", async () => {
    const kms = await kmsSigner();
    const credential = await createCredential(await issuer.issue(TOOLS, kms.publicJwk), kms);
    kms.failNext(new Error("secret"));
    const error = await signResponse(plain(), received, credential, { runtime }).catch((e) => e);
    expect(error).toMatchObject({ code: "credential_unavailable" });
    expect(inspect(error)).not.toContain("secret");
    const controller = new AbortController();
    kms.pause();
    const waiting = signResponse(plain(), received, credential, { runtime, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toBe(controller.signal.reason);
  });
});

it("content that does not come is given up with the signal", async () => {
  const controller = new AbortController();
  const signing = sign(plain(new ReadableStream()), { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(signing).rejects.toBe(controller.signal.reason);
});

describe("the caller's mistakes in signing a response", () => {
  it.each<[string, unknown, string]>([
    ["no response", null, "signResponse: a Response, or a view"],
    ["a string", "42", "signResponse: a Response, or a view"],
    ["a request", new Request(AUDIENCE), "signResponse: a Response, or a view"],
    ["a response that is signed already", signedBefore, "Workload-Identity-Token field already"],
    [
      "a response that has a WIT",
      plain("42", { headers: { "workload-identity-token": service.wit } }),
      "Workload-Identity-Token field already",
    ],
    ["a response that has a WIMSE signature", signedTwice, "is signed already"],
    [
      "signature fields that cannot be read",
      plain("42", { headers: { "signature-input": "(" } }),
      "signature fields that cannot be read",
    ],
    [
      "a wrong Content-Digest",
      plain("42", { headers: { "content-digest": digestOf("43") } }),
      "Content-Digest is not that",
    ],
    [
      "a Content-Digest that is none",
      plain("42", { headers: { "content-digest": "sha-256" } }),
      "Content-Digest is not that",
    ],
    [
      "a Content-Digest of nothing that came",
      plain(null, { headers: { "content-digest": digestOf("42") } }),
      "Content-Digest is not that",
    ],
    ["a body that was read before", read, "consumed already"],
    ["a network error", Response.error(), "200 to 599"],
    ["a status that is none", { status: 42, headers: [] }, "200 to 599"],
    ["a status that is no integer", { status: 200.5, headers: [] }, "200 to 599"],
    ["a status beyond all", { status: 600, headers: [] }, "200 to 599"],
    ["a status that is text", { status: "200", headers: [] }, "signResponse: a Response, or a view"],
    ["a view without header lines", { status: 200 }, "signResponse: a Response, or a view"],
    ["a status before the last", { status: 103, headers: [] }, "200 to 599"],
    [
      "content where a status has none",
      { status: 204, headers: [], body: Buffer.from("42") },
      "its status has no content",
    ],
    ["header lines that are none", { status: 200, headers: [["a"]] }, "header lines that cannot be sent"],
    ["a field name that is none", { status: 200, headers: [["a b", "secret"]] }, "header lines that cannot be sent"],
    [
      "a value with a line break",
      { status: 200, headers: [["a", "secret\r\nb: c"]] },
      "header lines that cannot be sent",
    ],
    ["a body that is text", { status: 200, headers: [], body: "42" }, "the body of a view is bytes"],
  ])("%s", async (_what, response, part) => {
    const error = await sign(response as Response).catch((e) => e);
    expect(error).toMatchObject({ ...mistake, message: expect.stringContaining(part) });
    expect(`${error.message}${error.cause}`).not.toContain("secret");
  });

  it.each<[string, unknown, unknown, unknown, string]>([
    ["no request", undefined, service, {}, "AuthenticatedRequest is required"],
    ["null for a request", null, service, {}, "AuthenticatedRequest is required"],
    ["text for a request", AUDIENCE, service, {}, "AuthenticatedRequest is required"],
    ["the fetch Request", asked.request, service, {}, "AuthenticatedRequest is required"],
    ["the SignedRequest", asked, service, {}, "AuthenticatedRequest is required"],
    [
      "what looks like an authenticated request",
      Object.create(Object.getPrototypeOf(received)),
      service,
      {},
      "AuthenticatedRequest is required",
    ],
    ["no credential", received, undefined, {}, "A credential or a source"],
    ["an unknown option", received, service, { audience: "a" }, "signResponse: unknown option"],
    ["null options", received, service, null, "signResponse: an object"],
    ["a size that is none", received, service, { maxBodyBytes: -1 }, "maxBodyBytes"],
    ["a runtime that is none", received, service, { runtime: {} }, "runtime: "],
  ])("%s", async (_what, to, credential, options, part) => {
    const signing = signResponse(
      plain(),
      to as AuthenticatedRequest,
      credential as typeof service,
      options as SignResponseOptions,
    );
    await expect(signing).rejects.toMatchObject({ ...mistake, message: expect.stringContaining(part) });
  });
});

function withoutWit(signed: Response): Response {
  const headers = new Headers(signed.headers);
  headers.delete("workload-identity-token");
  return new Response("42", { headers });
}
