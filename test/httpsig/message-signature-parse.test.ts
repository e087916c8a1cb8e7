import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type Signer } from "wimse/credential";
import { createMessageSignature, parseSignatures } from "wimse/httpsig";
import { encodeBase64 } from "../../src/base/base64.js";
import type { HeaderLine, HttpMessageView } from "../../src/http/message.js";
import { readSignatureFields } from "../../src/httpsig/signature-fields.js";
import { fixedRuntime } from "../../src/testing.js";
import { codeOf, responseView, withLines } from "./support.js";

const NOW = 1_790_000_000;
const runtime = fixedRuntime(NOW + 0.9);
let signer: Signer;
beforeAll(async () => {
  signer = await generateKey("Ed25519");
});

/** A message with these two fields. */
const fields = (input: string | readonly string[], signature: string | readonly string[]): HttpMessageView =>
  responseView({
    headers: [
      ...[input].flat().map((value): HeaderLine => ["Signature-Input", value]),
      ...[signature].flat().map((value): HeaderLine => ["Signature", value]),
    ],
  });

describe("parseSignatures", () => {
  it("tells what each of them covers, and its parameters", () => {
    const message = fields('b=("@status" "a";req);created=1;x-y=tok, a=();tag="t"', ["a=:AQ==:", "b=:AgM=:"]);
    const [first, second] = parseSignatures(message);
    expect(first?.label).toBe("b");
    expect([...(first?.signature ?? [])]).toEqual([2, 3]);
    expect(first?.components.map(({ identifier }) => identifier)).toEqual(['"@status"', '"a";req']);
    expect(Object.entries(first?.parameters ?? {})).toEqual([
      ["created", 1],
      ["x-y", { type: "token", value: "tok" }],
    ]);
    expect(second).toMatchObject({ label: "a", components: [], parameters: { tag: "t" } });
    expect(Object.isFrozen(first) && Object.isFrozen(first?.parameters)).toBe(true);
  });

  it.each<[string, string | string[], string | string[], number]>([
    ["no fields", [], [], 0],
    ["empty fields", "", "", 0],
    ["an empty field", [], "", 0],
    ["several lines (R9421-4.1.01)", ["a=()", "b=()"], ["b=:AA==:", "a=:AA==:"], 2],
    ["one line of several", "a=(),b=()", "a=:AA==:,  b=:AA==:", 2],
    ["parameters of the signature value", "a=()", "a=:AA==:;x", 1],
    ["spaces in the list", 'a=(  "x"   "y"  );  created=1', "a=:AA==:", 1],
    ["white space around, and a fold", '  a=("x"\r\n "y")', " a=:AA==: ", 1],
    ["an empty signature", "a=()", "a=::", 1],
  ])("%s", (_what, input, signature, count) => {
    expect(parseSignatures(fields(input, signature))).toHaveLength(count);
  });

  it("trailers carry them, too", () => {
    const message = responseView({
      headers: [["signature-input", "a=()"]],
      trailers: [
        ["Signature", "a=:AA==:, b=:AA==:"],
        ["Signature-Input", "b=()"],
      ],
    });
    expect(parseSignatures(message).map(({ label }) => label)).toEqual(["a", "b"]);
  });

  it.each<[string, string | string[], string | string[], string]>([
    ["a label twice in one line", "a=(), a=()", "a=:AA==:", "R9421-4.01"],
    ["a label twice in two lines", ["a=()", "a=()"], "a=:AA==:", "R9421-4.01"],
    ["a label twice among the values", "a=()", ["a=:AA==:", "a=:AA==:"], "R9421-4.01"],
    ["a label in Signature only", [], "a=:AA==:", "R9421-4.02"],
    ["a label in Signature-Input only", "a=()", [], "R9421-4.02"],
    ["one label more in Signature", "a=()", "a=:AA==:, b=:AA==:", "R9421-4.02"],
    ["one label more in Signature-Input", "a=(), b=()", "a=:AA==:", "R9421-4.02"],
    ["different labels", "a=()", "b=:AA==:", "R9421-4.02"],
    ["labels that differ in a dot", "a=()", "a.=:AA==:", "R9421-4.02"],
    ["a string for the list", 'a="x"', "a=:AA==:", "R9421-4.1.01"],
    ["no list", "a", "a=:AA==:", "R9421-4.1.01"],
    ["a token in the list", "a=(x)", "a=:AA==:", "R9421-4.1.01"],
    ["a number behind strings", 'a=("x" 1)', "a=:AA==:", "R9421-4.1.01"],
    ["a string for the value", "a=()", 'a="AA=="', "R9421-7.5.3.01"],
    ["a token for the value", "a=()", "a=AA", "R9421-7.5.3.01"],
    ["no value", "a=()", "a", "R9421-7.5.3.01"],
    ["a list for the value", "a=()", "a=(:AA==:)", "R9421-7.5.3.01"],
    ["base64url", "a=()", "a=:_-A=:", "R9421-7.5.3.01"],
    ["base64 without padding", "a=()", "a=:AA:", "R9421-7.5.3.01"],
    ["stray bits", "a=()", "a=:AB==:", "R9421-7.5.3.01"],
    ["a label in upper case", "A=()", "A=:AA==:", "R9421-7.5.3.01"],
    ["an unterminated string", 'a=("x', "a=:AA==:", "R9421-7.5.3.01"],
    ["an unterminated list", 'a=("x"', "a=:AA==:", "R9421-7.5.3.01"],
    ["an unterminated value", "a=()", "a=:AA==", "R9421-7.5.3.01"],
    ["a comma at the end", "a=(),", "a=:AA==:", "R9421-7.5.3.01"],
    ["a line without content beside another", ["a=()", ""], "a=:AA==:", "R9421-7.5.3.01"],
    ["something behind the list", 'a=("x") y', "a=:AA==:", "R9421-7.5.3.01"],
    ["a character that is not ASCII", 'a=("\xe9")', "a=:AA==:", "R9421-7.5.3.01"],
    ["a line feed", 'a=("x"\n)', "a=:AA==:", "R9421-7.5.3.01"],
    ["a tab between components", 'a=("x"\t"y")', "a=:AA==:", "R9421-7.5.3.01"],
  ])("%s: malformed", (_what, input, signature, requirement) => {
    const failure = expect.objectContaining({ code: "signature_malformed", requirement });
    expect(() => parseSignatures(fields(input, signature))).toThrow(failure);
  });

  it.each([
    ["an unknown derived component", '("@foo")', "signature_component_unsupported"],
    ["an unknown component parameter", '("a";foo)', "signature_component_unsupported"],
    ["a component twice", '("a" "a")', "signature_component_invalid"],
    ["a parameter twice", "();tag=1;tag=2", "signature_parameter_invalid"],
    ["an unknown parameter twice", "();x=1;x=1", "signature_parameter_invalid"],
    ["a nonce of 256 bytes", `();nonce="${"n".repeat(256)}"`, "accepted"],
    ["a nonce of 257 bytes", `();nonce="${"n".repeat(257)}"`, "signature_parameter_invalid"],
    ["a tag of 257 bytes", `();tag="${"t".repeat(257)}"`, "signature_parameter_invalid"],
    ["65 components", `(${Array.from({ length: 65 }, (_, i) => `"x${i}"`).join(" ")})`, "signature_component_invalid"],
    ["created that is a Decimal (R9421-2.3.02)", "();created=1.0", "signature_parameter_invalid"],
    ["created that is a Date", "();created=@1", "signature_parameter_invalid"],
    ["created that is negative", "();created=-1", "accepted"],
    ["expires that is true", "();expires", "signature_parameter_invalid"],
    ["alg that is a token", "();alg=ed25519", "signature_parameter_invalid"],
    ["keyid that is bytes", "();keyid=:AA==:", "signature_parameter_invalid"],
    ["unknown parameters of any type (R9421-2.3.03)", '();a;b=1;c="d";e=f;g=:AA==:;h=?0;i=1.5;j=@1', "accepted"],
    ["parameters spelled otherwise (R9421-2.03)", "( );  created=007;x=?1", "accepted"],
  ])("%s: %s → %s", (_what, input, code) => {
    const other = `a=${input}, b=()`;
    expect(codeOf(() => parseSignatures(fields(other, "a=:AA==:, b=:AA==:")))).toBe(code);
    // signatures of others, which nobody asked for, are read and left alone
    expect(readSignatureFields(fields(other, "a=:AA==:, b=:AA==:"))).toHaveLength(2);
  });

  it("reads what was created", async () => {
    const message = withLines(["A", "b"]);
    const parameters = { nonce: 'a"\\', "x-flag": true, "x-token": { type: "token", value: "t" } } as const;
    const made = await createMessageSignature(message, { components: ["a"], parameters, signer, runtime });
    const [signature] = parseSignatures(
      withLines(["Signature-Input", made.signatureInput], ["Signature", made.signature]),
    );
    expect(signature?.parameters).toEqual({ created: NOW, ...parameters });
    expect(made.signature).toBe(`sig1=:${encodeBase64(signature?.signature ?? new Uint8Array())}:`);
  });
});
