import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView, VerifyPolicy } from "../../src/index.js";
import { BODY, digestOf, signatureVerifier, signedRequest, withSignatureLines } from "../support/signature-fixtures.js";
import { createWorld, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const BYTES = new TextEncoder().encode(BODY);

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

it("a digest that covers the content is not enough: the signature has to cover the digest", async () => {
  const view = await signedRequest(world, { digest: null });
  const headers: HeaderLine[] = [...view.headers, ["Content-Digest", digestOf(BODY)]];
  expect(await outcome({ ...view, headers })).toBe("signature_component_missing");
  const second = await withSignatureLines(world, { ...view, headers }, { label: "b", parameters: { tag: '"other"' } });
  expect(await outcome(second)).toBe("signature_component_missing");
});
