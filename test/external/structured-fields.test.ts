import { describe, expect, it } from "vitest";
import {
  FILES,
  parse,
  SERIALIZER_FILES,
  serialize,
  structuredFieldCases,
  structuredFieldsPresent as present,
} from "./structured-fields.js";

it("the structured-field tests are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

/** Of what a parser may refuse, we refuse base64 that no encoder writes. */
const REFUSED_BY_CHOICE = ["bad padding", "non-zero pad bits"];

describe.runIf(present).each(Object.entries(FILES))("structured-field tests, %s", (file, count) => {
  const cases = structuredFieldCases(file);

  it("has as many cases as are told here", () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases)("%s", (name, entry) => {
    const raw = entry.raw ?? [];
    const parsed = parse(entry.header_type, raw);
    if (entry.must_fail || REFUSED_BY_CHOICE.includes(name)) {
      expect(parsed).toBeUndefined();
    } else {
      // an empty list or dictionary has no line at all in the suite, and an empty one here
      expect(parsed).toEqual({ value: entry.expected, canonical: (entry.canonical ?? raw).join(", ") });
    }
  });
});

/** Of what has more than three decimals we lose none by rounding: it is refused. */
const ROUNDED = /\bround /;

describe.runIf(present).each(Object.entries(SERIALIZER_FILES))("structured-field tests, %s", (file, count) => {
  const cases = structuredFieldCases(file);

  it("has as many cases as are told here", () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases)("%s", (name, entry) => {
    expect(entry.must_fail || ROUNDED.test(name)).toBe(true);
    expect(() => serialize(entry)).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
  });
});
