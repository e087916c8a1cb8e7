import { describe, expect, it } from "vitest";
import { configurationInvalid, WimseError } from "../../src/base/errors.js";
import type { HeaderLine, HttpRequestView, VerifyPolicy } from "../../src/index.js";
import { BODY, digestOf, signatureVerifier, signedRequest } from "../support/signature-fixtures.js";
import { createWorld, mistake, NOW, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const BYTES = new TextEncoder().encode(BODY);
const SIZE = BYTES.length;

const verify = (request: HttpRequestView, changes: Partial<VerifyPolicy> = {}, signal?: AbortSignal) =>
  signatureVerifier(world, changes).verify(request, signal && { signal });
const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));

/** A sound request with this body in place of the one that was signed. */
const withBody = async (body: HttpRequestView["body"], digest?: string): Promise<HttpRequestView> => {
  const { body: _signed, ...request } = await signedRequest(world, digest === undefined ? {} : { digest });
  return { ...request, ...(body !== undefined && { body }) };
};

describe("maxBodyBytes", () => {
  it.each([
    [SIZE, "accepted"],
    [SIZE - 1, "body_too_large"],
    [0, "body_too_large"],
  ])("of %d: %s, read or there already", async (maxBodyBytes, expected) => {
    expect(await outcome(await signedRequest(world), { maxBodyBytes })).toBe(expected);
    expect(await outcome(await withBody(() => BYTES), { maxBodyBytes })).toBe(expected);
    expect(await outcome(await withBody(async () => BYTES), { maxBodyBytes })).toBe(expected);
    const lines: HeaderLine[] = [["Content-Length", String(SIZE)]];
    expect(await outcome(await signedRequest(world, { lines }), { maxBodyBytes })).toBe(expected);
  });

  it("is 1 MiB by default, and is what a reader is told, with the signal", async () => {
    const asked: unknown[] = [];
    const { signal } = new AbortController();
    const body: HttpRequestView["body"] = (...args) => {
      asked.push(args);
      return BYTES;
    };
    await verify(await withBody(body), {}, signal);
    await verify(await withBody(body), { maxBodyBytes: 99 });
    expect(asked).toEqual([
      [1_048_576, { signal }],
      [99, undefined],
    ]);
    for (const [length, code] of [
      [1_048_576, "accepted"],
      [1_048_577, "body_too_large"],
    ] as const) {
      const bytes = new Uint8Array(length);
      expect(await outcome(await withBody(bytes, digestOf(bytes)))).toBe(code);
    }
  });

  it("is answered with 413", async () => {
    const verifier = signatureVerifier(world, { maxBodyBytes: 0 });
    const error = await verifier.verify(await signedRequest(world)).catch((e) => e);
    expect(error).toMatchObject({ code: "body_too_large", status: 413, requirement: "HSIG-3.20" });
    expect(verifier.problem(error).status).toBe(413);
  });
});

describe("a reader of the content", () => {
  const fail = (error: unknown) => () => {
    throw error;
  };

  it("is asked once", async () => {
    const asked: number[] = [];
    await verify(await withBody((limit) => (asked.push(limit) > 0 ? BYTES : BYTES)));
    expect(asked).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ["an error", new Error("secret")],
    ["a TypeError", new TypeError("secret")],
    ["a string", "secret"],
    ["nothing", undefined],
    ["null", null],
  ])("that fails with %s: the content did not arrive whole", async (_what, thrown) => {
    for (const body of [fail(thrown), () => Promise.reject(thrown)]) {
      const error = await verify(await withBody(body as () => never)).catch((e) => e);
      expect(error).toMatchObject({ code: "request_malformed", requirement: "HSIG-3.20", status: 400 });
      expect(`${error.stack}${error.cause}`).not.toContain("secret");
    }
  });

  it("may say why it fails, in words of this library", async () => {
    const large = new WimseError("body_too_large", "m");
    for (const body of [fail(large), () => Promise.reject(large)]) {
      expect(await outcome(await withBody(body as () => never))).toBe("body_too_large");
    }
    const wrong = configurationInvalid("m");
    await expect(verify(await withBody(fail(wrong) as () => never))).rejects.toBe(wrong);
    const pretended = Object.assign(new TypeError("m"), mistake);
    expect(await outcome(await withBody(fail(pretended) as () => never))).toBe("request_malformed");
  });

  it("may take its time", async () => {
    const body = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return BYTES;
    };
    expect(await outcome(await withBody(body))).toBe("accepted");
  });
});

describe("content that takes its time", () => {
  const arriving = (at: number) => async (): Promise<Uint8Array> => {
    world.runtime.setTime(at);
    return BYTES;
  };

  it.each<[string, number, string]>([
    ["within the life of the signature", 64, "accepted"],
    ["when the signature is over", 65, "signature_expired"],
    ["when the WIT is over, too", 3605, "wit_expired"],
  ])("HSIG-5.1.05: %s (%d s later): %s", async (_what, later, expected) => {
    world.runtime.setTime(NOW);
    expect(await outcome(await withBody(arriving(NOW + later)))).toBe(expected);
    world.runtime.setTime(NOW);
  });
});

describe("content that is no bytes", () => {
  it.each<[string, unknown]>([
    ["an ArrayBuffer", new ArrayBuffer(4)],
    ["text", "evil"],
    ["a parsed object", { evil: true }],
    ["what a function reads", () => new ArrayBuffer(4)],
    ["what a function waits for", async () => "evil"],
    ["nothing that a function reads", () => undefined],
  ])("HSIG-3.20: %s is the caller's mistake, and never no content", async (_what, body) => {
    const request = await signedRequest(world, { body: null });
    await expect(verify({ ...request, body: body as Uint8Array })).rejects.toMatchObject(mistake);
  });

  it("HSIG-3.19: null is no content, and not one that was announced", async () => {
    const request = await signedRequest(world, { body: null });
    const body = null as unknown as Uint8Array;
    expect((await verify({ ...request, body })).body).toBeUndefined();
    const headers: HeaderLine[] = [...request.headers, ["Transfer-Encoding", "chunked"]];
    expect(await outcome({ ...request, headers, body })).toBe("content_digest_missing");
  });
});
