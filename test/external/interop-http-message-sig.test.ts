import { appendSignature, createSignature } from "http-message-sig";
import { describe, expect, it } from "vitest";
import { createSigner } from "wimse/credential";
import { createMessageSignature, type HeaderLine, type HttpMessageView, type HttpRequestView } from "wimse/httpsig";
import {
  ALGORITHM_NAMES,
  ALGORITHMS,
  contextOf,
  EXCHANGES,
  type Exchange,
  get,
  NOW,
  REQUEST,
  RESPONSE,
  signed,
  withLines,
  weSign,
  weVerify,
} from "./exchanges.js";
import {
  ourBase,
  theirBase,
  theirComponents,
  theirKeys,
  theirMessage,
  theySign,
  theyVerify,
} from "./http-message-sig.js";

const MALFORMED = "signature_malformed";
const INVALID = "signature_component_invalid";
const UNSUPPORTED = "signature_component_unsupported";
const PARAMETER = "signature_parameter_invalid";

const exchanges = Object.entries<Exchange>({
  ...EXCHANGES,
  "a request, its target as on the request line": { message: REQUEST, components: ["@request-target"] },
});

describe.each(exchanges)("%s", (_, exchange) => {
  const { message, request, components } = exchange;

  it("has one signature base (R9421-2.5.02)", () => {
    const theirs = theirBase(theirMessage(message, request), theirComponents(components));
    expect(ourBase(message, components, contextOf(exchange))).toBe(theirs);
  });

  it.each(ALGORITHM_NAMES)("they sign with %s, we verify (R9421-3.2.06)", async (name) => {
    expect(await weVerify(await theySign(exchange, name), name, contextOf(exchange))).toBe("accepted");
  });

  it.each(ALGORITHM_NAMES)("we sign with %s, they verify (R9421-3.1.03)", async (name) => {
    expect(await theyVerify(theirMessage(await weSign(exchange, name), request), name)).toBe("accepted");
  });
});

describe("messages of fetch", () => {
  const components = ["@method", "@target-uri", "@authority", "@path", "@query", "x-a"];
  const init = { method: "POST", headers: { "x-a": "b" } };
  const request = () => new Request("https://example.com/a?b=c", init);

  it("a request that they sign, we verify", async () => {
    const { signer } = await theirKeys("ed25519");
    const fields = await createSignature(request(), { components, parameters: { created: NOW }, signer });
    const signedRequest = new Request(request(), { headers: appendSignature(request().headers, fields) });
    expect(await weVerify(signedRequest, "ed25519", { components })).toBe("accepted");
  });

  it.each(["request", "response"])("a %s that we sign, they verify", async (kind) => {
    const message = kind === "request" ? request() : new Response("a", { status: 201, headers: { "x-a": "b" } });
    const { signatureInput, signature } = await createMessageSignature(message, {
      components: kind === "request" ? components : ["@status", "x-a"],
      parameters: { created: NOW },
      signer: await createSigner(ALGORITHMS.ed25519.jwk),
    });
    message.headers.append("Signature-Input", signatureInput);
    message.headers.append("Signature", signature);
    expect(await theyVerify(message, "ed25519")).toBe("accepted");
  });
});

describe("several signatures of one message (R9421-3.2.01)", () => {
  it.each(["theirs first", "ours first"])("each verifies on both sides by its label; %s", async (order) => {
    const theirs = (message: HttpMessageView) => theySign(signed(message), "ed25519", "theirs");
    const ours = (message: HttpMessageView) => weSign(signed(message), "ed25519", "ours");
    const both = order === "ours first" ? await theirs(await ours(REQUEST)) : await ours(await theirs(REQUEST));
    for (const label of ["ours", "theirs"]) {
      expect(await weVerify(both, "ed25519", { label })).toBe("accepted");
      expect(await theyVerify(theirMessage(both), "ed25519", { label })).toBe("accepted");
    }
    // which of them is meant has to be said
    expect(await weVerify(both, "ed25519")).toBe("signature_multiple");
    expect(await theyVerify(theirMessage(both), "ed25519")).toBe("LabelRequired");
  });

  it("a response that covers one of the request", async () => {
    const request = (await theySign(signed(REQUEST), "ed25519")) as HttpRequestView;
    const components = ["@status", '"signature";req;key="sig1"', '"@method";req'];
    const exchange = { message: RESPONSE, request, components };
    const theirs = await theySign(exchange, "ecdsa-p256-sha256");
    expect(await weVerify(theirs, "ecdsa-p256-sha256", { request })).toBe("accepted");
    const ours = await weSign(exchange, "ecdsa-p256-sha256");
    expect(await theyVerify(theirMessage(ours, request), "ecdsa-p256-sha256")).toBe("accepted");
  });
});

