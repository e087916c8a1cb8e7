import { describe, expect, it } from "vitest";
import { buildSignatureBase, type SignatureParameters } from "wimse/httpsig";
import { codeOf, requestView, responseView, withLines } from "./support.js";

const paramsLine = (parameters: SignatureParameters): string =>
  buildSignatureBase(requestView(), [], parameters).replace(/^"@signature-params": /, "");

describe("the signature base", () => {
  it("has a line for each component and one for the parameters, without a line end behind it (R9421-2.5.02)", () => {
    const parameters = { created: 1618884473, keyid: "a key" };
    expect(buildSignatureBase(requestView(), ["@method", "host", "@query"], parameters)).toBe(
      '"@method": POST\n"host": example.com\n"@query": ?a=b\n' +
        '"@signature-params": ("@method" "host" "@query");created=1618884473;keyid="a key"',
    );
  });

  it("is the last line alone where nothing is covered", () => {
    expect(buildSignatureBase(requestView(), [], {})).toBe('"@signature-params": ()');
  });

  it("has the order of components and of parameters as given (R9421-2.03, R9421-2.3.03, R9421-3.1.03)", () => {
    const request = withLines(["A", "b=1"]);
    const components = ['"a";sf;key="b"', "host"];
    const base = buildSignatureBase(request, components, { tag: "t", created: 1, expires: 2 });
    expect(base).toBe(
      '"a";sf;key="b": 1\n"host": example.com\n' +
        '"@signature-params": ("a";sf;key="b" "host");tag="t";created=1;expires=2',
    );
    expect(buildSignatureBase(request, [...components].reverse(), { created: 1, tag: "t" })).toContain(
      '("host" "a";sf;key="b");created=1;tag="t"',
    );
  });

  it("an empty value keeps its space", () => {
    expect(buildSignatureBase(withLines(["A", ""]), ["a"], {})).toBe('"a": \n"@signature-params": ("a")');
  });

  it.each([[["@method", "@method"]], [['"a";req', '"a";req']], [["a", '"a"']]])(
    "%j is not covered twice (R9421-2.02)",
    (components) => {
      expect(() => buildSignatureBase(withLines(["A", "b"]), components, {})).toThrow(
        expect.objectContaining({ code: "signature_component_invalid", requirement: "R9421-2.02" }),
      );
    },
  );

  it("takes all values from one message, and leaves it as it was (R9421-2.01, R9421-7.4.2.01)", () => {
    const request = withLines(["A", " b=1 "], ["A", "c"]);
    const copy = structuredClone(request);
    const components = ["a", '"a";key="b"', '"a";bs', "@path"];
    expect(buildSignatureBase(request, components, {})).toBe(buildSignatureBase(copy, components, {}));
    expect(request).toEqual(copy);
  });

  it("one component that has no value fails it all (R9421-2.5.01)", () => {
    expect(codeOf(() => buildSignatureBase(requestView(), ["@method", "absent"], {}))).toBe(
      "signature_component_invalid",
    );
  });

  it.each<[string, unknown[]]>([
    ["components that are none", ["@method", {}]],
    ["parameters that are none", [[], undefined]],
    ["parameters that are null", [[], null]],
    ["a context option that is unknown", [[], {}, { requests: requestView() }]],
    ["a request that is none", [[], {}, { request: "GET /" }]],
  ])("%s: the caller's mistake", (_what, rest) => {
    const build = buildSignatureBase as (...values: unknown[]) => string;
    expect(codeOf(() => build(requestView(), ...rest))).toBe("configuration_invalid");
  });

  it("a message that is none: the caller's mistake", () => {
    for (const message of [undefined, "GET / HTTP/1.1", { status: 200, headers: {} }]) {
      expect(codeOf(() => buildSignatureBase(message as never, [], {}))).toBe("configuration_invalid");
    }
  });
});

describe("parameters", () => {
  it.each<[SignatureParameters, string]>([
    [{}, "()"],
    [{ created: 0, expires: 1 }, "();created=0;expires=1"],
    [{ nonce: "", keyid: "", tag: "", alg: "ed25519" }, '();nonce="";keyid="";tag="";alg="ed25519"'],
    [{ nonce: 'a"b\\c' }, '();nonce="a\\"b\\\\c"'],
    [{ tag: '");created=1;x=("' }, '();tag="\\");created=1;x=(\\""'],
    [{ nonce: "n".repeat(256), tag: "t".repeat(256) }, `();nonce="${"n".repeat(256)}";tag="${"t".repeat(256)}"`],
    [{ keyid: "k".repeat(300) }, `();keyid="${"k".repeat(300)}"`],
    [
      { "wimse-aud": "https://a.example", "x-flag": true, "x-not": false, "*n": -7 },
      '();wimse-aud="https://a.example";x-flag;x-not=?0;*n=-7',
    ],
    [
      {
        a: new Uint8Array([1]),
        b: { type: "token", value: "t" },
        c: { type: "decimal", thousandths: 1500 },
        d: { type: "date", seconds: 5 },
      },
      "();a=:AQ==:;b=t;c=1.5;d=@5",
    ],
  ])("%j are covered as %s, unknown ones too (R9421-2.3.03)", (parameters, line) => {
    expect(paramsLine(parameters)).toBe(line);
  });

  it("what is undefined is left out", () => {
    expect(paramsLine({ x: undefined, tag: "t" })).toBe('();tag="t"');
  });

  it.each<[string, unknown]>([
    ["created that is text (R9421-2.3.02)", { created: "1" }],
    ["created with a fraction", { created: 1.5 }],
    ["created that is a Decimal", { created: { type: "decimal", thousandths: 1000 } }],
    ["created that is too large", { created: 1e15 }],
    ["created that is no number", { created: Number.NaN }],
    ["expires that is true", { expires: true }],
    ["nonce that is a number", { nonce: 1 }],
    ["nonce that is a token", { nonce: { type: "token", value: "a" } }],
    ["alg that is true", { alg: true }],
    ["keyid that is bytes", { keyid: new Uint8Array(1) }],
    ["tag that is a number", { tag: 1 }],
    ["nonce of 257 bytes", { nonce: "n".repeat(257) }],
    ["tag of 257 bytes", { tag: "t".repeat(257) }],
    ["null", { x: null }],
    ["a name in upper case", { Tag: "t" }],
    ["a name with a space", { "a b": "t" }],
    ["a name with a line end", { "a\n": "t" }],
    ["a name that would be two", { "a;b": "t" }],
    ["a nonce with a line feed", { nonce: "a\nb" }],
    ["a tag with a carriage return", { tag: "a\rb" }],
    ["a keyid that is not ASCII", { keyid: "caf\xe9" }],
    ["an unknown one with a control character", { x: "a\0" }],
    ["a token that is none", { x: { type: "token", value: 'a"b' } }],
    ["a value of an unknown type", { x: { type: "text", value: "a" } }],
    ["an array", { x: ["a"] }],
    ["a bigint", { x: 1n }],
  ])("%s: the caller's mistake", (_what, parameters) => {
    expect(codeOf(() => paramsLine(parameters as SignatureParameters))).toBe("configuration_invalid");
  });
});

it("a response is told by its status", () => {
  expect(buildSignatureBase(responseView(), ["@status"], {})).toBe('"@status": 200\n"@signature-params": ("@status")');
});
