import { describe, expect, it } from "vitest";
import { buildSignatureBase } from "wimse/httpsig";
import {
  checkTarget,
  componentItem,
  componentItems,
  identityOf,
  readComponent,
  readComponents,
} from "../../src/httpsig/component.js";
import { codeOf, responseView } from "./support.js";

const read = (text: string) => readComponent(componentItem(text));
const readAll = (...texts: string[]) => readComponents(componentItems(texts));

const INVALID = "signature_component_invalid";
const UNSUPPORTED = "signature_component_unsupported";

describe("components as callers write them", () => {
  it.each([
    ["@method", "@method", '"@method"'],
    ["content-digest", "content-digest", '"content-digest"'],
    ['"content-digest"', "content-digest", '"content-digest"'],
    ['"content-digest";req', "content-digest", '"content-digest";req'],
    ['"@query-param";name="Pet"', "@query-param", '"@query-param";name="Pet"'],
    ['"a";  key="b\\"c";req=?1', "a", '"a";key="b\\"c";req'],
    ['"a";req;key="b"', "a", '"a";req;key="b"'],
  ])(
    "%j is read and serialized in the one spelling, parameters in their order (R9421-2.03)",
    (text, name, identifier) => {
      expect(read(text)).toMatchObject({ name, identifier });
    },
  );

  it.each(["@method", '"content-digest";req', '"x";key="a";req'])(
    "a component that was read is one, too: %s",
    (text) => {
      const component = read(text);
      expect(readComponent(componentItem(component))).toEqual(component);
      expect(Object.isFrozen(component) && Object.isFrozen(component.parameters)).toBe(true);
    },
  );

  it("an object is one, with its parameters in their order", () => {
    const parameters = { tr: true, key: "b", req: true };
    expect(readComponent(componentItem({ name: "a", parameters })).identifier).toBe('"a";tr;key="b";req');
    expect(readComponent(componentItem({ name: "@path", parameters: {} })).identifier).toBe('"@path"');
  });

  it.each([
    ["a number", { req: 1 }],
    ["a flag that is false", { req: false }],
    ["undefined", { req: undefined }],
    ["null", { req: null }],
  ])("whose parameter is %s is none", (_what, parameters) => {
    const component = { name: "@path", parameters: parameters as never };
    expect(codeOf(() => readComponent(componentItem(component)))).toBe(INVALID);
  });

  it.each<unknown>([
    '"a',
    '"a" "b"',
    '"a" ;req',
    '"a";',
    '"é"',
    '"a";key=é',
    undefined,
    null,
    1,
    {},
    { name: "a" },
    { name: 1, parameters: {} },
    { name: "a", parameters: null },
    { name: "a", parameters: ["req"] },
    { name: "a", parameters: new Map([["req", true]]) },
  ])("%j is the caller's mistake", (component) => {
    expect(codeOf(() => componentItem(component as string))).toBe("configuration_invalid");
  });

  it("a list that is no array is the caller's mistake", () => {
    expect(codeOf(() => componentItems("@method" as never))).toBe("configuration_invalid");
  });
});

describe("which components there are (R9421-3.1.04)", () => {
  it.each([
    "@method",
    "@target-uri",
    "@authority",
    "@scheme",
    "@request-target",
    "@path",
    "@query",
    '"@query-param";name="a"',
    '"@query-param";name=""',
    "@status",
    '"@method";req',
    '"@query-param";name="a";req',
    '"@query-param";req;name="a"',
    "host",
    "x",
    "!#$%&'*+-.^_`|~09az",
    '"a";sf',
    '"a";key="b"',
    '"a";key="b";sf',
    '"a";bs',
    '"a";tr',
    '"a";req',
    '"a";tr;req;sf;key="b"',
    '"a";bs;tr;req',
  ])("%s", (text) => {
    expect(codeOf(() => read(text))).toBe("accepted");
  });

  it.each([
    ["a name in upper case", "Content-Type", INVALID, "R9421-2.1.01"],
    ["a capital at the end", "content-typE", INVALID, "R9421-2.1.01"],
    ["no name", '""', INVALID, "R9421-2.1.01"],
    ["a name with a space", "a b", INVALID, "R9421-2.1.01"],
    ["a name with a quote", '"a\\"b"', INVALID, "R9421-2.1.01"],
    ["a name with a line end", "a\n", INVALID, "R9421-2.1.01"],
    ["a name that is not ASCII", "ä", INVALID, "R9421-2.1.01"],
    ["@signature-params", "@signature-params", INVALID, "R9421-2.3.01"],
    ["@signature-params with a parameter", '"@signature-params";req', INVALID, "R9421-2.3.01"],
    ["an unknown derived component", "@foo", UNSUPPORTED, "R9421-2.5.03"],
    ["a derived component in upper case", "@Method", UNSUPPORTED, "R9421-2.5.03"],
    ["one with a space behind it", "@method ", UNSUPPORTED, "R9421-2.5.03"],
    ["nothing behind the @", "@", UNSUPPORTED, "R9421-2.5.03"],
    ["an unknown parameter of a field", '"a";foo', UNSUPPORTED, "R9421-2.5.03"],
    ["an unknown parameter of a derived component", '"@method";foo="a"', UNSUPPORTED, "R9421-2.5.03"],
    ["sf on a derived component", '"@method";sf', INVALID, "R9421-2.5.03"],
    ["key on a derived component", '"@query";key="a"', INVALID, "R9421-2.5.03"],
    ["bs on a derived component", '"@method";bs', INVALID, "R9421-2.5.03"],
    ["tr on a derived component", '"@method";tr', INVALID, "R9421-2.5.03"],
    ["name on a field", '"a";name="b"', INVALID, "R9421-2.5.03"],
    ["name on another derived component", '"@query";name="a"', INVALID, "R9421-2.2.8.01"],
    ["@query-param without name", "@query-param", INVALID, "R9421-2.2.8.01"],
    ["name that is no String", '"@query-param";name=a', INVALID, "R9421-2.1.07"],
    ["name without a value", '"@query-param";name', INVALID, "R9421-2.1.07"],
    ["key that is no String", '"a";key=b', INVALID, "R9421-2.1.07"],
    ["key without a value", '"a";key', INVALID, "R9421-2.1.07"],
    ["a flag that is false", '"a";sf=?0', INVALID, "R9421-2.1.07"],
    ["a flag that is a number", '"a";bs=1', INVALID, "R9421-2.1.07"],
    ["a flag that is a String", '"a";req="?1"', INVALID, "R9421-2.1.07"],
    ["tr that is false", '"a";tr=?0', INVALID, "R9421-2.1.07"],
    ["a derived component with a false flag", '"@method";req=?0', INVALID, "R9421-2.1.07"],
    ["bs with sf", '"a";bs;sf', INVALID, "R9421-2.1.07"],
    ["sf with bs", '"a";sf;bs', INVALID, "R9421-2.1.07"],
    ["bs with key", '"a";bs;key="b"', INVALID, "R9421-2.1.07"],
    ["@status of a request", '"@status";req', INVALID, "R9421-2.2.9.01"],
    ["a parameter that occurs twice", '"a";req;req', INVALID, "R9421-2.5.03"],
    ["a parameter that occurs twice, of what is covered often", '"@method";req;req', INVALID, "R9421-2.5.03"],
    ["a parameter with two values", '"a";key="b";key="c"', INVALID, "R9421-2.5.03"],
  ])("%s is none", (_what, text, code, requirement) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code, requirement }));
  });

  it("an item that is no string is none", () => {
    expect(codeOf(() => readComponent({ value: 1, params: new Map() }))).toBe(INVALID);
  });
});

