import { describe, expect, it } from "vitest";
import { type HttpResponseView, type ResponsePolicy, type SignedRequest, verifyResponse } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import {
  type AnswerParts,
  COVERED,
  COVERED_06,
  createExchange,
  digestOf,
  fetched,
  foreign,
  TAG,
  TOOLS,
  withLine,
  without,
} from "../support/response-fixtures.js";
import { AUDIENCE, outcomeOf } from "../support/wpt-fixtures.js";

const exchange = await createExchange();
const { runtime, service } = exchange;
const asked = await exchange.ask();
const notDemanding = await exchange.ask({ requireSignedResponse: false });

const judge = (response: Response | HttpResponseView, to = asked, changes: Partial<ResponsePolicy> = {}) =>
  verifyResponse(response, to, exchange.responsePolicy(changes));
const answered = async (parts: AnswerParts = {}, to = asked, changes?: Partial<ResponsePolicy>): Promise<string> =>
  outcomeOf(judge(await exchange.answer(to, parts), to, changes));

describe("a signed response", () => {
  it.each<[string, SignedRequest]>([
    ["that was demanded", asked],
    ["HSIG-3.5.07: that was not", notDemanding],
  ])("%s is accepted, with who signed it and the content that was verified", async (_what, to) => {
    const view = await exchange.answer(to);
    for (const response of [view, fetched(view)]) {
      const { workload, response: verified } = await judge(response, to);
      expect(workload?.id.uri).toBe(TOOLS);
      expect([verified.status, await verified.text()]).toEqual([200, "42"]);
      expect(verified.headers.get("content-type")).toBe("text/plain");
    }
  });

  it.each<[string, AnswerParts]>([
    ["404", { status: 404 }],
    ["302", { status: 302, lines: [["Location", "/elsewhere"]] }],
    ["no content", { body: null, lines: [] }],
    ["204", { status: 204, body: null, lines: [] }],
    ["304, whose digest is of what was not sent", { status: 304, body: null, digest: digestOf("42"), lines: [] }],
    ["an empty body with its digest", { body: "" }],
    ["a Content-Digest of two algorithms, one unknown", { digest: `${digestOf("42")}, sha-3=:AAAA:` }],
    [
      "HSIG-6.3.01: fields that are not covered",
      {
        lines: [
          ["X-Cache", "hit"],
          ["Age", "3"],
        ],
      },
    ],
    [
      "fields that are covered beyond what must be",
      { lines: [["ETag", "a"]], covered: [...without("content-type"), '"etag"'] },
    ],
    ["components in another order", { covered: COVERED.toReversed() }],
    ["HSIG-3.32: another label", { label: "sig7" }],
    ["an unknown parameter", { params: { extra: "1" } }],
  ])("%s", async (_what, parts) => {
    expect(await answered(parts)).toBe("accepted");
  });

  it("the response to HEAD has a digest of content that was not sent", async () => {
    const head = await exchange.ask({}, new Request(AUDIENCE, { method: "HEAD" }));
    const view = await exchange.answer(head, { digest: digestOf("42"), body: null });
    expect((await judge(fetched(view), head)).workload?.id.uri).toBe(TOOLS);
  });

  it.each<[string, Partial<AnswerParts>, string]>([
    ["of no bytes", { body: "", digest: digestOf("42") }, "accepted"],
    ["of that digest", {}, "accepted"],
    ["of another digest", { digest: digestOf("43") }, "content_digest_mismatch"],
    ["without a digest", { digest: null }, "content_digest_missing"],
  ])("HSIG-3.20: content %s where none is sent, to HEAD and in a 304", async (_what, parts, code) => {
    const head = await exchange.ask({}, new Request(AUDIENCE, { method: "HEAD" }));
    expect(await answered(parts, head)).toBe(code);
    expect(await answered({ ...parts, status: 304 })).toBe(code);
  });

  it("keeps status, status text, fields and URL", async () => {
    const view = await exchange.answer(asked, { status: 404 });
    const received = fetched(withLine(view, "Set-Cookie", "a=1"));
    Object.defineProperties(received, { url: { value: `${AUDIENCE}?q=1` }, statusText: { value: "Nothing here" } });
    const { response } = await judge(received);
    expect(response).toMatchObject({ status: 404, statusText: "Nothing here", url: `${AUDIENCE}?q=1` });
    expect([...response.headers]).toEqual([...received.headers]);
  });

  it("a response of revision 06 to a request of revision 06", async () => {
    const older = await exchange.ask({ revision: "http-signature-06" });
    expect(await answered({ covered: COVERED_06 }, older)).toBe("accepted");
    expect(await answered({}, older)).toBe("signature_component_missing");
    expect(await answered({ covered: COVERED_06 })).toBe("signature_component_missing");
  });
});

