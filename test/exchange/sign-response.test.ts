import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type AuthenticatedRequest,
  type HttpResponseView,
  type SignResponseOptions,
  type SignedRequest,
  signResponse,
  verifyResponse,
} from "../../src/index.js";
import { kmsSigner } from "../../src/testing.js";
import { createCredential } from "../../src/credential.js";
import { createExchange, digestOf, foreign, nonceOf, TOOLS } from "../support/response-fixtures.js";
import { AUDIENCE, countingSource, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service, issuer } = exchange;
const asked = await exchange.ask();
const received = await exchange.received(asked);

const sign = (response: Response | HttpResponseView = new Response("42"), options: SignResponseOptions = {}, to = received) =>
  signResponse(response, to, service, { runtime, ...options });
const judge = (response: Response, to: SignedRequest = asked) => verifyResponse(response, to, exchange.responsePolicy());
const plain = (body: BodyInit | null = "42", init: ResponseInit = {}): Response =>
  new Response(body, { headers: { "content-type": "text/plain" }, ...init });

describe("a signed response", () => {
  it("HSIG-3.12, HSIG-3.13, HSIG-3.14, HSIG-3.15, HSIG-3.16, HSIG-3.17, HSIG-3.18, HSIG-3.22, HSIG-3.23, HSIG-3.26, HSIG-3.29, HSIG-3.4.02, HSIG-3.4.03: covers what it has to and names the request", async () => {
    const { headers } = await sign(plain());
    const input = String(headers.get("signature-input"));
    const nonce = /;nonce="([\w-]{22})"/.exec(input)?.[1];
    expect(input).toBe(
      `wimse=("@status" "workload-identity-token" "content-type" "content-digest" "@method";req "@path";req "@query";req)` +
        `;created=${NOW};expires=${NOW + 60};nonce="${nonce}";tag="wimse-workload-to-workload";wimse-req-nonce="${nonceOf(asked)}"`,
    );
    expect(nonce).not.toBe(nonceOf(asked));
    expect(headers.get("content-digest")).toBe(digestOf("42")); // HSIG-3.19
    expect(headers.get("workload-identity-token")).toBe(service.wit);
  });

  it("HSIG-3.30, HSIG-3.31: has neither keyid nor alg, and each has its own nonce", async () => {
    const inputs = [await sign(), await sign()].map(({ headers }) => String(headers.get("signature-input")));
    for (const input of inputs) expect(input).not.toMatch(/;(?:keyid|alg)=/);
    expect(inputs[0]).not.toBe(inputs[1]);
  });

  it.each<[string, () => Response | HttpResponseView]>([
    ["text", () => plain()],
    ["an empty text", () => plain("")],
    ["bytes", () => plain(new Uint8Array([0, 255]))],
    ["a stream that ends", () => plain(new Blob(["4", "2"]).stream())],
    ["no content", () => plain(null)],
    ["204", () => plain(null, { status: 204 })],
    ["304", () => plain(null, { status: 304 })],
    ["an error", () => plain("no", { status: 500, statusText: "Oh" })],
    ["several cookies", () => plain("42", { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] })],
    ["a view", () => ({ status: 200, headers: [["Content-Type", "text/plain"]], body: Buffer.from("42") })],
    ["a view of several lines of a covered field", () => ({ status: 200, headers: [["content-type", "a/b"], ["Content-Type", "c/d"]] })],
    ["a view with white space around a value", () => ({ status: 200, headers: [["Content-Type", " a/b\t"]], body: Buffer.from("42") })],
    ["content that is coded", () => plain("coded", { headers: { "content-encoding": "gzip" } })],
    ["a Content-Digest of one's own", () => plain("42", { headers: { "content-digest": digestOf("42") } })],
    ["a signature of somebody else", () => plain("42", { headers: foreign("cdn", "created=1") })],
    ["a signature of somebody else under our label", () => plain("42", { headers: foreign("wimse", 'tag="x"') })],
  ])("of %s is verified, and has the same content", async (_what, make) => {
    const given = make();
    const signed = await sign(make());
    expect(signed.status).toBe(given.status);
    if (given instanceof Response) {
      expect(signed.statusText).toBe(given.statusText);
      expect(signed.headers.getSetCookie()).toEqual(given.headers.getSetCookie());
    }
    const lines = [...signed.headers];
    const body = new Uint8Array(await signed.arrayBuffer());
    const { workload, response } = await verifyResponse({ status: signed.status, headers: lines, body }, asked, exchange.responsePolicy());
    expect(workload?.id.uri).toBe(TOOLS);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
    const original = given instanceof Response ? new Uint8Array(await given.arrayBuffer()) : (given.body ?? new Uint8Array());
    expect(body).toEqual(new Uint8Array(original));
  });

  it("HSIG-3.3.04, HSIG-3.5.07: also where none was demanded", async () => {
    const undemanded = await exchange.ask({ requireSignedResponse: false });
    const to = await exchange.received(undemanded);
    expect(to.responseSignatureRequired).toBe(false);
    expect((await judge(await sign(plain(), {}, to), undemanded)).workload?.id.uri).toBe(TOOLS);
  });

  it("HSIG-3.05: of revision 06 to a request of revision 06", async () => {
    const older = await exchange.ask({ revision: "http-signature-06" });
    const signed = await sign(plain(), {}, await exchange.received(older));
    expect(signed.headers.get("signature-input")).toContain('"@method";req "@request-target";req)');
    expect((await judge(signed, older)).workload?.id.uri).toBe(TOOLS);
    expect(await outcomeOf(judge(signed))).toBe("signature_request_nonce_mismatch");
  });

  it("to HEAD: with the digest of the empty content, or without one", async () => {
    const head = await exchange.ask({}, new Request(AUDIENCE, { method: "HEAD" }));
    expect(await outcomeOf(judge(await sign(plain(null), {}, await exchange.received(head)), head))).toBe("accepted");
  });

  it("answers one request only", async () => {
    const another = await exchange.ask();
    expect(await outcomeOf(judge(await sign(), another))).toBe("signature_request_nonce_mismatch");
  });

  it("HSIG-3.24, HSIG-5.1.04: lives as long as is said, at most 300 seconds", async () => {
    expect((await sign(plain(), { lifetime: 7 })).headers.get("signature-input")).toContain(`;expires=${NOW + 7};`);
    for (const lifetime of [0, 301, -1, Number.NaN, "60"]) {
      await expect(sign(plain(), { lifetime: lifetime as number })).rejects.toMatchObject(mistake);
    }
  });

  it("is signed with the credential that the source has then", async () => {
    const source = countingSource(service);
    for (let i = 0; i < 3; i++) await signResponse(plain(), received, source, { runtime });
    expect(source.asked).toBe(3);
  });

  it("leaves the lines of the given view alone", async () => {
    const headers: [string, string][] = [["X-A", "1"]];
    await sign({ status: 200, headers });
    expect(headers).toEqual([["X-A", "1"]]);
  });
});

