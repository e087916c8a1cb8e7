import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseJsonBytes } from "../../src/base/json.js";

interface Case {
  readonly name: string;
  readonly expect: "accept" | "reject" | "implementation-defined" | "transform";
  readonly b64: string;
}

// Nicolas Seriot's JSONTestSuite, which is not part of this project.
const FILE = new URL("../../../shared/testdata/json/jsontestsuite.json", import.meta.url);
const present = existsSync(FILE);
const cases: Case[] = present ? JSON.parse(readFileSync(FILE, "utf8")).cases : [];

if (!present) console.warn("left out: ../shared/testdata/json/jsontestsuite.json is absent");

it("JSONTestSuite is present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

const bytesOf = ({ b64 }: Case): Buffer => Buffer.from(b64, "base64");
/** The text as one member of an object: most cases of the suite are arrays or single values. */
const asMember = (entry: Case): Buffer => Buffer.concat([Buffer.from('{"wrapped":'), bytesOf(entry), Buffer.from("}")]);
const named = (entry: Case): [string, Case] => [entry.name, entry];

/** Override: valid JSON, but its names are not unique (RFC 7519 section 4). */
const DUPLICATE_NAMES = [
  "y_object_duplicated_key.json",
  "y_object_duplicated_key_and_value.json",
  "transform/object_same_key_different_values.json",
  "transform/object_same_key_same_value.json",
  "transform/object_same_key_unclear_values.json",
];

/** Of what an implementation may decide, we refuse: text that is not UTF-8, a byte order mark, deep nesting. */
const REFUSED_BY_CHOICE = [
  "i_string_UTF-16LE_with_BOM.json",
  "i_string_UTF-8_invalid_sequence.json",
  "i_string_UTF8_surrogate_U+D800.json",
  "i_string_invalid_utf-8.json",
  "i_string_iso_latin_1.json",
  "i_string_lone_utf8_continuation_byte.json",
  "i_string_not_in_unicode_range.json",
  "i_string_overlong_sequence_2_bytes.json",
  "i_string_overlong_sequence_6_bytes.json",
  "i_string_overlong_sequence_6_bytes_null.json",
  "i_string_truncated-utf-8.json",
  "i_string_utf16BE_no_BOM.json",
  "i_string_utf16LE_no_BOM.json",
  "i_structure_500_nested_arrays.json",
  "i_structure_UTF-8_BOM_empty_object.json",
  "transform/string_1_invalid_codepoint.json",
  "transform/string_2_invalid_codepoints.json",
  "transform/string_3_invalid_codepoints.json",
];

const refused = ({ name, expect }: Case): boolean =>
  expect === "reject" || DUPLICATE_NAMES.includes(name) || REFUSED_BY_CHOICE.includes(name);

/** Whether the outermost value is an object, seen from its first character. */
const isObject = (entry: Case): boolean => bytesOf(entry).toString().trimStart().startsWith("{");

describe.runIf(present)("JSONTestSuite, as a whole token part", () => {
  it("has as many cases as are told here", () => {
    const count = (kind: Case["expect"]): number => cases.filter((entry) => entry.expect === kind).length;
    expect([count("accept"), count("reject"), count("implementation-defined"), count("transform")]).toEqual([
      95, 188, 35, 22,
    ]);
    for (const name of [...DUPLICATE_NAMES, ...REFUSED_BY_CHOICE])
      expect(cases.map((entry) => entry.name)).toContain(name);
  });

  it.each(cases.filter((entry) => isObject(entry) && !refused(entry)).map(named))("accepts %s", (_name, entry) => {
    expect(parseJsonBytes(bytesOf(entry))).toEqual(JSON.parse(bytesOf(entry).toString()));
  });

  it.each(cases.filter((entry) => isObject(entry) && refused(entry)).map(named))("refuses %s", (_name, entry) => {
    expect(parseJsonBytes(bytesOf(entry))).toBeUndefined();
  });

  it("override: refuses everything that is not an object", () => {
    const others = cases.filter((entry) => !isObject(entry));
    expect(others.length).toBeGreaterThan(200);
    for (const entry of others) expect([entry.name, parseJsonBytes(bytesOf(entry))]).toEqual([entry.name, undefined]);
  });
});

describe.runIf(present)("JSONTestSuite, as a member of an object", () => {
  it.each(cases.filter((entry) => !refused(entry)).map(named))("accepts %s", (_name, entry) => {
    expect(parseJsonBytes(asMember(entry))).toEqual({ wrapped: JSON.parse(bytesOf(entry).toString()) });
  });

  it.each(cases.filter(refused).map(named))("refuses %s", (_name, entry) => {
    expect(parseJsonBytes(asMember(entry))).toBeUndefined();
  });
});
