import { defineConfig } from "vitest/config";
import project from "../../vitest.config.js";

/** Each takes seconds, once for nearly every mutant. */
const SLOW = ["test/replay/a-million-entries.test.ts", "test/http/long-fields.test.ts"];

export default defineConfig({
  ...project,
  test: {
    ...project.test,
    include: [`test/${process.env["WIMSE_MUTATED_FOLDER"] ?? process.env["FOLDER"]}/**/*.test.ts`],
    exclude: SLOW,
    testTimeout: 60_000, // mutants run into the limit of the mutation run before
  },
});
