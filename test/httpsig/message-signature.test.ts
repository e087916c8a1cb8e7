import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type Signer } from "wimse/credential";
import { type CreateMessageSignatureOptions, createMessageSignature, parseSignatures } from "wimse/httpsig";
import { encodeBase64 } from "../../src/base/base64.js";
import type { HeaderLine, HttpMessageView } from "../../src/http/message.js";
import { readSignatureFields } from "../../src/httpsig/signature-fields.js";
import { fixedRuntime } from "../../src/testing.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import { codeOf, requestView, responseView, withLines } from "./support.js";

const NOW = 1_790_000_000;
const runtime = fixedRuntime(NOW + 0.9);
let signer: Signer;
beforeAll(async () => {
  signer = await generateKey("Ed25519");
});

describe("createMessageSignature", () => {
  const create = (message: HttpMessageView, options: Partial<CreateMessageSignatureOptions> = {}) =>
    createMessageSignature(message, { components: ["@method"], signer, runtime, ...options });

  it("gives the values of the two fields, under one label (R9421-4.01, R9421-4.1.01)", async () => {
    const fields = await create(requestView(), { label: "my.sig-1*" });
    expect(fields.signatureInput).toBe(`my.sig-1*=("@method");created=${NOW}`);
    expect(fields.signature).toMatch(/^my\.sig-1\*=:[A-Za-z0-9+/]{86}==:$/);
    expect((await create(requestView())).signatureInput).toMatch(/^sig1=/);
  });

  it("signs the base and nothing else (R9421-3.3.7.01)", async () => {
    const signed: string[] = [];
    const spy: Signer = {
      ...signer,
      async sign(data) {
        signed.push(Buffer.from(data).toString("latin1"));
        return Uint8Array.of(1, 2, 3);
      },
    };
    const { signature } = await create(requestView(), { signer: spy, components: ["@path", "host"] });
    expect(signed).toEqual([
      `"@path": /foo\n"host": example.com\n"@signature-params": ("@path" "host");created=${NOW}`,
    ]);
    expect(signature).toBe("sig1=:AQID:");
  });

  it("created is the current time, in whole seconds, unless it is given (R9421-3.1.02, R9421-7.2.4.01)", async () => {
    const inputOf = async (parameters: CreateMessageSignatureOptions["parameters"]) =>
      (await create(requestView(), parameters && { parameters })).signatureInput;
    expect(await inputOf({ tag: "t" })).toBe(`sig1=("@method");created=${NOW};tag="t"`);
    expect(await inputOf({ tag: "t", created: 5 })).toBe('sig1=("@method");tag="t";created=5');
    expect(await inputOf(undefined)).toBe(`sig1=("@method");created=${NOW}`);
  });

  it.each([
    ["ES256", "ecdsa-p256-sha256"],
    ["ES384", "ecdsa-p384-sha384"],
    ["Ed25519", "ed25519"],
    ["EdDSA", "ed25519"],
  ])("alg of a signer of %s is %s or nothing (R9421-3.2.05, R9421-3.1.01)", async (algorithm, alg) => {
    const own = { ...signer, algorithm, sign: async () => new Uint8Array(1) };
    expect((await create(requestView(), { signer: own, parameters: { alg } })).signatureInput).toContain(
      `alg="${alg}"`,
    );
    for (const other of ["rsa-pss-sha512", "hmac-sha256", algorithm, ""]) {
      expect(await outcomeOf(create(requestView(), { signer: own, parameters: { alg: other } }))).toBe(
        "configuration_invalid",
      );
    }
  });

  it("an algorithm that the registry lacks goes without alg (R9421-3.3.7.01)", async () => {
    const own = { ...signer, algorithm: "ES512", sign: async () => new Uint8Array(1) };
    expect(await outcomeOf(create(requestView(), { signer: own }))).toBe("accepted");
    for (const alg of ["ES512", "ecdsa-p256-sha256"]) {
      expect(await outcomeOf(create(requestView(), { signer: own, parameters: { alg } }))).toBe(
        "configuration_invalid",
      );
    }
  });

  it("a label is given once in a message (R9421-4.01)", async () => {
    const other: HeaderLine[] = [
      ["Signature-Input", 'a=("@method")'],
      ["signature", "a=:AA==:, b=:AA==:"],
    ];
    const message = withLines(...other);
    expect(await outcomeOf(create(message, { label: "c" }))).toBe("accepted");
    for (const label of ["a", "b"]) {
      expect(await outcomeOf(create(message, { label }))).toBe("configuration_invalid");
    }
    expect(await outcomeOf(create(responseView({ trailers: other }), { label: "b", components: [] }))).toBe(
      "configuration_invalid",
    );
    expect(await outcomeOf(create(withLines(["Signature", "a"], ["Signature", "a"])))).toBe("signature_malformed");
    expect(await outcomeOf(create(withLines(["Signature-Input", "("])))).toBe("signature_malformed");
  });

  it.each<[string, Record<string, unknown>]>([
    ["no components", { components: undefined }],
    ["no signer", { signer: undefined }],
    ["a signer without an algorithm", { signer: { sign: () => new Uint8Array(1) } }],
    [
      "a signer of an HMAC (R9421-3.3.01, R9421-7.3.3.01)",
      { signer: { algorithm: "HS256", sign: () => new Uint8Array(1) } },
    ],
    ["a signer of none (R9421-3.3.7.02)", { signer: { algorithm: "none", sign: () => new Uint8Array(1) } }],
    ["a label in upper case", { label: "Sig" }],
    ["an empty label", { label: "" }],
    ["a label that would be two", { label: "a=(), b" }],
    ["a label with a line end", { label: "a\n" }],
    ["a label that is not ASCII", { label: "\xe9" }],
    ["parameters of wrong types", { parameters: { nonce: 1 } }],
    ["parameters that are null", { parameters: { created: null } }],
    ["an unknown option", { param: {} }],
    ["a runtime that is none", { runtime: {} }],
  ])("%s: the caller's mistake", async (_what, options) => {
    let asked = 0;
    const counting = { ...signer, sign: async () => new Uint8Array(++asked) };
    const mistaken = { signer: counting, ...options } as unknown as Partial<CreateMessageSignatureOptions>;
    expect(await outcomeOf(create(requestView(), mistaken))).toBe("configuration_invalid");
    expect(asked).toBe(0);
  });

  it("without options: the caller's mistake", async () => {
    for (const options of [undefined, null]) {
      expect(await outcomeOf(createMessageSignature(requestView(), options as never))).toBe("configuration_invalid");
    }
  });

  it("what is not in the message is not signed (R9421-2.5.01)", async () => {
    expect(await outcomeOf(create(requestView(), { components: ["x-absent"] }))).toBe("signature_component_invalid");
    expect(await outcomeOf(create(requestView(), { components: ["@foo"] }))).toBe("signature_component_unsupported");
    expect(await outcomeOf(create(requestView(), { components: ["host", "host"] }))).toBe(
      "signature_component_invalid",
    );
  });

  it("passes the signal on, and says nothing of what the signer throws", async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const spy: Signer = {
      ...signer,
      async sign(_data, options) {
        seen.push(options);
        throw new RangeError("no key today");
      },
    };
    const unavailable = { code: "credential_unavailable", message: "The signer made no signature" };
    await expect(create(requestView(), { signer: spy, signal })).rejects.toMatchObject(unavailable);
    await expect(create(requestView(), { signer: spy })).rejects.toMatchObject(unavailable);
    expect(seen).toEqual([{ signal }, undefined]);
  });
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
