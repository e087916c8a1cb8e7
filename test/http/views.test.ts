import { describe, expect, it } from "vitest";
import type { ContentReader, HttpRequestView } from "../../src/http/message.js";
import { requestViewOf } from "../../src/http/views.js";
import { mistake } from "../support/wpt-fixtures.js";

const URL_OF_ALL = "https://a.example/";
const TEXT = new TextEncoder().encode("hello");

async function read({ body }: HttpRequestView, limit: number, signal?: AbortSignal): Promise<Uint8Array> {
  const reader = body as ContentReader;
  return reader(limit, signal && { signal });
}

/** As a runtime has it whose requests show no stream. */
function withoutStream(): Request {
  const request = new Request(URL_OF_ALL, { method: "POST", body: "hello" });
  const clone = (): Request =>
    Object.defineProperty(Request.prototype.clone.call(request), "body", { value: undefined });
  return Object.defineProperties(request, { body: { value: undefined }, clone: { value: clone } });
}

describe("the content of a fetch Request", () => {
  it("is none where there is none", () => {
    expect("body" in requestViewOf(new Request(URL_OF_ALL))).toBe(false);
  });

  describe.each([
    ["with a stream", () => new Request(URL_OF_ALL, { method: "POST", body: "hello" })],
    ["without a stream", withoutStream],
  ])("%s", (_, make) => {
    it("is read up to the limit, which is part of it, and stays there for others", async () => {
      const request = make();
      expect(await read(requestViewOf(request), TEXT.length)).toEqual(TEXT);
      expect(await read(requestViewOf(request), TEXT.length, new AbortController().signal)).toEqual(TEXT);
      expect(request.bodyUsed).toBe(false);
      expect(await request.text()).toBe("hello");
    });

    it("HSIG-3.20: is refused beyond the limit", async () => {
      await expect(read(requestViewOf(make()), TEXT.length - 1)).rejects.toMatchObject({
        code: "body_too_large",
        requirement: "HSIG-3.20",
      });
    });

    it("that was read already is the caller's mistake", async () => {
      const request = make();
      await request.arrayBuffer();
      await expect(read(requestViewOf(request), TEXT.length)).rejects.toMatchObject(mistake);
    });
  });

  it("is waited for no longer than the signal says", async () => {
    const body = new ReadableStream({ pull: () => new Promise<never>(() => undefined) });
    const request = new Request(URL_OF_ALL, { method: "POST", body, duplex: "half" } as RequestInit);
    const controller = new AbortController();
    const reading = read(requestViewOf(request), 10, controller.signal);
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
  });
});
