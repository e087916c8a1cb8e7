import { describe, expect, it } from "vitest";
import { buildSignatureBase, parseSignatures } from "wimse/httpsig";
import { codeOf } from "../httpsig/support.js";
import { componentRows as components, inputRows as inputs, rfc9421Present as present } from "./rfc9421.js";

it("the tables of RFC 9421 are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

/** The errors that say "nobody here knows this"; every other one is about a message or component that is wrong. */
const UNSUPPORTED = new Set([
  "2.1.1 unknown type",
  "2.5 unknown derived",
  "2.5 unknown param",
  "7.5.1 header named @method",
]);

describe.runIf(present)("component values", () => {
  const rows = components.map((row, index) => [`${index}: ${row.ref}, ${row.component}`, row] as const);

  it("are all here", () => {
    expect(rows).toHaveLength(73);
  });

  it.each(rows)("%s", (_, { ref, message, component, expect_value: value, field_types: fieldTypes }) => {
    const { request, ...target } = message;
    const context = { ...(request && { request }), ...(fieldTypes && { fieldTypes }) };
    const build = () => buildSignatureBase(target, [component], {}, context);
    if (value === undefined) {
      expect(codeOf(build)).toBe(
        UNSUPPORTED.has(ref) ? "signature_component_unsupported" : "signature_component_invalid",
      );
    } else {
      expect(build()).toBe(`${component}: ${value}\n"@signature-params": (${component})`);
    }
  });
});

/** What is wrong with the rows that are, in their order. */
const REFUSED: Readonly<Record<string, string>> = {
  hello: "signature_malformed",
  'sig="hello"': "signature_malformed",
  'sig=("MyField")': "signature_component_invalid",
  'sig=("@unknown")': "signature_component_unsupported",
  'sig=("my-field";bs;sf)': "signature_component_invalid",
  'sig=("my-field";bs;key="my_key")': "signature_component_invalid",
  'sig=("@query-param")': "signature_component_invalid",
  'sig=("@signature-params")': "signature_component_invalid",
  'sig=("a" "a")': "signature_component_invalid",
  'sig=("a";req;sf "a";sf;req)': "signature_component_invalid",
  'sig=("a"), sig=("b")': "signature_malformed",
  'sig=("a\\"b")': "signature_component_invalid",
  'sig=("a" );created=1.5': "signature_parameter_invalid",
  'sig=("a");created="1"': "signature_parameter_invalid",
  'sig=("a");created=?1': "signature_parameter_invalid",
  'sig=("a");nonce=abc': "signature_parameter_invalid",
  'sig=("a");tag=:YQ==:': "signature_parameter_invalid",
  "sig=(a)": "signature_malformed",
  "sig=(1)": "signature_malformed",
  'sig=("a"': "signature_malformed",
  'sig=("a);created=1': "signature_malformed",
  'sig=("")': "signature_component_invalid",
  'sig=("a");created=1;created=2': "signature_parameter_invalid",
  'SIG=("a")': "signature_malformed",
  'sig=("a");;created=1': "signature_malformed",
  'sig=("a");created=9999999999999999': "signature_malformed",
};

describe.runIf(present)("Signature-Input", () => {
  it("has all rows, and a code for each that is refused", () => {
    expect(inputs).toHaveLength(35);
    // `null`: a parameter that occurs twice, on which the documents do not agree
    expect(inputs.filter(({ ok }) => ok !== true).map(({ value }) => value)).toEqual(Object.keys(REFUSED));
  });

  it.each(inputs.map(({ value, ok }) => [value, ok] as const))("%j", (value) => {
    const labels = new Set(Array.from(value.matchAll(/(?:^|, )(\w+)=/g), ([, label = ""]) => label));
    const signatures = [...labels].map((label) => `${label}=:YQ==:`).join(", ");
    const message = { status: 200, headers: [["Signature-Input", value] as const, ["Signature", signatures] as const] };
    const accepted = codeOf(() => parseSignatures(message));
    expect(accepted).toBe(REFUSED[value] ?? "accepted");
  });
});