describe("HSIG-3.5.03, HSIG-3.6.03: what cannot be signed is an error with status 501", () => {
  const endless = (): ReadableStream => new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.from("tick")) });
  const broken = (): ReadableStream => new ReadableStream({ start: (controller) => controller.error(new Error("secret")) });
  it.each<[string, () => Response | HttpResponseView]>([
    ["an event stream", () => plain(endless(), { headers: { "content-type": "text/event-stream" } })],
    ["an event stream in other letters", () => plain("a", { headers: { "content-type": "Text/Event-Stream; charset=utf-8" } })],
    ["an event stream of a view", () => ({ status: 200, headers: [["content-type", "text/event-stream"]], body: Buffer.from("a") })],
    ["a stream without end", () => plain(endless())],
    ["text too long", () => plain("x".repeat(65))],
    ["bytes too long, of a view", () => ({ status: 200, headers: [], body: Buffer.alloc(65) })],
    ["content that breaks off", () => plain(broken())],
  ])("%s", async (_what, make) => {
    const error = await sign(make(), { maxBodyBytes: 64 }).catch((e) => e);
    expect(error).toMatchObject({ code: "response_signature_unavailable", status: 501, requirement: "HSIG-3.5.03" });
    expect(inspect(error)).not.toContain("secret");
  });

  it("content as long as is allowed is signed", async () => {
    expect(await outcomeOf(sign(plain("x".repeat(64)), { maxBodyBytes: 64 }))).toBe("accepted");
  });

  it("the response to a request with a WPT, which has no nonce to name", async () => {
    const wpt = await exchange.ask({ proof: "wpt", requireSignedResponse: false });
    const to = await exchange.received(wpt);
    await expect(sign(plain(), {}, to)).rejects.toMatchObject({ code: "response_signature_unavailable", status: 501 });
  });
});