describe("what both refuse", () => {
  const message = get("/a", ["X", "a=1"]);
  const line = (name: string, value: string): HeaderLine => [name, value];
  const input = line("Signature-Input", 'a=("@path")');
  const signature = line("Signature", "a=:AA==:");

  it.each<[string, readonly HeaderLine[], string, string]>([
    // what, lines, our code, their code
    ["no signature", [], "signature_missing", "MissingField"],
    ["a signature that does not verify", [input, signature], "signature_invalid", "VerificationFailed"],
    ["a label twice", [input, signature, signature], MALFORMED, "DuplicateLabel"],
    ["a label without signature", [line("Signature-Input", "a=(), b=()"), signature], MALFORMED, "LabelMismatch"],
    ["a signature without input", [input, line("Signature", "a=:AA==:, b=:AA==:")], MALFORMED, "LabelMismatch"],
    ["a signature that is a string", [input, line("Signature", 'a="AA=="')], MALFORMED, "MalformedField"],
    ["an input that is an item", [line("Signature-Input", 'a="@path"'), signature], MALFORMED, "MalformedField"],
    ["names that are tokens", [line("Signature-Input", "a=(x)"), signature], MALFORMED, "MalformedField"],
    ["names in capitals", [line("Signature-Input", 'a=("X")'), signature], INVALID, "MalformedField"],
    ["a component twice", [line("Signature-Input", 'a=("x" "x")'), signature], INVALID, "DuplicateComponent"],
    [
      "a component twice, its parameters in another order",
      [line("Signature-Input", 'a=("x";key="a";req "x";req;key="a")'), signature],
      INVALID,
      "DuplicateComponent",
    ],
    ["a field that is not there", [line("Signature-Input", 'a=("y")'), signature], INVALID, "MissingField"],
    ["a member that is not there", [line("Signature-Input", 'a=("x";key="b")'), signature], INVALID, "MissingField"],
    ["req in a request", [line("Signature-Input", 'a=("x";req)'), signature], INVALID, "InvalidComponent"],
    ["@status of a request", [line("Signature-Input", 'a=("@status")'), signature], INVALID, "InvalidComponent"],
    ["key of a method", [line("Signature-Input", 'a=("@method";key="a")'), signature], INVALID, "InvalidComponent"],
    ["a flag that is false", [line("Signature-Input", 'a=("x";req=?0)'), signature], INVALID, "InvalidComponent"],
    ["an unknown component", [line("Signature-Input", 'a=("@foo")'), signature], UNSUPPORTED, "UnsupportedFeature"],
    ["an unknown parameter", [line("Signature-Input", 'a=("x";foo)'), signature], UNSUPPORTED, "UnsupportedFeature"],
    [
      "a parameter twice",
      [line("Signature-Input", "a=();created=1;created=2"), signature],
      PARAMETER,
      "MalformedField",
    ],
    ["a nonce that is a token", [line("Signature-Input", "a=();nonce=b"), signature], PARAMETER, "MalformedField"],
    [
      "a time that is a fraction",
      [line("Signature-Input", "a=();created=1.5"), signature],
      PARAMETER,
      "MalformedField",
    ],
    [
      "a signature that has expired",
      [line("Signature-Input", `a=();expires=${NOW - 10}`), signature],
      "signature_expired",
      "PolicyViolation",
    ],
    [
      "a signature of tomorrow",
      [line("Signature-Input", `a=();created=${NOW + 86_400}`), signature],
      "signature_not_yet_valid",
      "PolicyViolation",
    ],
    [
      "an alg that is not the key's",
      [line("Signature-Input", 'a=();alg="b"'), signature],
      PARAMETER,
      "PolicyViolation",
    ],
  ])("%s", async (_, lines, ours, theirs) => {
    const received = withLines(message, ...lines);
    expect(await weVerify(received, "ed25519")).toBe(ours);
    expect(await theyVerify(theirMessage(received), "ed25519")).toBe(theirs);
  });

  it("a required component that another one only looks like", async () => {
    const exchange = { message: RESPONSE, request: REQUEST, components: ['"content-type";req'] };
    const response = await weSign(exchange, "ed25519");
    const options = { request: REQUEST, components: ["content-type"] };
    expect(await weVerify(response, "ed25519", options)).toBe("signature_component_missing");
    const policy = { requiredComponents: ["content-type"] };
    expect(await theyVerify(theirMessage(response, REQUEST), "ed25519", { policy })).toBe("PolicyViolation");
  });
});
