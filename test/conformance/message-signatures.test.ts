import { describe, expect, it } from "vitest";
import { base64Of, perform } from "./support.js";

const REQUEST = {
  method: "POST",
  scheme: "https",
  target: "/orders?draft=1&x=%20",
  headers: [
    ["Host", "Example.com:443"],
    ["Content-Type", "text/plain"],
    ["X-Twice", " a "],
    ["x-twice", "b"],
    ["Priority", "u=1,  i"],
  ],
};
const RESPONSE = { status: 200, headers: [["Content-Type", "text/html"]] };

describe("signatureBase", () => {
  it("is that of a request", async () => {
    const components = '("@method" "@target-uri" "@authority" "@query-param";name="x" "x-twice" "priority";sf)';
    const input = { message: REQUEST, components, parameters: ';created=1;tag="app"' };
    expect(await perform("signatureBase", {}, input)).toEqual({
      id: 1,
      result: "accept",
      output: {
        base: [
          '"@method": POST',
          '"@target-uri": https://Example.com:443/orders?draft=1&x=%20',
          '"@authority": example.com',
          '"@query-param";name="x": %20',
          '"x-twice": a, b',
          '"priority";sf: u=1, i',
          `"@signature-params": ${components};created=1;tag="app"`,
        ].join("\n"),
      },
    });
  });

  it("is that of a response, with its request", async () => {
    const components = '("@status" "content-type" "content-type";req "@path";req)';
    const input = { message: RESPONSE, request: REQUEST, components, parameters: "" };
    expect(await perform("signatureBase", {}, input)).toMatchObject({
      output: {
        base: [
          '"@status": 200',
          '"content-type": text/html',
          '"content-type";req: text/plain',
          '"@path";req: /orders',
          `"@signature-params": ${components}`,
        ].join("\n"),
      },
    });
  });

  it("has the parameters as RFC 9421 writes them, whatever they looked like", async () => {
    const input = { message: REQUEST, components: '( "@method"  )', parameters: ";created=01; x=?1;y=1.50" };
    expect(await perform("signatureBase", {}, input)).toMatchObject({
      output: { base: '"@method": POST\n"@signature-params": ("@method");created=1;x;y=1.5' },
    });
  });

  it.each<[string, string, string, string]>([
    ["no list", '"@method"', "", "signature_malformed"],
    ["an empty text", "", "", "signature_malformed"],
    ["a list that does not end", '("@method"', "", "signature_malformed"],
    ["names that are no strings", "(method)", "", "signature_malformed"],
    ["parameters that are none", '("@method")', "created=1", "signature_malformed"],
    ["a component twice", '("@method" "@method")', "", "signature_component_invalid"],
    ["a parameter of a component twice", '("x-twice";bs;bs)', "", "signature_component_invalid"],
    ["a field that is not there", '("x-absent")', "", "signature_component_invalid"],
    ["a name in capitals", '("Content-Type")', "", "signature_component_invalid"],
    ["the status of a request", '("@status")', "", "signature_component_invalid"],
    ["the request of a request", '("@method";req)', "", "signature_component_invalid"],
    ["itself", '("@signature-params")', "", "signature_component_invalid"],
    ["an unknown derived component", '("@fragment")', "", "signature_component_unsupported"],
    ["an unknown parameter of a component", '("@method";x)', "", "signature_component_unsupported"],
    ["a field of an unknown type", '("x-twice";sf)', "", "signature_component_unsupported"],
    ["a parameter twice", '("@method")', ";created=1;created=1", "signature_parameter_invalid"],
    ["a parameter of the wrong type", '("@method")', ';created="1"', "signature_parameter_invalid"],
    ["a nonce of 257 characters", '("@method")', `;nonce="${"n".repeat(257)}"`, "signature_parameter_invalid"],
  ])("does not exist for %s", async (_what, components, parameters, code) => {
    const answer = await perform("signatureBase", {}, { message: REQUEST, components, parameters });
    expect([answer.result, answer.code]).toEqual(["reject", code]);
  });

  it.each([
    ["a response without its request", { message: RESPONSE, components: '("@method";req)' }],
    ["the method of a response", { message: RESPONSE, components: '("@method")' }],
  ])("does not exist for %s", async (_what, input) => {
    const answer = await perform("signatureBase", {}, { ...input, parameters: "" });
    expect(answer).toMatchObject({ result: "reject", code: "signature_component_invalid" });
  });

  it.each([
    ["no message", { message: undefined }],
    ["a message that is no object", { message: "GET /" }],
    ["no components", { components: undefined }],
    ["components that are a list", { components: ["@method"] }],
    ["no parameters", { parameters: undefined }],
    ["a request that is none", { message: RESPONSE, request: { method: "GET" } }],
    ["a status that is no number", { message: { ...RESPONSE, status: "200" } }],
  ])("answers error for %s", async (_what, changes) => {
    const input = { message: REQUEST, components: '("@method")', parameters: "", ...changes };
    const answer = await perform("signatureBase", {}, input);
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });
});

// the content of the examples in RFC 9530, and its digests
const HELLO = base64Of('{"hello": "world"}');
const SHA_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
const SHA_512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const EMPTY = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

describe("contentDigest", () => {
  it.each([
    [{ body: HELLO, algorithm: "sha-256" }, SHA_256],
    [{ body: HELLO, algorithm: "sha-512" }, SHA_512],
    [{ body: HELLO }, SHA_256],
    [{ body: "" }, EMPTY],
    [{ body: null }, EMPTY],
    [{}, EMPTY],
  ])("of %j", async (input, field) => {
    expect(await perform("contentDigest", {}, input)).toEqual({ id: 1, result: "accept", output: { field } });
  });

  it.each([
    ["a deprecated algorithm", { body: HELLO, algorithm: "md5" }],
    ["an algorithm that is no string", { body: HELLO, algorithm: 256 }],
    ["content that is no base64", { body: "%" }],
  ])("answers error for %s", async (_what, input) => {
    const answer = await perform("contentDigest", {}, input);
    expect(answer).toEqual({ id: 1, result: "error", message: expect.any(String) });
    expect(answer.message).not.toContain("should not");
  });
});

describe("verifyContentDigest", () => {
  it.each([
    [SHA_256, HELLO],
    [SHA_512, HELLO],
    [`${SHA_512}, ${SHA_256}`, HELLO],
    [`md5=:AAAA:, ${SHA_256}`, HELLO],
    [EMPTY, ""],
    [EMPTY, undefined],
  ])("accepts %s", async (field, body) => {
    expect(await perform("verifyContentDigest", {}, { field, body })).toEqual({ id: 1, result: "accept", output: {} });
  });

  it.each([
    ["other content", SHA_256, base64Of("{}"), "content_digest_mismatch"],
    ["no content", SHA_256, undefined, "content_digest_mismatch"],
    ["one digest of two that is wrong", `${SHA_256}, sha-512=:AAAA:`, HELLO, "content_digest_mismatch"],
    ["an algorithm that nobody should use", "md5=:AAAA:", HELLO, "content_digest_unsupported"],
    ["an empty field", "", HELLO, "content_digest_malformed"],
    ["a digest that is no byte sequence", 'sha-256="x"', HELLO, "content_digest_malformed"],
  ])("rejects %s", async (_what, field, body, code) => {
    const answer = await perform("verifyContentDigest", {}, { field, body });
    expect([answer.result, answer.code]).toEqual(["reject", code]);
  });

  it("answers error where there is no field", async () => {
    expect(await perform("verifyContentDigest", {}, { body: HELLO })).toMatchObject({ result: "error" });
  });
});