describe("when the service cannot sign", () => {
  it("an expired credential is told, and so is a source without one", async () => {
    const soon = await issuer.credential(TOOLS, { lifetime: 10 });
    runtime.setTime(NOW + 20);
    expect(await outcomeOf(signResponse(plain(), received, soon, { runtime }))).toBe("credential_expired");
    runtime.setTime(NOW);
    const nothing = { current: () => undefined as never };
    expect(await outcomeOf(signResponse(plain(), received, nothing, { runtime }))).toBe("credential_unavailable");
  });

  it("a key service that fails, or is given up, is told in our words", async () => {
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
    await expect(waiting).rejects.toMatchObject({ code: "credential_unavailable" });
  });
});

describe("the caller's mistakes in signing a response", () => {
  const signedBefore = await sign(plain());
  const [twin] = [await sign(plain())];
  const read = plain();
  await read.text();
  it.each<[string, unknown]>([
    ["no response", undefined],
    ["a string", "42"],
    ["a request", new Request(AUDIENCE)],
    ["a response that is signed already", signedBefore],
    ["a response that has a WIT", plain("42", { headers: { "workload-identity-token": service.wit } })],
    ["a response that has a WIMSE signature", withoutWit(twin)],
    ["signature fields that cannot be read", plain("42", { headers: { "signature-input": "(" } })],
    ["a wrong Content-Digest", plain("42", { headers: { "content-digest": digestOf("43") } })],
    ["a Content-Digest that is none", plain("42", { headers: { "content-digest": "sha-256" } })],
    ["a Content-Digest of nothing that came", plain(null, { headers: { "content-digest": digestOf("42") } })],
    ["a body that was read before", read],
    ["a network error", Response.error()],
    ["a status that is none", { status: 42, headers: [] }],
    ["a status that is no integer", { status: 200.5, headers: [] }],
    ["a status before the last", { status: 103, headers: [] }],
    ["content where a status has none", { status: 204, headers: [], body: Buffer.from("42") }],
    ["header lines that are none", { status: 200, headers: [["a"]] }],
    ["a field name that is none", { status: 200, headers: [["a b", "secret"]] }],
    ["a value with a line break", { status: 200, headers: [["a", "secret\r\nb: c"]] }],
    ["a body that is text", { status: 200, headers: [], body: "42" }],
  ])("%s", async (_what, response) => {
    const error = await sign(response as Response).catch((e) => e);
    expect(error).toMatchObject(mistake);
    expect(`${error.message}${error.cause}`).not.toContain("secret");
  });

  it.each<[string, unknown, unknown, unknown]>([
    ["no request", undefined, service, {}],
    ["the fetch Request", asked.request, service, {}],
    ["the SignedRequest", asked, service, {}],
    ["what looks like an authenticated request", Object.create(Object.getPrototypeOf(received)), service, {}],
    ["no credential", received, undefined, {}],
    ["an unknown option", received, service, { audience: "a" }],
    ["null options", received, service, null],
    ["a size that is none", received, service, { maxBodyBytes: -1 }],
    ["a runtime that is none", received, service, { runtime: {} }],
  ])("%s", async (_what, to, credential, options) => {
    const signing = signResponse(plain(), to as AuthenticatedRequest, credential as typeof service, options as SignResponseOptions);
    expect(await outcomeOf(signing)).toMatch(/^(?:configuration_invalid|credential_unavailable)$/);
  });
});

function withoutWit(signed: Response): Response {
  const headers = new Headers(signed.headers);
  headers.delete("workload-identity-token");
  return new Response("42", { headers });
}
