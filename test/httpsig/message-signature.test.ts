import { beforeAll, describe, expect, it } from "vitest";
import { generateKey, type Signer } from "wimse/credential";
import { type CreateMessageSignatureOptions, createMessageSignature } from "wimse/httpsig";
import type { HeaderLine, HttpMessageView } from "../../src/http/message.js";
import { fixedRuntime } from "../../src/testing.js";
import { outcomeOf } from "../support/wpt-fixtures.js";
import { requestView, responseView, withLines } from "./support.js";

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
