import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { type FetchDocumentOptions, fetchDocument } from "../../../src/trust/key-source/fetch-document.js";
import { LoadFailure } from "../../../src/trust/key-source/load-failure.js";
import { caughtFrom } from "../../support/wit-fixtures.js";
import { responded } from "../bundle-support.js";

const URL_OF_KEYS = new URL("https://id.example.com/keys");

/** A body of pieces with these lengths, or of these chunks; it stays open after them unless it `ends`. */
function bodyOf(pieces: readonly unknown[], { ends = true } = {}) {
  const left = [...pieces];
  const body = {
    /** How often somebody gave it up. */
    cancelled: 0,
    stream: new ReadableStream({
      pull(controller) {
        const piece = left.shift();
        if (piece !== undefined) controller.enqueue(typeof piece === "number" ? new Uint8Array(piece) : piece);
        else if (ends) controller.close();
      },
      cancel() {
        body.cancelled++;
      },
    }),
  };
  return body;
}

/** A response that has the members which are read, each of them as it is given. */
function response(changes: object): Response {
  return { status: 200, type: "basic", redirected: false, headers: new Headers(), body: null, ...changes } as Response;
}

const to = (location: string) => ({ status: 302, headers: new Headers({ location }) });

/** Fetches what comes of these responses, in turn. */
function fetched(responses: readonly Response[], changes: Partial<FetchDocumentOptions> = {}) {
  const sent: string[] = [];
  const document = fetchDocument(URL_OF_KEYS, {
    async fetch(url) {
      sent.push(String(url));
      return responses[sent.length - 1] as Response;
    },
    maxBytes: 100_000,
    accept: "application/json",
    redirects: "same-origin",
    allowInsecureLoopback: false,
    signal: new AbortController().signal,
    ...changes,
  });
  return { document, sent };
}

async function failureOf(document: Promise<unknown>): Promise<string> {
  const error = await caughtFrom(document);
  if (!(error instanceof LoadFailure)) throw error;
  return error.reason;
}

describe("the connection of a response that is not read", () => {
  it.each<[what: string, changes: object, failure: string]>([
    ["leads elsewhere", to("https://evil.example.com/keys"), "redirect_refused"],
    ["leads nowhere", { status: 302 }, "redirect_refused"],
    ["tells of a failure", { status: 503 }, "status_503"],
    ["is of a redirect that was followed unasked", { redirected: true }, "redirect_refused"],
    ["is of a redirect that is hidden", { type: "opaqueredirect" }, "redirect_refused"],
  ])("is freed where it %s, and nothing else is sent", async (_what, changes, failure) => {
    const body = bodyOf([1], { ends: false });
    const { document, sent } = fetched([response({ ...changes, body: body.stream })]);
    expect(await failureOf(document)).toBe(failure);
    expect(body.cancelled).toBe(1);
    expect(sent).toEqual([URL_OF_KEYS.href]);
  });

  it("is freed at each redirect, the one too many included", async () => {
    const bodies = Array.from({ length: 4 }, () => bodyOf([1], { ends: false }));
    const { document, sent } = fetched(bodies.map(({ stream }) => response({ ...to("/keys"), body: stream })));
    expect(await failureOf(document)).toBe("redirect_refused");
    expect(bodies.map(({ cancelled }) => cancelled)).toEqual([1, 1, 1, 1]);
    expect(sent).toHaveLength(4);
  });

  it("is freed where the document at hand is current", async () => {
    const body = bodyOf([1], { ends: false });
    const { document } = fetched([response({ status: 304, body: body.stream })], { etag: '"one"' });
    expect((await document).bytes).toBeUndefined();
    expect(body.cancelled).toBe(1);
  });
});

describe("a body", () => {
  it.each<[what: string, pieces: readonly unknown[], maxBytes: number, failure: string]>([
    ["has a byte too many", [101], 100, "too_large"],
    ["has a byte too many in all", [60, 41], 100, "too_large"],
    ["is of text", ["keys"], 100, "unreachable"],
    ["is of something with a length", [{ length: 1 }], 100, "unreachable"],
  ])("that %s is given up", async (_what, pieces, maxBytes, failure) => {
    const body = bodyOf(pieces, { ends: false });
    const { signal } = new AbortController();
    const { document } = fetched([response({ body: body.stream })], { maxBytes, signal });
    expect(await failureOf(document)).toBe(failure);
    expect(body.cancelled).toBe(1);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it.each<[pieces: readonly number[], maxBytes: number]>([
    [[100], 100],
    [[60, 40], 100],
    [[5000, 1], 5001],
  ])("may have as many bytes as there may be: %j of %i", async (pieces, maxBytes) => {
    const { signal } = new AbortController();
    const { document } = fetched([response({ body: bodyOf(pieces).stream })], { maxBytes, signal });
    expect((await document).bytes).toHaveLength(maxBytes);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("is given up as soon as the signal aborts, and counts for nothing as far as it came", async () => {
    const body = bodyOf([10], { ends: false });
    const controller = new AbortController();
    const { document } = fetched([response({ body: body.stream })], { signal: controller.signal });
    const failure = failureOf(document);
    await responded();
    expect(body.cancelled).toBe(0);
    controller.abort();
    await responded();
    expect(body.cancelled).toBe(1);
    expect(await failure).toBe("closed");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it.each<[pieces: readonly number[], maxBytes: number, room: number]>([
    [[1], 100_000, 4096],
    [[4096], 100_000, 4096],
    [[4096, 1], 100_000, 8192],
    [[4096, 4096, 1], 100_000, 16_384],
    [[20_000], 100_000, 20_000],
    [[100], 100, 100],
    [[4096, 1000], 6000, 6000],
  ])("takes up no more than twice its length, nor more than it may have: %j of %i", async (pieces, maxBytes, room) => {
    const { document } = fetched([response({ body: bodyOf(pieces).stream })], { maxBytes });
    const { bytes } = await document;
    expect(bytes).toHaveLength(pieces.reduce((sum, length) => sum + length));
    expect(bytes?.buffer.byteLength).toBe(room);
  });
});
