import { describe, expect, it } from "vitest";
import { configurationInvalid, WimseError } from "../../src/base/errors.js";
import type { HeaderLine, HttpRequestView, VerifyPolicy } from "../../src/index.js";
import { BODY, digestOf, signatureVerifier, signedRequest, withSignatureLines } from "../support/signature-fixtures.js";
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

describe("the content of a signed request", () => {
  it("HSIG-3.20, HSIG-3.21: is handed over as it was received", async () => {
    const { body } = await verify(await signedRequest(world));
    expect(body).toEqual(BYTES);
  });

  it("is absent where there is none, and empty where an empty one has a digest", async () => {
    expect((await verify(await signedRequest(world, { body: null }))).body).toBeUndefined();
    expect((await verify(await signedRequest(world, { body: null, digest: digestOf("") }))).body).toHaveLength(0);
    expect((await verify(await signedRequest(world, { body: "", digest: null }))).body).toBeUndefined();
  });

  it("is not handed over, nor read, where only a WPT was verified", async () => {
    const view = await world.request();
    const body = () => {
      throw new Error("read");
    };
    expect((await world.verifier().verify({ ...view, body })).body).toBeUndefined();
  });

  it.each<[string, HttpRequestView["body"]]>([
    ["one byte changed", BYTES.map((byte, i) => (i === 3 ? byte ^ 1 : byte))],
    ["one byte more", new Uint8Array([...BYTES, 10])],
    ["one byte less", BYTES.slice(1)],
    ["none, where it was signed with some", new Uint8Array()],
    ["none at all", undefined],
    ["what a function reads", () => new Uint8Array(1)],
    ["what a function waits for", async () => new Uint8Array(1)],
  ])("HSIG-3.20: %s is refused", async (_what, body) => {
    await expect(verify(await withBody(body))).rejects.toMatchObject({
      code: "content_digest_mismatch",
      requirement: "R9530-2.01",
      status: 400,
    });
  });

  it.each<[string, string, string]>([
    ["sha-512", digestOf(BODY, "sha-512"), "accepted"],
    ["both", `${digestOf(BODY)}, ${digestOf(BODY, "sha-512")}`, "accepted"],
    ["a known and an unknown one", `md5=:AA==:, ${digestOf(BODY)}`, "accepted"],
    ["with a parameter", `${digestOf(BODY)};a=1`, "accepted"],
    ["of no content", digestOf(""), "content_digest_mismatch"],
    ["two, the first wrong", `${digestOf("")}, ${digestOf(BODY, "sha-512")}`, "content_digest_mismatch"],
    ["two, the second wrong", `${digestOf(BODY)}, ${digestOf("", "sha-512")}`, "content_digest_mismatch"],
    ["shorter", "sha-256=:AA==:", "content_digest_mismatch"],
    ["HSIG-3.21: only unknown ones", `md5=:AA==:, sha=:AA==:`, "content_digest_unsupported"],
    ["empty", "", "content_digest_malformed"],
    ["a string", 'sha-256="a"', "content_digest_malformed"],
    ["a name alone", "sha-256", "content_digest_malformed"],
    ["in the form of older RFCs", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", "content_digest_malformed"],
    ["a list", `sha-256=(${digestOf(BODY).slice(8)})`, "content_digest_malformed"],
    ["with a comma at the end", `${digestOf(BODY)},`, "content_digest_malformed"],
  ])("HSIG-3.20: a digest that is %s", async (_what, digest, expected) => {
    expect(await outcome(await signedRequest(world, { digest }))).toBe(expected);
  });

  it("HSIG-3.20: of two lines every digest counts", async () => {
    const second = (digest: string): HeaderLine[] => [["content-digest", digest]];
    expect(await outcome(await signedRequest(world, { lines: second(digestOf(BODY, "sha-512")) }))).toBe("accepted");
    expect(await outcome(await signedRequest(world, { lines: second(digestOf("", "sha-512")) }))).toBe(
      "content_digest_mismatch",
    );
    const digest = digestOf("", "sha-512");
    expect(await outcome(await signedRequest(world, { digest, lines: second(digestOf(BODY)) }))).toBe(
      "content_digest_mismatch",
    );
  });

  it("HSIG-3.19: Repr-Digest and Digest are no substitutes", async () => {
    for (const name of ["Repr-Digest", "Digest"]) {
      const request = await signedRequest(world, { digest: null, lines: [[name, digestOf(BODY)]] });
      await expect(verify(request)).rejects.toMatchObject({ code: "content_digest_missing", requirement: "HSIG-3.19" });
    }
  });

  it("HSIG-3.19: one in a trailer is none", async () => {
    const request = await signedRequest(world, { digest: null });
    expect(await outcome({ ...request, trailers: [["Content-Digest", digestOf(BODY)]] })).toBe(
      "content_digest_missing",
    );
  });
});

describe("what the head says of the content", () => {
  const announced = (lines: HeaderLine[], digest: string | null, body?: HttpRequestView["body"]) => async () => {
    const { body: _none, ...request } = await signedRequest(world, { body: null, digest, lines });
    return { ...request, ...(body !== undefined && { body }) };
  };
  const length = (value: string): HeaderLine[] => [["Content-Length", value]];
  const chunked: HeaderLine[] = [["Transfer-Encoding", "chunked"]];
  const unread = () => {
    throw new Error("read");
  };

  it.each<[string, string, () => Promise<HttpRequestView>]>([
    ["a length, no digest, no content in the view", "content_digest_missing", announced(length("5"), null)],
    ["chunks, no digest, no content in the view", "content_digest_missing", announced(chunked, null)],
    ["a length that is none, no content in the view", "content_digest_missing", announced(length("x"), null)],
    [
      "two lengths, no content in the view",
      "content_digest_missing",
      announced([...length("0"), ...length("0")], null),
    ],
    ["a length, no digest: told before it is read", "content_digest_missing", announced(length("5"), null, unread)],
    [
      "too great a length: told before it is read",
      "body_too_large",
      announced(length("1048577"), digestOf(""), unread),
    ],
    ["too great a length, no digest", "body_too_large", announced(length("1048577"), null)],
    ["a length with white space around it", "body_too_large", announced(length(" 1048577\t"), null, unread)],
    ["the greatest length", "request_malformed", announced(length("1048576"), digestOf(""), unread)],
    ["a length of nothing", "accepted", announced(length("0"), null)],
    ["a length of nothing, read", "accepted", announced(length("0"), null, () => new Uint8Array())],
    ["chunks, of which there are none", "accepted", announced(chunked, null, () => new Uint8Array())],
    ["chunks without digest", "content_digest_missing", announced(chunked, null, () => BYTES)],
    [
      "a length of nothing, and content all the same",
      "content_digest_missing",
      announced(length("0"), null, () => BYTES),
    ],
    [
      "a length of nothing, chunks, and no content",
      "content_digest_missing",
      announced([...length("0"), ...chunked], null),
    ],
    ["a digest of nothing, a length, no content", "accepted", announced(length("0"), digestOf(""))],
  ])("HSIG-3.19: %s: %s", async (_what, expected, request) => {
    expect(await outcome(await request())).toBe(expected);
  });
});

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

it("a digest that covers the content is not enough: the signature has to cover the digest", async () => {
  const view = await signedRequest(world, { digest: null });
  const headers: HeaderLine[] = [...view.headers, ["Content-Digest", digestOf(BODY)]];
  expect(await outcome({ ...view, headers })).toBe("signature_component_missing");
  const second = await withSignatureLines(world, { ...view, headers }, { label: "b", parameters: { tag: '"other"' } });
  expect(await outcome(second)).toBe("signature_component_missing");
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
