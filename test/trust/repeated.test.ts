import { expect, it } from "vitest";
import { repeatedIn } from "../../src/trust/repeated.js";

it.each<[unknown[], unknown[]]>([
  [[], []],
  [["a", "b"], []],
  [
    ["a", "b", "a", "a", undefined, undefined, "b"],
    ["a", undefined, "b"],
  ],
  [[1, "1", null, undefined], []],
])("of %o those occur more than once: %o", (values, repeated) => {
  expect([...repeatedIn(values)]).toEqual(repeated);
});
