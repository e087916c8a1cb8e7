import { describe, expect, it } from "vitest";
import { parseJsonBytes } from "../../src/base/json.js";
import {
  jsonCases as cases,
  DUPLICATE_NAMES,
  type JsonCase,
  jsonTestSuitePresent as present,
  REFUSED_BY_CHOICE,
  refusesJson as refused,
} from "./json-test-suite.js";

it("JSONTestSuite is present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

const bytesOf = ({ b64 }: JsonCase): Buffer => Buffer.from(b64, "base64");
/** The text as one member of an object: most cases of the suite are arrays or single values. */
const asMember = (entry: JsonCase): Buffer =>
  Buffer.concat([Buffer.from('{"wrapped":'), bytesOf(entry), Buffer.from("}")]);
const named = (entry: JsonCase): [string, JsonCase] => [entry.name, entry];

/** Whether the outermost value is an object, seen from its first character. */
const isObject = (entry: JsonCase): boolean => bytesOf(entry).toString().trimStart().startsWith("{");

describe.runIf(present)("JSONTestSuite, as a whole token part", () => {
  it("has as many cases as are told here", () => {
    const count = (kind: JsonCase["expect"]): number => cases.filter((entry) => entry.expect === kind).length;
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
