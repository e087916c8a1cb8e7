import { describe, expect, it } from "vitest";
import { createSigner } from "../../src/crypto/signer.js";
import type { HttpMessageView, HttpRequestView } from "../../src/http/message.js";
import { parseAcceptSignature } from "../../src/httpsig/accept-signature.js";
import { createMessageSignature } from "../../src/httpsig/message-signature.js";
import { authorityOf, readTarget } from "../../src/httpsig/request-target.js";
import { buildSignatureBase } from "../../src/httpsig/signature-base.js";
import { type VerifyMessageSignatureOptions, verifyMessageSignature } from "../../src/httpsig/verify-message.js";
import { clock, expectMistake, issuerKey, NOW } from "../support/wit-fixtures.js";

const signer = await createSigner({ ...issuerKey.privateJwk, alg: "ES256" });
const message: HttpRequestView = { method: "GET", target: "/a", headers: [["Host", "a.example"]] };

async function signed(parameters = {}, labels: readonly string[] = ["sig1"]): Promise<HttpRequestView> {
  let view = message;
  for (const label of labels) {
    const options = { components: ["@method"], parameters, label, signer, runtime: clock() };
    const { signatureInput, signature } = await createMessageSignature(view, options);
    view = { ...view, headers: [...view.headers, ["Signature-Input", signatureInput], ["Signature", signature]] };
  }
  return view;
}
const verify = (view: HttpMessageView, changes: Partial<VerifyMessageSignatureOptions> = {}) =>
  verifyMessageSignature(view, { key: issuerKey.publicJwk, runtime: clock(), ...changes });

describe("a refused signature names the requirement", () => {
  it.each<[string, object, Partial<VerifyMessageSignatureOptions>]>([
    ["signature_missing R9421-3.2.01", {}, { label: "other" }],
    ["signature_parameter_missing R9421-3.2.1.01", {}, { parameters: ["nonce"] }],
    ["signature_component_missing R9421-3.2.1.01", {}, { components: ["@path"] }],
    ["signature_expired R9421-3.2.1.01", { expires: NOW - 60 }, {}],
    ["signature_expired R9421-3.2.1.01", { created: NOW - 60 }, { maxAge: 30 }],
    ["signature_not_yet_valid R9421-3.2.1.01", { created: NOW + 60 }, {}],
    ["signature_invalid R9421-3.2.07", {}, { key: undefined as never, verify: () => false }],
  ])("%s: %o, %o", async (expected, parameters, changes) => {
    const [code, requirement] = expected.split(" ");
    await expect(verify(await signed(parameters), changes)).rejects.toMatchObject({ code, requirement });
  });

  it("signature_multiple R9421-3.2.01", async () => {
    await expect(verify(await signed({}, ["a", "b"]))).rejects.toMatchObject({
      code: "signature_multiple",
      requirement: "R9421-3.2.01",
    });
  });
});

it.each([
  ["signature_malformed", "sig1=1"],
  ["signature_parameter_invalid", "sig1=();created=1"],
  ["signature_parameter_invalid", "sig1=();nonce=1"],
])("a signature that is asked for wrongly: %s R9421-5.1.01: %s", (code, value) => {
  const asking = { ...message, headers: [["Accept-Signature", value]] as const };
  expect(() => parseAcceptSignature(asking)).toThrow(expect.objectContaining({ code, requirement: "R9421-5.1.01" }));
});

describe("a caller's mistake is told by the name of what is wrong", () => {
  it("in options", async () => {
    const view = await signed();
    await expectMistake(verify(view, { nonce: "a" } as object), /^verifyMessageSignature: unknown option "nonce"$/);
    await expectMistake(verify(view, { maxAge: -1 }), /^maxAge: /);
    await expectMistake(
      createMessageSignature(message, { components: [], signer, key: "a" } as never),
      /^createMessageSignature: unknown option "key"$/,
    );
    await expectMistake(
      () => buildSignatureBase(message, ["@method"], {}, { runtime: clock() } as object),
      /^buildSignatureBase: unknown option "runtime"$/,
    );
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["a text", "created=1"],
    ["a number", 1],
    ["a truth value", true],
  ])("in parameters that are %s", async (_what, parameters) => {
    const options = { components: [], parameters: parameters as never, signer, runtime: clock() };
    await expectMistake(createMessageSignature(message, options), /^parameters: an object$/);
  });
});

describe("a target", () => {
  const invalid = (requirement: string) =>
    expect.objectContaining({ code: "signature_component_invalid", requirement });

  it.each([
    ["GET", "/a?b", "origin"],
    ["OPTIONS", "*", "asterisk"],
    ["GET", "https://a.example/b", "absolute"],
    ["CONNECT", "a.example:443", "authority"],
  ])("%s %s has the form: %s", (method, target, form) => {
    expect(readTarget({ method, target, headers: [] }).form).toBe(form);
  });

  it.each(["1http://a.example/b", "a", "a.example:443", "?a"])("R9421-2.5.03: %s has none", (target) => {
    expect(() => readTarget({ method: "GET", target, headers: [] })).toThrow(invalid("R9421-2.5.03"));
  });

  it.each<[string, Partial<HttpRequestView>]>([
    ["no authority", { headers: [] }],
    [
      "two Host lines",
      {
        headers: [
          ["Host", "a"],
          ["Host", "a"],
        ],
      },
    ],
    ["two authorities", { headers: [["Host", "a"]], authority: "b" }],
    ["a malformed authority", { headers: [["Host", "a@b"]] }],
  ])("R9421-2.5.03: beside %s is refused", (_, changes) => {
    const view = { ...message, ...changes };
    expect(() => authorityOf(view, readTarget(view))).toThrow(invalid("R9421-2.5.03"));
  });

  it("R9421-2.4.05, R9421-2.4.01: there is nothing of a request in a request, or in a response whose request is unknown", () => {
    expect(() => buildSignatureBase(message, ['"@method";req'], {}, { request: message })).toThrow(
      invalid("R9421-2.4.05"),
    );
    expect(() => buildSignatureBase({ status: 200, headers: [] }, ['"@method";req'], {})).toThrow(
      invalid("R9421-2.4.01"),
    );
  });
});
