import { expect, it } from "vitest";
import { trustStoreOf } from "../../src/conformance/trust.js";
import { mistake } from "../support/wpt-fixtures.js";

const ORIGIN = "wimse://example.com";

it.each<[string, unknown, string]>([
  ["nothing", undefined, "trust: an object of trust domains by origin"],
  ["a list of trust domains", [{ origin: ORIGIN, keys: [] }], "trust: an object of trust domains by origin"],
  ["a trust domain that is a number", { [ORIGIN]: 1 }, "trust: a trust domain is an object of options"],
  ["a trust domain that is a list of keys", { [ORIGIN]: [] }, "trust: a trust domain is an object of options"],
  ["a trust domain that is null", { [ORIGIN]: null }, "trust: a trust domain is an object of options"],
  [
    "a second origin inside",
    { [ORIGIN]: { keys: [], origin: "wimse://other.example" } },
    "trust: the origin is the name of the member",
  ],
])("refuses %s", (_what, trust, message) => {
  expect(() => trustStoreOf(trust)).toThrow(expect.objectContaining({ ...mistake, message }));
});
