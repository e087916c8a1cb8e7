import { columns, printable, type TextStyle } from "../base/text.js";
import type { ReportedCheck } from "../exchange/report.js";

const MARKS = { passed: "✓", failed: "✗", "not reached": "·" } as const;

/** The checks of a verification, one a line: outcome, check, requirement, what was compared. */
export function checkLines(checks: readonly ReportedCheck[], style: TextStyle, indent: string): string[] {
  const rows = checks.map(({ id, requirement, outcome, detail = "" }) => [
    MARKS[outcome],
    id,
    requirement,
    printable(detail),
  ]);
  return columns(rows, indent).map((line, i) => {
    const outcome = checks[i]?.outcome;
    if (outcome === "failed") return style.bad(line);
    return outcome === "passed" ? line.replace(MARKS.passed, style.good) : style.quiet(line);
  });
}
