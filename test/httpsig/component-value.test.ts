import { describe, expect, it } from "vitest";
import { buildSignatureBase, type SignatureContext } from "wimse/httpsig";
import type { HeaderLine } from "../../src/http/message.js";
import { KNOWN_FIELD_TYPES } from "../../src/httpsig/component-value.js";
import { codeOf, requestView, responseView, withLines } from "./support.js";

const INVALID = "signature_component_invalid";
const UNSUPPORTED = "signature_component_unsupported";

/** The value of one field component of a message with these lines. */
function valueFor(component: string, lines: readonly HeaderLine[], context?: SignatureContext): string {
  const base = buildSignatureBase(withLines(...lines), [component], {}, context);
  return base.slice(component.length + 2, base.lastIndexOf('\n"@signature-params": '));
}
const line = (...values: string[]): HeaderLine[] => values.map((value) => ["X-A", value] as const);

describe("fields", () => {
  it.each([
    ["one line", ["a"], "a"],
    ["several lines in their order (R9421-2.1.04)", ["b", "a", "c"], "b, a, c"],
    ["white space around them", [" \ta \t", "  b"], "a, b"],
    ["white space and commas inside", ["a,  b \t c,,"], "a,  b \t c,,"],
    ["an empty one (R9421-2.1.06)", [""], ""],
    ["one of spaces", ["  "], ""],
    ["empty ones among others", ["", "a", ""], ", a, "],
    ["quotes and backslashes", ['a"b\\c'], 'a"b\\c'],
    ["a fold (R9421-7.5.5.01)", ["a\r\n  b"], "a b"],
    ["a fold with white space before it", ["a \t\r\n\tb"], "a b"],
    ["several folds", ["a\r\n b\r\n c"], "a b c"],
    ["a fold at either end", ["\r\n a\r\n "], "a"],
    ["all printable ASCII", [" !~"], "!~"],
  ])("%s", (_what, values, expected) => {
    expect(valueFor('"x-a"', line(...values))).toBe(expected);
  });

  it("the same thing said otherwise is another value (R9421-7.5.2.01)", () => {
    const values = ["a,b", "a, b", "A, b", "a,  b", "a, b,"].map((value) => valueFor('"x-a"', line(value)));
    expect(new Set(values).size).toBe(values.length);
  });

  it("letter case of the name makes no difference (R9421-2.1.01)", () => {
    const lines = [
      ["X-A", "1"],
      ["x-a", "2"],
      ["x-A", "3"],
      ["x-ab", "4"],
      ["x_a", "5"],
    ] as const;
    expect(valueFor('"x-a"', lines)).toBe("1, 2, 3");
  });

  it.each([
    ["a line feed", "a\nb"],
    ["a line feed at the end", "a\n"],
    ["a line feed with a space behind it, which is no fold", "a\n b"],
    ["a carriage return", "a\rb"],
    ["a line end without a fold", "a\r\nb"],
    ["a line end at the end", "a\r\n"],
    ["two line ends, of which one folds", "a\r\n b\r\nc"],
    ["a line of its own for the base", 'a\n"@method": GET'],
    ["NUL", "a\0b"],
    ["a control character", "a\x01b"],
    ["DEL", "a\x7fb"],
    ["Latin 1 (R9421-2.1.03)", "caf\xe9"],
    ["more than Latin 1", "\u20ac"],
    ["the line separator of Unicode", "a\u2028b"],
  ])("%s is in no value (R9421-2.04)", (_what, value) => {
    expect(() => valueFor('"x-a"', line("a", value))).toThrow(
      expect.objectContaining({ code: INVALID, requirement: "R9421-2.04" }),
    );
    for (const component of ['"x-a";sf', '"x-a";key="a"']) {
      const context = { fieldTypes: { "x-a": "dictionary" } } as const;
      expect(codeOf(() => valueFor(component, line("a", value), context))).toBe(INVALID);
    }
  });

  it("an absent field is an error, never an empty value (R9421-2.5.03, R9421-2.5.01)", () => {
    for (const component of ['"x-b"', '"x-b";sf', '"x-b";key="a"', '"x-b";bs', '"x-a";tr']) {
      expect(() => valueFor(component, line("a"))).toThrow(
        expect.objectContaining({ code: INVALID, requirement: "R9421-2.5.03" }),
      );
    }
  });
});