describe("a response without a signature", () => {
  const plain = (): Response => new Response("42", { status: 200, headers: { "x-a": "1" } });

  it("HSIG-3.5.05, HSIG-6.4.02: is refused where one was demanded", async () => {
    await expect(judge(plain())).rejects.toMatchObject({
      code: "response_signature_required",
      requirement: "HSIG-3.5.05",
    });
  });

  it("HSIG-3.5.05: also when it is an error", async () => {
    expect(await outcomeOf(judge(new Response("no", { status: 501 })))).toBe("response_signature_required");
  });

  it("HSIG-3.5.06: is returned as it is where none was demanded, without a workload, unread", async () => {
    const response = plain();
    const result = await judge(response, notDemanding);
    expect(result.response).toBe(response);
    expect(result.workload).toBeUndefined();
    expect(response.bodyUsed).toBe(false);
    expect(await result.response.text()).toBe("42");
  });

  it("HSIG-3.5.06: a stream without end is handed through", async () => {
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(Buffer.from("tick")),
      cancel: () => {
        cancelled = true;
      },
    });
    const { response } = await judge(new Response(endless), notDemanding);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("tick");
    await reader?.cancel();
    expect(cancelled).toBe(true);
  });

  it("HSIG-3.5.06: a view of one becomes a response", async () => {
    const { response } = await judge({ status: 404, headers: [["X-A", "1"]], body: Buffer.from("no") }, notDemanding);
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([404, "1", "no"]);
  });

  it.each<[string, readonly (readonly [string, string])[]]>([
    ["a WIT alone", [["Workload-Identity-Token", service.wit]]],
    ["HSIG-3.33: a signature of somebody else", foreign("proxy", 'tag="cdn"')],
    ["HSIG-3.33: a signature under our label, without our tag", foreign("wimse", "created=1")],
    ["HSIG-3.33: a tag in other letters", foreign("wimse", `tag="${TAG.toUpperCase()}"`)],
    ["HSIG-3.33: a tag that is a token", foreign("wimse", `tag=${TAG}`)],
  ])("%s is no signature", async (_what, headers) => {
    const view = { status: 200, headers, body: Buffer.from("42") };
    expect(await outcomeOf(judge(view))).toBe("response_signature_required");
    expect((await judge(view, notDemanding)).workload).toBeUndefined();
  });

  it("WPT requests cannot demand a signed response, and get none", async () => {
    const wpt = await exchange.ask({ proof: "wpt", requireSignedResponse: false });
    expect((await judge(plain(), wpt)).workload).toBeUndefined();
    const signed = await exchange.answer(asked);
    expect(await outcomeOf(judge(signed, wpt))).toBe("signature_request_nonce_mismatch"); // HSIG-3.5.09
  });
});

