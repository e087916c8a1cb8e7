import { describe, expect, it } from "vitest";
import type { HeaderLine, HttpRequestView } from "../../src/index.js";
import { BODY, signatureVerifier, signedRequest } from "../support/signature-fixtures.js";
import { AUDIENCE, createWorld, mistake, outcomeOf } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const verifier = signatureVerifier(world, { understoodTokens: ["x-a"] });
const outcome = (view: HttpRequestView | Request): Promise<string> => outcomeOf(verifier.verify(view));

describe("content that is no bytes", () => {
  it.each<[string, unknown]>([
    ["text", BODY],
    ["an object", {}],
    ["an array of numbers", [1, 2]],
    ["a buffer without a view", new ArrayBuffer(3)],
    ["another view of a buffer", new DataView(new ArrayBuffer(3))],
    ["a number", 0],
    ["a stream", new Blob([BODY]).stream()],
  ])("is the caller's mistake, and never passes for none: %s", async (_what, body) => {
    const signed = await signedRequest(world);
    const unsigned = await signedRequest(world, { body: null });
    for (const view of [signed, unsigned]) {
      for (const given of [body, () => body, async () => body]) {
        await expect(verifier.verify({ ...view, body: given as Uint8Array })).rejects.toMatchObject(mistake);
      }
    }
  });

  it.each([null, undefined])("%s is no content", async (body) => {
    const view = await signedRequest(world, { body: null });
    expect(await outcome({ ...view, body: body as unknown as Uint8Array })).toBe("accepted");
    const lines: HeaderLine[] = [["Content-Length", "5"]];
    const announced = await signedRequest(world, { body: null, lines });
    expect(await outcome({ ...announced, body: body as unknown as Uint8Array })).toBe("content_digest_missing");
    for (const read of [() => body, async () => body]) {
      const given = { ...view, body: read as unknown as () => Uint8Array };
      await expect(verifier.verify(given)).rejects.toMatchObject(mistake);
    }
  });

  it("a stream of text in a fetch Request is the caller's mistake", async () => {
    const view = await signedRequest(world);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(BODY);
        controller.close();
      },
    });
    const headers = view.headers.map(([name, value]): [string, string] => [name, value]);
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    await expect(verifier.verify(new Request(`${AUDIENCE}?q=1`, init))).rejects.toMatchObject(mistake);
  });
});

describe("ID-7.1.03: trailers", () => {
  const withTrailers = async (...trailers: HeaderLine[]): Promise<string> =>
    outcome({ ...(await signedRequest(world)), trailers });
  const lines = (count: number): HeaderLine[] => Array.from({ length: count }, (): HeaderLine => ["a", "b"]);

  it("count with the headers: 256 lines in all", async () => {
    expect(await withTrailers(...lines(250))).toBe("accepted");
    expect(await withTrailers(...lines(251))).toBe("request_too_large");
    expect(await withTrailers(["a", "b".repeat(65536)])).toBe("request_too_large");
  });

  it.each<[string, HeaderLine]>([
    ["a name that is none", ["not a name", ""]],
    ["a value with a line end", ["a", "b\nc"]],
  ])("with %s are malformed", async (_what, line) => {
    expect(await withTrailers(line)).toBe("request_malformed");
  });

  it.each<[string, unknown]>([
    ["no array", "a"],
    ["a set of lines, which nobody can count", new Set([["a", "b"]])],
    ["a line that is no pair", [["a"]]],
    ["a line that is text", ["ab"]],
  ])("that are %s are the caller's mistake", async (_what, trailers) => {
    const view = { ...(await signedRequest(world)), trailers } as unknown as HttpRequestView;
    await expect(verifier.verify(view)).rejects.toMatchObject(mistake);
  });

  it("hold a signature as well as headers do", async () => {
    const { headers, ...view } = await signedRequest(world);
    const isSignature = ([name]: HeaderLine): boolean => /^signature/i.test(name);
    const moved = { ...view, headers: headers.filter((l) => !isSignature(l)), trailers: headers.filter(isSignature) };
    expect(await outcome(moved)).toBe("accepted");
    expect(await outcome({ ...moved, target: "/other" })).toBe("signature_invalid");
  });

  it("hold no credentials", async () => {
    const { headers, ...view } = await signedRequest(world, { body: null });
    const isWit = ([name]: HeaderLine): boolean => name === "Workload-Identity-Token";
    const moved = { ...view, headers: headers.filter((line) => !isWit(line)), trailers: headers.filter(isWit) };
    expect(await outcome(moved)).toBe("wit_missing");
  });
});

it("WPT-2.37: what is done to the lines of a view after it was verified changes no token", async () => {
  const components = (sound: readonly string[]) => [...sound, '"x-a"'];
  const view = await signedRequest(world, { lines: [["X-A", "one"]], components });
  const headers = view.headers.map(([name, value]): [string, string] => [name, value]);
  const result = await verifier.verify({ ...view, headers });
  for (const line of headers) if (line[0] === "X-A") line[1] = "planted";
  expect(result.tokens.others.get("x-a")).toBe("one");
});
