import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Suites that others made. They are not part of this project; whoever has them keeps them beside it. */
const ROOT = new URL("../../../shared/testdata/", import.meta.url);

/** The files of one suite. */
export interface TestData {
  readonly present: boolean;
  /** The names of all its JSON files, sorted; none when the suite is absent. */
  readonly files: readonly string[];
  /** The content of a file; `absent` when the suite is absent. */
  read<T>(file: string, absent: T): T;
}

/** The suite in a folder. When it is absent, that is said. */
export function testData(folder: string): TestData {
  const url = new URL(`${folder}/`, ROOT);
  const present = existsSync(url);
  if (!present) console.warn(`left out: ../shared/testdata/${folder} is absent`);
  const files = present ? readdirSync(url, { recursive: true, encoding: "utf8" }) : [];
  return {
    present,
    files: files.filter((file) => file.endsWith(".json")).sort(),
    read: (file, absent) => (present ? JSON.parse(readFileSync(new URL(file, url), "utf8")) : absent),
  };
}
