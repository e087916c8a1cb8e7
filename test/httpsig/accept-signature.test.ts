import { describe, expect, it } from "vitest";
import { generateKey } from "wimse/credential";
import {
  createMessageSignature,
  parseAcceptSignature,
  parseSignatures,
  type RequestedSignature,
  serializeAcceptSignature,
} from "wimse/httpsig";
import { fixedRuntime } from "../../src/testing.js";
import { codeOf, requestView, responseView, withLines } from "./support.js";

const ask = (...values: string[]) => withLines(...values.map((value) => ["Accept-Signature", value] as const));
const MALFORMED = "signature_malformed";
const INVALID = "signature_component_invalid";

describe("parseAcceptSignature", () => {
  it("reads what is asked for (R9421-5.1.01)", () => {
    const requested = parseAcceptSignature(
      ask('a=("@status" "b";req);created;keyid="k";expires;x-y=1', 'c=();tag="t";nonce="n";alg="ed25519"'),
    );
    expect(requested).toMatchObject([
      { label: "a", parameters: { keyid: "k", "x-y": 1 }, created: true, expires: true },
      { label: "c", parameters: { tag: "t", nonce: "n", alg: "ed25519" }, created: false, expires: false },
    ]);
    expect(requested[0]?.components.map(({ identifier }) => identifier)).toEqual(['"@status"', '"b";req']);
    expect(Object.keys(requested[0]?.parameters ?? {})).toEqual(["keyid", "x-y"]);
  });

  it("reads nothing where nothing is asked for; reading obliges to nothing (R9421-5.2.02)", () => {
    expect(parseAcceptSignature(requestView())).toEqual([]);
    expect(parseAcceptSignature(ask(""))).toEqual([]);
  });

  it.each([
    ["no dictionary", "a=(", MALFORMED],
    ["a string for the list", 'a="b"', MALFORMED],
    ["a token in the list", "a=(b)", MALFORMED],
    ["a label twice (R9421-4.01)", "a=(), a=()", MALFORMED],
    ["created with a value (R9421-5.1.01)", "a=();created=1", "signature_parameter_invalid"],
    ["created that is false", "a=();created=?0", "signature_parameter_invalid"],
    ["expires with a value", 'a=();expires="1"', "signature_parameter_invalid"],
    ["nonce without a value", "a=();nonce", "signature_parameter_invalid"],
    ["tag that is a token", "a=();tag=b", "signature_parameter_invalid"],
    ["keyid that is a number", "a=();keyid=1", "signature_parameter_invalid"],
    ["alg without a value", "a=();alg", "signature_parameter_invalid"],
    ["a parameter twice", "a=();x;x", "signature_parameter_invalid"],
    ["a component twice", 'a=("b" "b")', INVALID],
    ["an unknown component", 'a=("@foo")', "signature_component_unsupported"],
    ["a component that covers itself", 'a=("@signature-params")', INVALID],
    ["the method of a response (R9421-5.03)", 'a=("@method")', INVALID],
    ["@status of a request (R9421-2.2.9.01)", 'a=("@status";req)', INVALID],
  ])("in a request, %s: %s → %s", (_what, value, code) => {
    expect(codeOf(() => parseAcceptSignature(ask(value)))).toBe(code);
  });

  it.each([
    ['a=("@method" "b")', "accepted"],
    ['a=("@status")', INVALID],
    ['a=("b";req)', INVALID],
    ['a=("@method";req)', INVALID],
  ])("in a response, which asks about the next request: %s → %s (R9421-5.03)", (value, code) => {
    const message = responseView({ headers: [["accept-signature", value]] });
    expect(codeOf(() => parseAcceptSignature(message))).toBe(code);
  });
});

describe("serializeAcceptSignature", () => {
  it("writes what is asked for, in its order (R9421-5.1.01)", () => {
    const requested: RequestedSignature[] = [
      { label: "a", components: ["@status", '"b";req'], parameters: { tag: "t", keyid: 'k"' }, expires: true },
      { label: "c", components: [], created: true, expires: true },
      { label: "d", components: [], created: false },
    ];
    expect(serializeAcceptSignature(requested, "response")).toBe(
      'a=("@status" "b";req);expires;tag="t";keyid="k\\"", c=();created;expires, d=()',
    );
    expect(serializeAcceptSignature([], "request")).toBe("");
  });

  it("is read again", () => {
    const value = 'a=("@status" "b";req);created;tag="t", c=();expires;x-y=tok';
    expect(serializeAcceptSignature(parseAcceptSignature(ask(value)), "response")).toBe(value);
  });

  it.each<[string, RequestedSignature[], "request" | "response", string]>([
    ["@status of a request (R9421-5.03)", [{ label: "a", components: ["@status"] }], "request", INVALID],
    ["req in a request", [{ label: "a", components: ['"b";req'] }], "request", INVALID],
    ["the method of a response", [{ label: "a", components: ["@method"] }], "response", INVALID],
    ["a component twice", [{ label: "a", components: ["b", "b"] }], "request", INVALID],
    ["an unknown component", [{ label: "a", components: ["@b"] }], "request", "signature_component_unsupported"],
  ])("%s", (_what, requested, target, code) => {
    expect(codeOf(() => serializeAcceptSignature(requested, target))).toBe(code);
  });

  it.each<[string, unknown, unknown]>([
    [
      "a label twice",
      [
        { label: "a", components: [] },
        { label: "a", components: ["b"] },
      ],
      "request",
    ],
    ["a label that is none", [{ label: "A", components: [] }], "request"],
    ["created with a value", [{ label: "a", components: [], parameters: { created: 1 } }], "request"],
    ["expires with a value", [{ label: "a", components: [], parameters: { expires: 1 } }], "request"],
    ["a tag that is none", [{ label: "a", components: [], parameters: { tag: 1 } }], "request"],
    ["no components", [{ label: "a" }], "request"],
    ["nothing to ask for", undefined, "request"],
    ["null to ask for", null, "request"],
    ["one signature that is not in an array", { label: "a", components: [] }, "request"],
    ["a set of signatures", new Set([{ label: "a", components: [] }]), "request"],
    ["no target", [], undefined],
    ["another target", [], "message"],
  ])("%s: the caller's mistake", (_what, requested, target) => {
    expect(codeOf(() => serializeAcceptSignature(requested as RequestedSignature[], target as "request"))).toBe(
      "configuration_invalid",
    );
  });
});

it("an answer has the label, the components and all parameters that were asked for (R9421-5.2.01, R9421-5.02)", async () => {
  const request = ask('mine=("@status" "@method";req "content-type");created;tag="app";x-y=tok, other=();nonce="n"');
  const response = responseView();
  const signer = await generateKey("Ed25519");
  const headers: (readonly [string, string])[] = [...response.headers];
  for (const { label, components, parameters } of parseAcceptSignature(request)) {
    const options = { label, components, parameters, signer, request, runtime: fixedRuntime(7) };
    const fields = await createMessageSignature({ ...response, headers }, options);
    headers.push(["Signature-Input", fields.signatureInput], ["Signature", fields.signature]);
  }
  expect(headers.filter(([name]) => name === "Signature-Input").map(([, value]) => value)).toEqual([
    'mine=("@status" "@method";req "content-type");created=7;tag="app";x-y=tok',
    'other=();created=7;nonce="n"',
  ]);
  expect(parseSignatures({ ...response, headers })).toHaveLength(2);
});