describe("bs (R9421-2.1.3.01)", () => {
  it("tells two cookies from one with a comma (R9421-7.5.6.01)", () => {
    const cookies = (...values: string[]) => values.map((value): HeaderLine => ["Set-Cookie", value]);
    const one = cookies("a=1, b=2");
    const two = cookies("a=1", "b=2");
    expect(valueFor('"set-cookie"', one)).toBe(valueFor('"set-cookie"', two));
    expect(valueFor('"set-cookie";bs', one)).not.toBe(valueFor('"set-cookie";bs', two));
  });

  it.each([
    ["one line", ["a, b"], ":YSwgYg==:"],
    ["two lines", ["a", "b"], ":YQ==:, :Yg==:"],
    ["an empty line", ["", "a"], "::, :YQ==:"],
    ["white space around, and a fold", [" a\r\n b "], ":YSBi:"],
    ["octets above ASCII, as they are", ["caf\xe9"], ":Y2Fm6Q==:"],
  ])("%s", (_what, values, expected) => {
    expect(valueFor('"x-a";bs', line(...values))).toBe(expected);
  });

  it.each(["a\nb", "a\rb", "a\0b", "a\x7fb", "\u20ac", "a\r\nb"])("%j is in no field (R9421-2.04)", (value) => {
    expect(codeOf(() => valueFor('"x-a";bs', line("a", value)))).toBe(INVALID);
  });
});

describe("sf (R9421-2.1.1.01)", () => {
  const typed = (type: "item" | "list" | "dictionary"): SignatureContext => ({ fieldTypes: { "X-A": type } });

  it.each([
    ["dictionary", ["a=1,    b=2;x=1;y=2,   c=(a   b   c)"], "a=1, b=2;x=1;y=2, c=(a b c)"],
    ["dictionary", ["a=1", "b=?1, c"], "a=1, b, c"],
    ["dictionary", ["a=1, a=2"], "a=2"],
    ["dictionary", [""], ""],
    ["list", ["a,b", '"c";  d=1.0'], 'a, b, "c";d=1.0'],
    ["list", ["1.50,  -0, 001"], "1.5, 0, 1"],
    ["item", ["  1.0  "], "1.0"],
    ["item", ["@1659578233;a=?1"], "@1659578233;a"],
    ["item", ['%"f%c3%bc"'], '%"f%c3%bc"'],
  ] as const)("a %s of %j is serialized strictly: %s", (type, values, expected) => {
    expect(valueFor('"x-a";sf', line(...values), typed(type))).toBe(expected);
  });

  it.each([
    ["dictionary", ["a=1,"]],
    ["dictionary", ["a=1", ""]],
    ["list", ["a,"]],
    ["item", ["a", "b"]],
    ["item", ["a, b"]],
    ["item", [""]],
  ] as const)("a %s of %j is malformed (R9421-2.5.03)", (type, values) => {
    expect(() => valueFor('"x-a";sf', line(...values), typed(type))).toThrow(
      expect.objectContaining({ code: INVALID, requirement: "R9421-2.5.03" }),
    );
  });

  it("of a field whose type is not known is refused", () => {
    for (const context of [undefined, {}, { fieldTypes: {} }, { fieldTypes: { "x-b": "item" } } as const]) {
      expect(() => valueFor('"x-a";sf', line("a"), context)).toThrow(
        expect.objectContaining({ code: UNSUPPORTED, requirement: "R9421-2.1.1.01" }),
      );
    }
  });

  it("knows the structured fields of HTTP, and takes the caller's word for others", () => {
    for (const name of KNOWN_FIELD_TYPES.keys()) expect(valueFor(`"${name}";sf`, [[name, "  a"]])).toBe("a");
    expect(valueFor('"priority";sf', [["Priority", "u=1,  i"]])).toBe("u=1, i");
    const fieldTypes = { priority: "list", "x-a": "item" } as const;
    expect(codeOf(() => valueFor('"priority";sf', [["Priority", "u=1,  i"]], { fieldTypes }))).toBe(INVALID);
    expect(valueFor('"content-digest";sf', [["Content-Digest", "a=::,b=::"]], { fieldTypes })).toBe("a=::, b=::");
  });

  it.each([{ "x-a": "set" }, { "x-a": undefined }])("the types %j are the caller's mistake", (fieldTypes) => {
    expect(codeOf(() => valueFor('"x-a"', line("a"), { fieldTypes: fieldTypes as never }))).toBe(
      "configuration_invalid",
    );
  });
});

