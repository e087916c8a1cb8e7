import { columns, PLAIN, printable, type TextStyle } from "../base/text.js";
import type { VerificationReport } from "../exchange/report.js";
import { checkLines } from "./check-lines.js";
import {
  type CaseCounts,
  type CaseResult,
  type ConformanceReport,
  expectedInWords,
  failuresOf,
  seenInWords,
  wasAsked,
} from "./report.js";

const HEADINGS = ["suite", "cases", "passed", "wrong verdict", "wrong reason", "no answer", "unsupported"];

/** A report for a reader: the cases that failed, a table of the suites, and the outcome. Ends with a line end. */
export function textReport(report: ConformanceReport, style: TextStyle = PLAIN): string {
  const { target, total } = report;
  const failures = failuresOf(report);
  const told = failures.filter(wasAsked);
  const lines = [
    `target  ${target === undefined ? "did not greet" : printable(`${target.name} ${target.version}`)}`,
    "",
    ...told.flatMap((one) => [...failureLines(one, style), ""]),
    ...columns([HEADINGS, ...report.suites.map((one) => row(one.suite, one)), row("all", total)], ""),
    "",
    ...notes(report, failures.length - told.length),
  ];
  const verdict = `${report.outcome}: ${total.passed} of ${total.cases} cases passed`;
  const painted = report.outcome === "passed" ? style.good(verdict) : style.bad(verdict);
  return `${[...lines, painted].join("\n")}\n`;
}

/** What the table does not say. */
function notes({ total, stopped }: ConformanceReport, notAsked: number): string[] {
  const { reasonUnknown } = total;
  return [
    ...(reasonUnknown === 0 ? [] : [`Rejected without a code, so that the reason is not known: ${reasonUnknown}.`]),
    ...(stopped === undefined ? [] : [printable(`The target broke off: ${stopped}. Cases not asked: ${notAsked}.`)]),
  ];
}

function row(suite: string, counts: CaseCounts): string[] {
  const { cases, passed, wrongVerdict, wrongReason, noAnswer, unsupported } = counts;
  return [printable(suite), ...[cases, passed, wrongVerdict, wrongReason, noAnswer, unsupported].map(String)];
}

/** One case that failed, in lines. */
export function failureLines(result: CaseResult, style: TextStyle = PLAIN): string[] {
  const { name, description, requirements, explanation } = result;
  const about = [
    ["expected", expectedInWords(result)],
    ["seen", seenInWords(result)],
    ["shows", requirements.join(", ")],
  ];
  return [
    `${style.bad(printable(`✗ ${name}`))}  ${printable(description)}`,
    ...columns(
      about.map((cells) => cells.map(printable)),
      "    ",
    ),
    ...(explanation === undefined ? [] : explanationLines(explanation, style)),
  ];
}

function explanationLines({ outcome, code, checks }: VerificationReport, style: TextStyle): string[] {
  const reached = checks.filter((check) => check.outcome !== "not reached");
  const verdict = code === undefined ? outcome : `${outcome} (${code})`;
  return [`    what wimse checks: ${verdict}`, ...checkLines(reached, style, "      ")];
}
