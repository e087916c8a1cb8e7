import { statSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import project from "../../vitest.config.js";

/** Each takes seconds, once for nearly every mutant. */
const SLOW = ["test/replay/a-million-entries.test.ts", "test/http/long-fields.test.ts"];

/** Small files first: the first test that fails ends the run, and what is small is quick. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const size = new Map(files.map((file) => [file, statSync(file.moduleId).size]));
    return files.toSorted((a, b) => (size.get(a) ?? 0) - (size.get(b) ?? 0));
  }
}

export default defineConfig({
  ...project,
  test: {
    ...project.test,
    include: [`test/${process.env["WIMSE_MUTATED_FOLDER"]}/**/*.test.ts`],
    exclude: SLOW,
    sequence: { sequencer: SmallFirst },
    testTimeout: 60_000, // mutants run into the limit of the mutation run before
  },
});