describe("the answer to another request", () => {
  it.each<[string, () => Promise<SignedRequest>]>([
    ["HSIG-3.5.09: the same request, signed again", () => exchange.ask()],
    ["HSIG-3.5.09: another query", () => exchange.ask({}, new Request(`${AUDIENCE}?q=2`, { method: "POST" }))],
    ["HSIG-3.5.09: another method", () => exchange.ask({}, new Request(`${AUDIENCE}?q=1`, { method: "PUT" }))],
  ])("%s", async (_what, make) => {
    const view = await exchange.answer(asked);
    expect(await outcomeOf(judge(view, await make()))).toBe("signature_request_nonce_mismatch");
  });

  it.each<[string, RequestInit, string]>([
    ["HSIG-3.13: method", { method: "PUT" }, `${AUDIENCE}?q=1`],
    ["HSIG-3.14: path", { method: "POST" }, `${AUDIENCE}/x?q=1`],
    ["HSIG-3.15: query", { method: "POST" }, `${AUDIENCE}?q=2`],
  ])("%s, under its own nonce: the base is another", async (_what, init, url) => {
    const elsewhere = await exchange.ask({}, new Request(url, init));
    const nonce = /;nonce=("[^"]*")/.exec(String(asked.request.headers.get("signature-input")))?.[1];
    const view = await exchange.answer(elsewhere, { params: { "wimse-req-nonce": nonce } });
    expect(await outcomeOf(judge(view))).toBe("signature_invalid");
  });
});

describe("replay", () => {
  it("HSIG-3.39, HSIG-6.4.01: with a store, each response counts once", async () => {
    const replay = memoryReplayStore({ maxEntries: 10, runtime });
    const view = await exchange.answer(asked);
    expect(await outcomeOf(judge(view, asked, { replay }))).toBe("accepted");
    await expect(judge(view, asked, { replay })).rejects.toMatchObject({
      code: "signature_replayed",
      requirement: "HSIG-3.39",
    });
    expect(await outcomeOf(judge(view))).toBe("accepted"); // unchecked
  });

  it("what is refused uses nothing up", async () => {
    const replay = memoryReplayStore({ maxEntries: 10, runtime });
    const view = await exchange.answer(asked);
    expect(await outcomeOf(judge({ ...view, body: Buffer.from("43") }, asked, { replay }))).toBe(
      "content_digest_mismatch",
    );
    expect(await outcomeOf(judge(view, asked, { replay, expect: () => false }))).toBe("response_workload_unexpected");
    expect(await outcomeOf(judge(view, asked, { replay }))).toBe("accepted");
  });

  it("a store that fails is no answer", async () => {
    const fails = (): never => {
      throw new Error("down");
    };
    expect(await answered({}, asked, { replay: { claim: fails } })).toBe("replay_store_unavailable");
    expect(await answered({}, asked, { replay: { claim: async () => fails() } })).toBe("replay_store_unavailable");
  });
});

describe("a content coding", () => {
  const coded = (coding: string): AnswerParts => ({
    lines: [["Content-Encoding", coding]],
    covered: without("content-type"),
  });

  it.each([
    ["gzip", "response_encoding_unsupported"],
    ["GZIP", "response_encoding_unsupported"],
    ["br, gzip", "response_encoding_unsupported"],
    ["identity", "accepted"],
    [" Identity ", "accepted"],
  ])("R9530-3.02: %s, undone by fetch: %s", async (coding, code) => {
    expect(await outcomeOf(judge(fetched(await exchange.answer(asked, coded(coding)))))).toBe(code);
  });

  it("R9530-3.02: a view has the coded bytes, which are compared", async () => {
    expect(await answered(coded("gzip"))).toBe("accepted");
  });

  it("of a response to HEAD is none", async () => {
    const head = await exchange.ask({}, new Request(AUDIENCE, { method: "HEAD" }));
    const view = await exchange.answer(head, { ...coded("gzip"), digest: digestOf("coded"), body: null });
    expect(await outcomeOf(judge(fetched(view), head))).toBe("accepted");
  });

  it("does no harm to a response that is not signed", async () => {
    const plain = new Response("42", { headers: { "content-encoding": "gzip" } });
    expect(await outcomeOf(judge(plain, notDemanding))).toBe("accepted");
  });
});

it("content that breaks off is refused, without a word of what broke it", async () => {
  const { status, headers } = await exchange.answer(asked);
  const broken = new ReadableStream({
    start: (controller) => controller.error(new Error("secret")),
  });
  const response = new Response(broken, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
  const error = await judge(response).catch((e) => e);
  expect(error).toMatchObject({ code: "response_malformed" });
  expect(`${error}${error.cause}`).not.toContain("secret");
});
