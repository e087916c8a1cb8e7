import { describe, expect, it } from "vitest";
import { authenticatedRequestFields, type SignedQuestion } from "../../src/exchange/authenticated.js";
import { signedResponseView } from "../../src/exchange/sign-response.js";
import {
  type HttpResponseView,
  type SignResponseOptions,
  type SignedRequest,
  signResponse,
  verifyResponse,
} from "../../src/index.js";
import { createExchange, digestOf, foreign, nonceOf, TOOLS } from "../support/response-fixtures.js";
import { AUDIENCE, countingSource, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service } = exchange;
const asked = await exchange.ask();
const received = await exchange.received(asked);

const sign = (
  response: Response | HttpResponseView = new Response("42"),
  options: SignResponseOptions = {},
  to = received,
) => signResponse(response, to, service, { runtime, ...options });
const judge = (response: Response, to: SignedRequest = asked) =>
  verifyResponse(response, to, exchange.responsePolicy());
const plain = (body: BodyInit | null = "42", init: ResponseInit = {}): Response =>
  new Response(body, { headers: { "content-type": "text/plain" }, ...init });

describe("a signed response", () => {
  it("HSIG-3.12, HSIG-3.13, HSIG-3.14, HSIG-3.15, HSIG-3.16, HSIG-3.17, HSIG-3.18, HSIG-3.22, HSIG-3.23, HSIG-3.26, HSIG-3.29, HSIG-3.4.02, HSIG-3.4.03: covers what it has to and names the request", async () => {
    const { headers } = await sign(plain());
    const input = String(headers.get("signature-input"));
    const nonce = /;nonce="([\w-]{22})"/.exec(input)?.[1];
    expect(input).toBe(
      `wimse=("@status" "workload-identity-token" "content-type" "content-digest" "@method";req "@path";req "@query";req "workload-identity-token";req)` +
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
    [
      "several cookies",
      () =>
        plain("42", {
          headers: [
            ["set-cookie", "a=1"],
            ["set-cookie", "b=2"],
          ],
        }),
    ],
    ["a view", () => ({ status: 200, headers: [["Content-Type", "text/plain"]], body: Buffer.from("42") })],
    [
      "a view of several lines of a covered field",
      () => ({
        status: 200,
        headers: [
          ["content-type", "a/b"],
          ["Content-Type", "c/d"],
        ],
      }),
    ],
    [
      "a view with white space around a value",
      () => ({ status: 200, headers: [["Content-Type", " a/b\t"]], body: Buffer.from("42") }),
    ],
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
    const { workload, response } = await verifyResponse(
      { status: signed.status, headers: lines, body },
      asked,
      exchange.responsePolicy(),
    );
    expect(workload?.id.uri).toBe(TOOLS);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
    const original =
      given instanceof Response ? new Uint8Array(await given.arrayBuffer()) : (given.body ?? new Uint8Array());
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
    expect(signed.headers.get("signature-input")).toContain(
      '"@method";req "@request-target";req "workload-identity-token";req)',
    );
    expect((await judge(signed, older)).workload?.id.uri).toBe(TOOLS);
  });

  it("to HEAD: with the digest of the empty content, or without one", async () => {
    const head = await exchange.ask({}, new Request(AUDIENCE, { method: "HEAD" }));
    expect(await outcomeOf(judge(await sign(plain(null), {}, await exchange.received(head)), head))).toBe("accepted");
  });

  it.each<[string, () => Response | HttpResponseView, string[]]>([
    ["no content", () => plain(null), []],
    ["content", () => plain(), ["content-digest"]],
    [
      "content with its digest",
      () => plain("42", { headers: { "content-digest": digestOf("42") } }),
      ["content-digest"],
    ],
  ])("has the fields of a signature and no others: %s", async (_what, make, more) => {
    const { headers } = await sign(make());
    const fields = ["content-type", "signature", "signature-input", "workload-identity-token", ...more];
    expect([...headers.keys()].filter((name) => !fields.includes(name))).toEqual([]);
    for (const name of more) expect(headers.has(name)).toBe(true);
  });

  it("of a view has no status text, and no content that the view has not", async () => {
    expect((await sign({ status: 200, headers: [] })).statusText).toBe("");
    const { question } = authenticatedRequestFields(received);
    const view = { status: 200, headers: [] };
    expect(await signedResponseView(view, question as SignedQuestion, service, { runtime })).not.toHaveProperty("body");
  });

  it.each([
    [204, new Uint8Array()],
    [205, undefined],
    [599, new Uint8Array(1)],
  ])("has any status of a final response: %d", async (status, body) => {
    const signed = await sign({ status, headers: [], ...(body && { body }) });
    expect(signed.status).toBe(status);
    expect((await judge(signed)).workload?.id.uri).toBe(TOOLS);
  });

  it("HSIG-3.17: the digests of several lines are those of the content, all of them", async () => {
    const lines = (second: string): HttpResponseView => ({
      status: 200,
      headers: [
        ["Content-Digest", digestOf("42")],
        ["content-digest", second],
      ],
      body: Buffer.from("42"),
    });
    expect(await outcomeOf(sign(lines("sha-512=:AAAA:")))).toBe("configuration_invalid");
    expect((await judge(await sign(lines("x=:AAAA:")))).workload?.id.uri).toBe(TOOLS);
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
