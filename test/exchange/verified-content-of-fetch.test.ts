import { describe, expect, it } from "vitest";
import type { VerifyPolicy } from "../../src/index.js";
import { BODY, signatureVerifier, signedRequest } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const BYTES = new TextEncoder().encode(BODY);
const SIZE = BYTES.length;

const verify = (request: Request, changes: Partial<VerifyPolicy> = {}, signal?: AbortSignal) =>
  signatureVerifier(world, changes).verify(request, signal && { signal });
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

describe("a Request of fetch", () => {
  const requestOf = async (changes: RequestInit = {}): Promise<Request> => {
    const { headers, method } = await signedRequest(world);
    return new Request(`${AUDIENCE}?q=1`, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      body: BODY,
      ...changes,
    });
  };

  it("keeps its body for whoever handles it", async () => {
    const request = await requestOf();
    const { body } = await verify(request);
    expect(body).toEqual(BYTES);
    expect(request.bodyUsed).toBe(false);
    expect(await request.text()).toBe(BODY);
  });

  it("keeps it when it is explained first, and when it is refused", async () => {
    const request = await requestOf();
    expect((await signatureVerifier(world).explain(request)).outcome).toBe("accepted");
    expect(await outcome(request, { allow: () => false })).toBe("workload_not_authorized");
    expect(await outcome(request)).toBe("accepted");
    expect(await request.text()).toBe(BODY);
  });

  it("with another body is refused", async () => {
    expect(await outcome(await requestOf({ body: `${BODY} ` }))).toBe("content_digest_mismatch");
    expect(await outcome(await requestOf({ body: "" }))).toBe("content_digest_mismatch");
  });

  it("with a stream of a body is read to its end, and no further than the limit", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(++pulled && 1000)),
    });
    const stream = (body: ReadableStream) => requestOf({ body, duplex: "half" } as RequestInit);
    const pieces = new Blob([BODY.slice(0, 5), BODY.slice(5)]).stream();
    expect(await outcome(await stream(pieces))).toBe("accepted");
    expect(await outcome(await stream(endless), { maxBodyBytes: 10_000 })).toBe("body_too_large");
    expect(pulled).toBeLessThan(30);
  });

  it("with more than the limit is refused, though nobody gives the original up", async () => {
    const request = await requestOf();
    expect(await outcome(request, { maxBodyBytes: SIZE - 1 })).toBe("body_too_large");
    expect(await request.text()).toBe(BODY);
  });

  it("with a stream that never ends is waited for until the verification is aborted", async () => {
    const silent = (): ReadableStream => new ReadableStream({ pull: () => new Promise(() => undefined) });
    const controller = new AbortController();
    const request = await requestOf({ body: silent(), duplex: "half" } as RequestInit);
    const body = request.clone.bind(request);
    request.clone = () => {
      setImmediate(() => controller.abort(new Error("enough")));
      return body();
    };
    expect(await outcome(request, {}, controller.signal)).toBe("request_malformed");
    const late = await requestOf({ body: silent(), duplex: "half" } as RequestInit);
    expect(await outcome(late, {}, controller.signal)).toBe("request_malformed");
    expect(await outcome(await requestOf(), {}, new AbortController().signal)).toBe("accepted");
  });

  it("with a stream that breaks did not arrive whole", async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error("secret")) });
    const error = await verify(await requestOf({ body, duplex: "half" } as RequestInit)).catch((e) => e);
    expect(error).toMatchObject({ code: "request_malformed" });
    expect(`${error.stack}`).not.toContain("secret");
  });

  it("whose body was read already is the caller's mistake", async () => {
    const request = await requestOf();
    await request.text();
    await expect(verify(request)).rejects.toMatchObject({
      ...mistake,
      message: expect.stringContaining("verify the request first"),
    });
  });

  it("without a body has none", async () => {
    const view = await signedRequest(world, { body: null, method: "GET" });
    const headers = view.headers.map(([name, value]): [string, string] => [name, value]);
    expect((await verify(new Request(`${AUDIENCE}?q=1`, { headers }))).body).toBeUndefined();
  });
});
