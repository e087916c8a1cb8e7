import type { VerificationReport } from "../exchange/report.js";
import type { Outcome } from "./judge.js";
import type { Verdict } from "./protocol.js";
import type { Expectation } from "./vector-file.js";

/** How one case went. */
export interface CaseResult {
  /** Its name among all vectors, such as `wpt/times#expired`. */
  readonly name: string;
  readonly suite: string;
  readonly description: string;
  readonly requirements: readonly string[];
  readonly outcome: Outcome;
  /** Rejected as expected, but without a code: whether for the right reason is not known. */
  readonly reasonUnknown: boolean;
  readonly expected: {
    readonly result: Expectation["result"];
    /** The codes that are right, on rejection. */
    readonly codes?: readonly string[];
  };
  /** What the target said; left out where there was no answer. */
  readonly seen?: { readonly result: Verdict["result"]; readonly code?: string };
  /** What was wrong with an output, or with a target that gave no answer. Left out where it was not asked any more. */
  readonly detail?: string;
  /** What this implementation checks in the same request, where that was asked for. */
  readonly explanation?: VerificationReport;
}

/** How many cases went how. */
export interface CaseCounts {
  readonly cases: number;
  readonly passed: number;
  /** Among those that passed: rejected without a code. */
  readonly reasonUnknown: number;
  /** Accepted what is to be rejected, rejected what is to be accepted, or accepted with a wrong output. */
  readonly wrongVerdict: number;
  /** Rejected as it should be, with a code that says another reason. */
  readonly wrongReason: number;
  /** No usable answer. */
  readonly noAnswer: number;
  /** Left out by the target: neither passed nor failed. */
  readonly unsupported: number;
}

/** The results of a run. It is plain data: `JSON.stringify(report)` is its JSON form. */
export interface ConformanceReport {
  /** `failed` when a case failed or had no answer, and when nothing at all was judged. */
  readonly outcome: "passed" | "failed";
  /** As the target calls itself; left out when it never greeted. */
  readonly target?: { readonly name: string; readonly version: string; readonly specs: readonly string[] };
  /** What was wrong with a target that was given up: it never greeted, or broke off several times in a row. */
  readonly stopped?: string;
  readonly total: CaseCounts;
  readonly suites: readonly (CaseCounts & { readonly suite: string })[];
  readonly cases: readonly CaseResult[];
}

/** Puts a report together. */
export function reportOf(
  cases: readonly CaseResult[],
  about: Pick<ConformanceReport, "target" | "stopped">,
): ConformanceReport {
  const total = countsOf(cases);
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const failures = total.wrongVerdict + total.wrongReason + total.noAnswer;
  return {
    outcome: failures === 0 && total.passed > 0 ? "passed" : "failed",
    ...about,
    total,
    suites: suites.map((suite) => ({ suite, ...countsOf(cases.filter((one) => one.suite === suite)) })),
    cases,
  };
}

/** The cases that failed. */
export function failuresOf({ cases }: ConformanceReport): readonly CaseResult[] {
  return cases.filter(({ outcome }) => outcome !== "passed" && outcome !== "unsupported");
}

function countsOf(cases: readonly CaseResult[]): CaseCounts {
  const count = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
  return {
    cases: cases.length,
    passed: count("passed"),
    reasonUnknown: cases.filter(({ reasonUnknown }) => reasonUnknown).length,
    wrongVerdict: count("wrong_verdict"),
    wrongReason: count("wrong_reason"),
    noAnswer: count("no_answer"),
    unsupported: count("unsupported"),
  };
}

/** What was expected of a case, in words. */
export function expectedInWords({ expected: { result, codes = [] } }: CaseResult): string {
  return codes.length === 0 ? result : `${result} (${codes.join(" or ")})`;
}

/** Whether a case was put to the target, before it broke off for good. */
export function wasAsked({ seen, detail }: CaseResult): boolean {
  return seen !== undefined || detail !== undefined;
}

/** What was seen, in words. */
export function seenInWords(result: CaseResult): string {
  const { seen, detail, reasonUnknown } = result;
  if (!wasAsked(result)) return "not asked";
  const code = seen?.code ?? (reasonUnknown ? "no code" : undefined);
  const verdict = seen === undefined ? "no answer" : code === undefined ? seen.result : `${seen.result} (${code})`;
  return detail === undefined ? verdict : `${verdict}: ${detail}`;
}
