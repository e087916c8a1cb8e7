import { inspect } from "node:util";
import { afterAll, vi } from "vitest";

const METHODS = ["debug", "error", "info", "log", "trace", "warn"] as const;

/** Everything that is written to the console, and every warning of the process, until the end of the test file. */
export function consoleText(): () => string {
  const lines: unknown[] = [];
  const note = (...words: unknown[]): void => void lines.push(words);
  const spies = METHODS.map((method) => vi.spyOn(console, method).mockImplementation(note));
  const warnings = vi.spyOn(process, "emitWarning").mockImplementation(note as never);
  afterAll(() => {
    for (const spy of [...spies, warnings]) spy.mockRestore();
  });
  return () => inspect(lines, { depth: null, showHidden: true, maxStringLength: null });
}