describe("key (R9421-2.1.2.01)", () => {
  const lines = line("  a=1, b=2;x=1;y=2, c=(a   b    c), d", 'e;f, a-b*.=:YQ==:, g="\\"\\\\"');

  it.each([
    ["a", "1"],
    ["b", "2;x=1;y=2"],
    ["c", "(a b c)"],
    ["d", "?1"],
    ["e", "?1;f"],
    ["a-b*.", ":YQ==:"],
    ["g", '"\\"\\\\"'],
  ])("%s: %s", (key, value) => {
    expect(valueFor(`"x-a";key="${key}"`, lines)).toBe(value);
    expect(valueFor(`"x-a";sf;key="${key}"`, lines)).toBe(value);
  });

  it.each(["f", "A", "", "zz", "constructor", "a "])("there is no %j", (key) => {
    expect(() => valueFor(`"x-a";key="${key}"`, lines)).toThrow(
      expect.objectContaining({ code: INVALID, requirement: "R9421-2.1.2.01" }),
    );
  });

  it("the last of several counts, in one line or in two (RFC 9651)", () => {
    expect(valueFor('"x-a";key="a"', line("a=1, a=2", "b, a=3"))).toBe("3");
  });

  it("a field that is no dictionary has none (R9421-2.5.03)", () => {
    const failure = expect.objectContaining({ code: INVALID, requirement: "R9421-2.5.03" });
    expect(() => valueFor('"x-a";key="a"', line("a=1, b;"))).toThrow(failure);
    expect(() => valueFor('"x-a";key="a"', line("a=1"), { fieldTypes: { "x-a": "list" } })).toThrow(failure);
  });

  it("several of one field, and of the trailer with the same name", () => {
    const message = responseView({ headers: [["A", "b=1, c=2"]], trailers: [["A", "b=3"]] });
    const components = ['"a";key="b"', '"a";tr;key="b"', '"a";key="c"', '"a";key="b";tr;req'];
    const request = requestView({ headers: [["A", "b=4"]], trailers: [["A", "b=5"]] });
    const base = buildSignatureBase(message, components, {}, { request });
    expect(
      base
        .split("\n")
        .slice(0, 4)
        .map((text) => text.slice(-1)),
    ).toEqual(["1", "3", "2", "5"]);
  });
});

describe("trailers (R9421-2.1.4.01, R9421-2.1.02)", () => {
  const message = responseView({
    headers: [["A", "header"]],
    trailers: [
      ["a", "trailer"],
      ["B", "only there"],
    ],
  });
  const of = (component: string) => buildSignatureBase(message, [component], {}).split("\n")[0];

  it("are never mixed with headers", () => {
    expect(of("a")).toBe('"a": header');
    expect(of('"a";tr')).toBe('"a";tr: trailer');
    expect(of('"b";tr;bs')).toBe('"b";tr;bs: :b25seSB0aGVyZQ==:');
    expect(codeOf(() => of("b"))).toBe(INVALID);
  });

  it("may not be known", () => {
    expect(codeOf(() => buildSignatureBase(responseView(), ['"content-type";tr'], {}))).toBe(INVALID);
  });
});

describe("fields of the request (R9421-2.4.01)", () => {
  it("are not those of the response", () => {
    const request = requestView({ headers: [["A", "asked"]] });
    const response = responseView({
      headers: [
        ["A", "answered"],
        ["B", "c"],
      ],
    });
    const components = ['"a";req', "a"];
    expect(buildSignatureBase(response, components, {}, { request })).toContain('"a";req: asked\n"a": answered\n');
    expect(codeOf(() => buildSignatureBase(response, ['"b";req'], {}, { request }))).toBe(INVALID);
    expect(codeOf(() => buildSignatureBase(response, ['"a";req'], {}))).toBe(INVALID);
    expect(codeOf(() => buildSignatureBase(request, ['"a";req'], {}, { request }))).toBe(INVALID); // R9421-2.4.05
  });
});
