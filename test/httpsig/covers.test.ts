import { expect, it } from "vitest";
import { parseInnerList } from "../../src/http/structured-dictionary.js";
import { covers } from "../../src/httpsig/profile.js";

it.each([
  ['("@path")', false, true],
  ['("@method" "@path")', false, true],
  ['("@path";req)', true, true],
  ['("@path")', true, false],
  ['("@path";req)', false, false],
  ['("@path";req;req)', true, false],
  ['("@path";req=?0)', true, false],
  ['("@path";req;x)', true, false],
  ['("@path";x)', false, false],
  ['("@PATH")', false, false],
  ["(@path)", false, undefined],
])("HSIG-3.02, HSIG-3.14: whether %s covers @path, req %s: %s", (text, req, expected) => {
  const list = parseInnerList(text);
  expect(list && covers(list.items, "@path", req)).toBe(expected);
});
