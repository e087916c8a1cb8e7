import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { suiteTable } from "./suite.js";
import { suites } from "./suites.js";
import { testData } from "./test-data.js";

const PAGE = fileURLToPath(new URL("../../docs/external-suites.md", import.meta.url));
const TABLE = /(?<=<!-- table of suites -->\n\n).*(?=\n\n<!-- end of the table -->)/s;

const folders = suites.map((suite) => ({ ...suite, data: testData(suite.folder) }));
const present = folders.every(({ data }) => data.present);
if (!present) console.warn("left out: the check of docs/external-suites.md, because suites are absent");

it("all suites are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

describe.runIf(present)("docs/external-suites.md", () => {
  it("has a place for the table", () => {
    expect(readFileSync(PAGE, "utf8")).toMatch(TABLE);
  });

  it("tells what the tests count; with --update the table is written", async () => {
    const page = readFileSync(PAGE, "utf8").replace(TABLE, () => suiteTable(suites));
    await expect(page).toMatchFileSnapshot(PAGE);
  });

  it.each(folders)("leaves no file of $name out", ({ data, parts }) => {
    const read = new Set(parts.flatMap(({ files }) => files));
    expect([...read].sort()).toEqual(data.files);
  });
});
