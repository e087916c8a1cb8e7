import { expect, it } from "vitest";
import { shortened } from "../../src/base/shortened.js";

it.each([
  ["", ""],
  ["a".repeat(256), "a".repeat(256)],
  ["a".repeat(257), `${"a".repeat(256)}…`],
  [`${"a".repeat(256)}secret`, `${"a".repeat(256)}…`],
])("a text is shown up to 256 characters", (text, shown) => {
  expect(shortened(text)).toBe(shown);
});
