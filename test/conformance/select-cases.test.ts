import { expect, it } from "vitest";
import { type Selection, selectCases } from "../../src/conformance/select-cases.js";
import type { VectorFile } from "../../src/conformance.js";
import { mistake } from "../support/wpt-fixtures.js";
import { vectorFile } from "./vectors.js";

const NO_FILES = "files: an array of vector files";
const NO_NAMES = "suites and cases: arrays of names";
const files = [vectorFile({ id: "a" }, { id: "b" })];

it.each<[string, unknown, unknown, string]>([
  ["no files", undefined, {}, NO_FILES],
  ["one file, in no array", files[0], {}, NO_FILES],
  ["what iterates, and is no array", { every: () => true, map: () => [], filter: () => [] }, {}, NO_FILES],
  ["a file that is null", [null], {}, NO_FILES],
  ["a file whose cases are none", [{ ...files[0], cases: {} }], {}, NO_FILES],
  ["a suite that is no array", files, { suites: "identifier" }, NO_NAMES],
  ["a case that is no array", files, { cases: "a" }, NO_NAMES],
  ["suites that are null", files, { suites: null }, NO_NAMES],
  ["a suite that is not there", files, { suites: ["x"] }, "suite: one of identifier"],
  ["a case that is not there", files, { cases: ["a", "c"] }, "case: there is no such case in these suites"],
])("refuses %s", (_what, given, selection, message) => {
  expect(() => selectCases(given as VectorFile[], selection as Selection)).toThrow(
    expect.objectContaining({ ...mistake, message }),
  );
});

it("selects the cases that are named, by either name, in the order of their files", () => {
  const selected = selectCases(files, { cases: ["identifier/some#b", "a"], suites: ["identifier"] });
  expect(selected.map(({ vector }) => vector.id)).toEqual(["a", "b"]);
});
