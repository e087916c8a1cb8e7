import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runExample, typeProblems, writeExamples } from "./check.js";
import { allExamples, docstringExamples, type Example, markdownExamples } from "./extract.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

const fixture = (file: string, line: number, code: string): Example => ({ file, line, code, marks: "" });
const documented = allExamples(root);
const wrongType = fixture("docs/type.md", 10, 'const a = 1;\nconst b: number = "two";');
const throwing = fixture("docs/throw.md", 10, 'const a = "said";\n\nthrow new Error(a);');
const ours = fixture(
  "docs/ours.md",
  1,
  'import { parseWorkloadIdentifier } from "wimse/identifier";\nparseWorkloadIdentifier;',
);

const written = writeExamples(root, [...documented, wrongType, throwing, ours]);
let problems: ReadonlyMap<Example, string[]> = new Map();

/** The way of every example: it compiles, then it runs. */
async function compileAndRun(example: Example): Promise<void> {
  const complaints = problems.get(example) ?? ["was not compiled"];
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  const one = written.find((candidate) => candidate.example === example);
  if (one === undefined) throw new Error("was not written");
  await runExample(one);
}

beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  problems = typeProblems(root, written);
}, 60_000);
afterAll(() => {
  vi.restoreAllMocks();
  for (const folder of new Set(written.map(({ path }) => dirname(path)))) rmSync(folder, { recursive: true });
});

describe("the examples of the documentation", () => {
  it("are marked as code and nothing else, so that none is left out", () => {
    const marked = documented.filter(({ marks }) => marks !== "");
    expect(marked.map(({ file, line, marks }) => `${file}:${line - 1} ${marks}`)).toEqual([]);
  });

  for (const example of documented) {
    it(`${example.file}:${example.line} compiles and runs`, () => compileAndRun(example), 30_000);
  }
});

describe("the finder of examples", () => {
  it("takes TypeScript and JavaScript blocks from Markdown, and no others", () => {
    const text = [
      "```sh",
      "$ wimse demo",
      "```",
      "1. In a list:",
      "   ```ts",
      "   one;",
      "     two;",
      "   ```",
      "````md",
      "```ts",
      "shown, not run",
      "```",
      "````",
      "~~~js ignore",
      "three;",
      "~~~",
    ].join("\n");
    expect(markdownExamples("a.md", text)).toEqual([
      { file: "a.md", line: 6, code: "one;\n  two;", marks: "" },
      { file: "a.md", line: 15, code: "three;", marks: "ignore" },
    ]);
  });

  it("takes the @example blocks of docstrings, with fences and without", () => {
    const text = [
      "/** Nothing. */",
      "/**",
      " * Something.",
      " *",
      " * @example",
      " * ```ts",
      " * one;",
      " * ```",
      " * @returns a number",
      " */",
      "/**",
      " * @example",
      " * two;",
      " *   three;",
      " */",
      "/** @example four; */",
    ].join("\n");
    expect(docstringExamples("a.ts", text).map(({ line, code }) => ({ line, code: code.trim() }))).toEqual([
      { line: 7, code: "one;" },
      { line: 12, code: "two;\n  three;" },
      { line: 16, code: "four;" },
    ]);
  });
});

describe("the check of examples", () => {
  it("names the line of the documentation that does not compile", async () => {
    await expect(compileAndRun(wrongType)).rejects.toThrow(
      /^docs\/type\.md:11 Type 'string' is not assignable to type 'number'\.$/,
    );
  });

  it("names the line of the documentation that throws", async () => {
    await expect(compileAndRun(throwing)).rejects.toThrow(/^docs\/throw\.md:12 Error: said$/);
  });

  it("resolves the library's own entry points to its sources", async () => {
    await expect(compileAndRun(ours)).resolves.toBeUndefined();
  });
});
