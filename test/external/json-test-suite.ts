import { type Difference, leftOpen, overridden, type Part, part } from "./suite.js";
import { testData } from "./test-data.js";

/** A case of Nicolas Seriot's JSONTestSuite. */
export interface JsonCase {
  readonly name: string;
  readonly expect: "accept" | "reject" | "implementation-defined" | "transform";
  readonly b64: string;
}

const FILE = "jsontestsuite.json";
const data = testData("json");
export const jsonTestSuitePresent: boolean = data.present;
export const jsonCases: readonly JsonCase[] = data.read(FILE, { cases: [] as JsonCase[] }).cases;

export const DUPLICATE_NAMES: readonly string[] = [
  "y_object_duplicated_key.json",
  "y_object_duplicated_key_and_value.json",
  "transform/object_same_key_different_values.json",
  "transform/object_same_key_same_value.json",
  "transform/object_same_key_unclear_values.json",
];

/** Of what an implementation may decide, we refuse text that is not UTF-8, a byte order mark and deep nesting. */
export const REFUSED_BY_CHOICE: readonly string[] = [
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

/** Whether a case is refused here. */
export const refusesJson = ({ name, expect }: JsonCase): boolean =>
  expect === "reject" || DUPLICATE_NAMES.includes(name) || REFUSED_BY_CHOICE.includes(name);

function differenceOf(entry: JsonCase): Difference | undefined {
  if (entry.expect === "accept") {
    return refusesJson(entry) ? overridden("names in an object are unique (RFC 7519 section 4)") : undefined;
  }
  if (entry.expect === "reject") return undefined;
  if (!refusesJson(entry)) return leftOpen("accepted, with the value that `JSON.parse` gives");
  if (DUPLICATE_NAMES.includes(entry.name)) return leftOpen("refused: the same name twice");
  return leftOpen("refused: not UTF-8, a byte order mark, or deep nesting");
}

export const jsonParts: readonly Part[] = [part("JSON texts", [FILE], jsonCases, differenceOf)];
