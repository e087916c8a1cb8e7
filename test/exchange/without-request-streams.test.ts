import { describe, expect, it } from "vitest";
import { type SignRequestOptions, signRequest } from "../../src/index.js";
import { digestOf, signatureVerifier } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, mistake } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const { credential, runtime } = world;

/** A request in a runtime whose requests have no `body`, whether there is content or not. */
function withoutStream(
  body: string | null,
  changes: { signal?: AbortSignal; content?: () => Promise<ArrayBuffer> } = {},
) {
  const { content, ...init } = changes;
  const request = new Request(AUDIENCE, { method: body === null ? "GET" : "POST", body, ...init });
  const clone = (): Request => {
    const copy = Request.prototype.clone.call(request);
    return content === undefined ? copy : Object.defineProperty(copy, "arrayBuffer", { value: content });
  };
  return Object.defineProperties(request, { body: { value: undefined }, clone: { value: clone } });
}
const sign = async (request: Request, options: SignRequestOptions = {}): Promise<Request> =>
  (await signRequest(request, credential, { runtime, ...options })).request;

describe("content that no stream hands out", () => {
  it("HSIG-3.19: is read whole, digested and moved into the signed request", async () => {
    const request = await sign(withoutStream("two cones"));
    expect(request.headers.get("content-digest")).toBe(digestOf("two cones"));
    const { body } = await signatureVerifier(world).verify(request);
    expect(new TextDecoder().decode(body)).toBe("two cones");
    expect(await request.text()).toBe("two cones");
  });

  it("is none when it is empty", async () => {
    const request = await sign(withoutStream(""));
    expect(request.headers.has("content-digest")).toBe(false);
    expect((await signatureVerifier(world).verify(request)).body).toBeUndefined();
  });

  it("is none in a request that can have none", async () => {
    const request = await sign(withoutStream(null));
    expect([request.method, request.body]).toEqual(["GET", null]);
    expect((await signatureVerifier(world).verify(request)).body).toBeUndefined();
  });

  it("HSIG-3.19: is signed up to the limit, and no longer", async () => {
    const request = await sign(withoutStream("two cones"), { maxBodyBytes: 9 });
    expect(request.headers.get("content-digest")).toBe(digestOf("two cones"));
    await expect(sign(withoutStream("two cones"), { maxBodyBytes: 8 })).rejects.toMatchObject({
      code: "body_too_large",
      requirement: "HSIG-3.19",
    });
  });

  it("that cannot be read is the caller's mistake, and says nothing", async () => {
    const content = () => Promise.reject(new Error("secret"));
    const error = await sign(withoutStream("a", { content })).catch((e) => e);
    expect(error).toMatchObject({ ...mistake, message: expect.stringContaining("cannot be read") });
    expect(`${error.stack}${error.cause}`).not.toContain("secret");
  });

  it("that cannot be read is told in the same way where requests have no signal either", async () => {
    const request = withoutStream("a", { content: () => Promise.reject(new Error("secret")) });
    Object.defineProperty(request, "signal", { value: undefined });
    const message = expect.stringContaining("cannot be read");
    await expect(sign(request)).rejects.toMatchObject({ ...mistake, message });
  });

  it("is given up with the signal, in the caller's words", async () => {
    const controller = new AbortController();
    const content = () => {
      controller.abort(new Error("enough"));
      return Promise.reject(new Error("secret"));
    };
    await expect(sign(withoutStream("a", { content, signal: controller.signal }))).rejects.toThrow("enough");
  });
});
