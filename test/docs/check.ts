import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Example } from "./extract.js";

/** An example, written to a file in which its lines have the numbers that they have in the documentation. */
export interface WrittenExample {
  readonly example: Example;
  readonly path: string;
}

export function writeExamples(root: string, examples: readonly Example[]): WrittenExample[] {
  const parent = join(root, "test", ".generated");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "examples-"));
  return examples.map((example) => {
    const path = join(folder, `${example.file.replaceAll(/\W/g, "-")}-${example.line}.ts`);
    writeFileSync(path, `${"\n".repeat(example.line - 1)}${example.code}\n`);
    return { example, path };
  });
}

/** Type-checks all examples in one program, under the rules of the project; gives the complaints about each. */
export function typeProblems(root: string, written: readonly WrittenExample[]): Map<Example, string[]> {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(
    written.map(({ path }) => path),
    {
      ...options,
      // An example may show a result without using it, and needs no import to be a module.
      noUnusedLocals: false,
      noUnusedParameters: false,
      moduleDetection: ts.ModuleDetectionKind.Force,
    },
  );
  return new Map(
    written.map(({ example, path }) => {
      const source = program.getSourceFile(path);
      const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      const lineOf = (position = 0): number => (source?.getLineAndCharacterOfPosition(position).line ?? 0) + 1;
      const say = ({ start, messageText }: ts.Diagnostic): string =>
        `${example.file}:${lineOf(start)} ${ts.flattenDiagnosticMessageText(messageText, "\n  ")}`;
      return [example, diagnostics.map(say)];
    }),
  );
}

/** Runs an example; a failure names the line of the documentation at which it happened. */
export async function runExample({ example, path }: WrittenExample): Promise<void> {
  try {
    await import(/* @vite-ignore */ path);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const at = stack.split("\n").find((frame) => frame.includes(path));
    const line = /:(\d+):\d+\)?$/.exec(at ?? "")?.[1] ?? example.line;
    throw new Error(`${example.file}:${line} ${error}`, { cause: error });
  }
}
