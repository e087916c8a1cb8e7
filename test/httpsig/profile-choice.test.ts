import { describe, expect, it } from "vitest";
import type { HttpRequestView } from "../../src/index.js";
import {
  type SignedRequestParts,
  signatureOf,
  signatureVerifier,
  signedRequest,
  TAG,
  withField,
  withSignatureLines,
} from "../support/signature-fixtures.js";
import { createWorld } from "../support/wpt-fixtures.js";

const world = await createWorld("Ed25519");
const stranger = await createWorld("Ed25519");

async function outcomeFor(request: HttpRequestView): Promise<string> {
  try {
    await signatureVerifier(world).verify(request);
    return "accepted";
  } catch (error) {
    const { code, requirement } = error as { code: string; requirement?: string };
    return `${code} ${requirement}`;
  }
}
const outcome = async (parts: SignedRequestParts): Promise<string> => outcomeFor(await signedRequest(world, parts));

describe("which signature counts", () => {
  const foreign = { parameters: { tag: '"proxy"', keyid: '"k"', alg: '"ed25519"' }, signer: stranger.key };

  it.each<[string, (request: HttpRequestView) => Promise<HttpRequestView>]>([
    ["HSIG-5.2.01: one of an intermediary", (r) => withSignatureLines(world, r, { ...foreign, label: "proxy" })],
    [
      "HSIG-5.2.01: one without tag",
      (r) => withSignatureLines(world, r, { parameters: { tag: undefined }, label: "a" }),
    ],
    [
      "one that covers what nobody knows",
      (r) => withSignatureLines(world, r, { ...foreign, label: "a", components: ['"@x";y', '"X"'] }),
    ],
    [
      "one whose parameters are wrong",
      (r) => withSignatureLines(world, r, { label: "a", parameters: { tag: '"a"', created: '"x"' } }),
    ],
    [
      "one with the tag of older drafts",
      (r) => withSignatureLines(world, r, { label: "a", parameters: { tag: '"wimse-service-to-service"' } }),
    ],
    [
      "one with the tag in other letters",
      (r) => withSignatureLines(world, r, { label: "a", parameters: { tag: `"${TAG.toUpperCase()}"` } }),
    ],
  ])("beside %s, after it", async (_what, add) => {
    expect(await outcomeFor(await add(await signedRequest(world)))).toBe("accepted");
  });

  it("HSIG-5.2.02, HSIG-3.36, HSIG-3.35: an intermediary's under our label, and ours under another", async () => {
    const unsigned = await signedRequest(world, { label: "sig1" });
    const { input, signature } = await signatureOf(world, unsigned, { ...foreign, label: "wimse" });
    expect(await outcomeFor({ ...unsigned, headers: [input, signature, ...unsigned.headers] })).toBe("accepted");
  });

  it("both in one line, in either order", async () => {
    const request = await signedRequest(world);
    const { input, signature } = await signatureOf(world, request, { ...foreign, label: "b" });
    const first = withField(request, "signature-input", (v) => `${input[1]},${v}`);
    expect(await outcomeFor(withField(first, "signature", (v) => `${v} , \t${signature[1]}`))).toBe("accepted");
  });

  it.each<[string, string, SignedRequestParts]>([
    ["HSIG-3.34: two, both sound", "signature_multiple HSIG-3.34", { label: "second" }],
    [
      "HSIG-3.34: a sound one, and one by another key",
      "signature_multiple HSIG-3.34",
      { label: "b", signer: stranger.key },
    ],
    [
      "HSIG-3.34: a sound one, and one that covers nothing",
      "signature_multiple HSIG-3.34",
      { label: "b", components: [] },
    ],
    ["R9421-4.01: two under one label", "signature_malformed R9421-4.01", {}],
    ["R9421-4.01: a foreign one under the same label", "signature_malformed R9421-4.01", foreign],
  ])("%s", async (_what, expected, parts) => {
    expect(await outcomeFor(await withSignatureLines(world, await signedRequest(world), parts))).toBe(expected);
  });

  it("HSIG-3.33: only a foreign one is none", async () => {
    expect(await outcome(foreign)).toBe("proof_missing CREDS-5.1.10");
    expect(await outcome({ parameters: { tag: '""' } })).toBe("proof_missing CREDS-5.1.10");
  });

  const input = (change: (value: string) => string | null) => (r: HttpRequestView) =>
    withField(r, "signature-input", change);
  const signature = (change: (value: string) => string | null) => (r: HttpRequestView) =>
    withField(r, "signature", change);
  it.each<[string, (request: HttpRequestView) => HttpRequestView]>([
    ["no Signature", signature(() => null)],
    ["no Signature-Input", input(() => null)],
    ["an empty Signature", signature(() => "")],
    ["an empty Signature-Input", input(() => "")],
    ["another label in Signature", signature((v) => v.replace("wimse", "sig1"))],
    ["a label more in Signature", signature((v) => `${v}, b=:AA==:`)],
    ["a label more in Signature-Input", input((v) => `${v}, b=()`)],
    ["a signature that is a string", signature(() => 'wimse="AA=="')],
    ["a signature that is a token", signature(() => "wimse=AA")],
    ["a signature that is a list", signature(() => "wimse=(:AA==:)")],
    ["a signature without value", signature(() => "wimse")],
    ["a signature in other base64", signature(() => "wimse=:-_-_:")],
    ["a list that is an item", input(() => `wimse="@method";tag="${TAG}"`)],
    ["a list of tokens", input((v) => v.replaceAll('"@method"', "method"))],
    ["a list that does not end", input((v) => v.replace(")", ""))],
    ["a label in upper case", input((v) => v.replace("wimse=", "WIMSE="))],
    ["a tab in the list", input((v) => v.replace('"@method" ', '"@method"\t'))],
    ["a comma at the end", input((v) => `${v},`)],
    ["no space between components", input((v) => v.replace('" "', '""'))],
    ["a parameter without name", input((v) => `${v};`)],
    ["a number with too many digits", input((v) => v.replace(/created=\d+/, "created=1234567890123456"))],
    ["a character beyond ASCII", input((v) => v.replace('nonce="', 'nonce="é'))],
  ])("R9421-7.5.3.01, R9421-4.02: %s cannot be read", async (_what, change) => {
    expect(await outcomeFor(change(await signedRequest(world)))).toMatch(/^signature_malformed /);
  });

  it("in trailers counts too, and not twice", async () => {
    const request = await signedRequest(world);
    const trailers = request.headers.slice(-2);
    const headers = request.headers.slice(0, -2);
    expect(await outcomeFor({ ...request, headers, trailers })).toBe("accepted");
    expect(await outcomeFor({ ...request, trailers })).toMatch(/^signature_malformed /);
  });
});
