import { inspect } from "node:util";
import { vi } from "vitest";

const METHODS = ["debug", "error", "info", "log", "trace", "warn"] as const;

/** Everything that is written to the console, and every warning of the process, from now on. */
export function consoleText(): () => string {
  const lines: unknown[] = [];
  const note = (...words: unknown[]): void => void lines.push(words);
  for (const method of METHODS) vi.spyOn(console, method).mockImplementation(note);
  vi.spyOn(process, "emitWarning").mockImplementation(note as never);
  return () => inspect(lines, { depth: null, showHidden: true, maxStringLength: null });
}