describe("lists of components", () => {
  it.each([
    [["@method", "@method"]],
    [["a", "b", "a"]],
    [['"a";req', '"a";req']],
    [['"a";req;tr', '"a";tr;req']],
    [['"a";req;tr;sf', '"a";sf;tr;req']],
    [['"a";key="b"', '"a";key="b"']],
    // with `key` a value is serialized strictly anyway: both would be the same member
    [['"a";key="b"', '"a";key="b";sf']],
    [['"@query-param";name="a";req', '"@query-param";req;name="a"']],
  ])("%j has one of them twice (R9421-2.02, R9421-2.1.2.01)", (texts) => {
    expect(() => readAll(...texts)).toThrow(expect.objectContaining({ code: INVALID, requirement: "R9421-2.02" }));
  });

  it.each([
    [['"a";req', "a"]],
    [["a", '"a";sf', '"a";bs', '"a";tr', '"a";req']],
    [['"a";tr;req', '"a";tr', '"a";req']],
    [['"a";key="b"', '"a";key="c"', '"a";sf']],
    [['"a";key="b";req', '"a";key="b";tr']],
    [['"@query-param";name="a"', '"@query-param";name="A"']],
    [['"a";key="b;req"', '"a";key="b";req']],
    [[]],
  ])("%j has different ones: they are compared whole", (texts) => {
    expect(codeOf(() => readAll(...texts))).toBe("accepted");
  });

  it("compares names and parameters, not their order (R9421-2.02)", () => {
    expect(identityOf(read('"a";req;tr'))).toBe(identityOf(read('"a";tr;req')));
    expect(identityOf(read('"a";req'))).not.toBe(identityOf(read("a")));
    expect(identityOf(read('"a";key="x";req'))).not.toBe(identityOf(read('"a";key="y";req')));
  });

  it("64 components are covered, 65 are not", () => {
    const names = Array.from({ length: 64 }, (_, index) => `x-${index}`);
    expect(codeOf(() => readAll(...names))).toBe("accepted");
    expect(codeOf(() => readAll(...names, "y"))).toBe(INVALID);
  });
});

describe("components of requests and of responses", () => {
  it.each([
    ["a", "request", "accepted"],
    ["a", "response", "accepted"],
    ["@method", "request", "accepted"],
    ["@method", "response", INVALID],
    ['"@method";req', "request", INVALID],
    ['"@method";req', "response", "accepted"],
    ['"a";req', "request", INVALID],
    ['"a";req', "response", "accepted"],
    ["@status", "request", INVALID],
    ["@status", "response", "accepted"],
  ] as const)("%s in a %s: %s (R9421-5.03, R9421-2.4.05)", (text, target, code) => {
    expect(codeOf(() => checkTarget(readAll(text), target))).toBe(code);
  });
});

it("a parameter that cannot be serialized is the caller's mistake", () => {
  const component = { name: "a", parameters: { key: "é" }, identifier: '"a"' };
  expect(codeOf(() => buildSignatureBase(responseView(), [component], {}))).toBe("configuration_invalid");
});

it("an identifier that lies about its component is not believed", () => {
  const component = { name: "content-type", parameters: {}, identifier: '"x": y\n"content-type"' };
  expect(buildSignatureBase(responseView(), [component], {})).toBe(
    '"content-type": text/plain\n"@signature-params": ("content-type")',
  );
});
