import { describe, expect, it } from "vitest";
import { signRequest, type Verifier } from "../../src/index.js";
import { authenticate, type IncomingMessageLike, requestViewOfIncoming } from "../../src/integrations/node.js";
import { createExchange } from "../support/response-fixtures.js";
import { mistake } from "../support/wpt-fixtures.js";

const { credential, runtime, signatureVerifier } = await createExchange();
const verifier = signatureVerifier({ audience: "urn:svc" });

describe("authenticate without a verifier is the caller's mistake", () => {
  it.each<[string, unknown]>([
    ["none", undefined],
    ["null", null],
    ["an object without verify", {}],
    ["the function itself", verifier.verify],
    ["a verify that is no function", { verify: true }],
  ])("%s", async (_what, given) => {
    const req = { method: "GET", url: "/", rawHeaders: [] };
    const message = "authenticate: a verifier is required";
    await expect(authenticate(req, given as Verifier)).rejects.toMatchObject({ ...mistake, message });
  });
});

describe("content that cannot be read any more is the caller's mistake", () => {
  const message =
    "authenticate: something has read the request's content before; authenticate first, or pass the raw bytes as body";
  async function* content() {
    yield Buffer.from("two cones");
  }
  const [fresh, nothing] = [{ [Symbol.asyncIterator]: content }, {}];

  it.each<[string, Partial<IncomingMessageLike>]>([
    ["a message that was begun", { ...fresh, readableDidRead: true }],
    ["a message that has ended", { ...fresh, readableEnded: true }],
    ["a message that is no stream", nothing],
  ])("%s", async (_what, state) => {
    const { request } = await signRequest(
      new Request("http://127.0.0.1/", { method: "POST", body: "two cones" }),
      credential,
      { audience: "urn:svc", runtime },
    );
    const req = { method: "POST", url: "/", rawHeaders: [...request.headers].flat(), ...state };
    await expect(authenticate(req, verifier)).rejects.toMatchObject({ ...mistake, message });
    const { body } = requestViewOfIncoming(req);
    expect(() => (body as (limit: number) => unknown)(64)).toThrow(expect.objectContaining({ ...mistake, message }));
  });

  it("and content that can be read is read", async () => {
    const { body } = requestViewOfIncoming({ rawHeaders: [], ...fresh, readableDidRead: false, readableEnded: false });
    expect(Buffer.from(await (body as (limit: number) => Promise<Uint8Array>)(64)).toString()).toBe("two cones");
  });
});
