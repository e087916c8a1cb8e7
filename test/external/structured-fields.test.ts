import { describe, expect, it } from "vitest";
import { isToBeRounded, refusesField } from "./structured-field-parts.js";
import {
  FILES,
  parse,
  structuredFieldsPresent as present,
  SERIALIZER_FILES,
  serialize,
  structuredFieldCases,
} from "./structured-fields.js";

it("the structured-field tests are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

describe.runIf(present).each(Object.entries(FILES))("structured-field tests, %s", (file, count) => {
  const cases = structuredFieldCases(file);

  it("has as many cases as are told here", () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases)("%s", (_name, entry) => {
    const raw = entry.raw ?? [];
    const parsed = parse(entry.header_type, raw);
    if (refusesField(entry)) {
      expect(parsed).toBeUndefined();
    } else {
      // an empty list or dictionary has no line at all in the suite, and an empty one here
      expect(parsed).toEqual({ value: entry.expected, canonical: (entry.canonical ?? raw).join(", ") });
    }
  });
});

describe.runIf(present).each(Object.entries(SERIALIZER_FILES))("structured-field tests, %s", (file, count) => {
  const cases = structuredFieldCases(file);

  it("has as many cases as are told here", () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases)("%s", (_name, entry) => {
    expect(entry.must_fail || isToBeRounded(entry)).toBe(true);
    expect(() => serialize(entry)).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
  });
});
