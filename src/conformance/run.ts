import { configurationInvalid } from "../base/errors.js";
import { type Awaitable, type Runtime, timedRuntimeOf } from "../base/runtime.js";
import { type Asker, createAsker, type NoAnswer } from "./ask-cases.js";
import { differenceOf, shown } from "./differences.js";
import { explainVector } from "./explain.js";
import { type Judgement, judge } from "./judge.js";
import type { ConnectTarget } from "./link.js";
import type { Verdict } from "./protocol.js";
import { type CaseResult, type ConformanceReport, reportOf } from "./report.js";
import { contextOf, nameOf, type SelectedCase, type Selection, selectCases } from "./select-cases.js";
import { faultOfSigned, isDeterministic, isSigned } from "./signed-output.js";
import type { VectorFile } from "./vector-file.js";

/** Settings of {@link runVectors}. */
export interface RunOptions extends Selection {
  /**
   * Compares what is signed byte by byte, where the algorithm makes the same signature each time. For this
   * implementation; what another signs is verified, since no two need write the same. Default false.
   */
  readonly exact?: boolean;
  /** Adds to each `verifyRequest` case that failed what this implementation checks in its request. Default false. */
  readonly explain?: boolean;
  /** Seconds to wait for one answer. Default 10. */
  readonly timeout?: number;
  /** Told of each result, with the number of cases done and of all. */
  readonly onResult?: (result: CaseResult, done: number, all: number) => Awaitable<void>;
  readonly runtime?: Runtime;
}

/**
 * Runs cases against a target and judges its verdicts. Each case starts from a reset, but for one that follows another.
 * A target that dies, is silent or breaks the protocol fails the case at hand and is connected to anew.
 *
 * @example
 * ```ts
 * import { createTarget, runVectors, textReport, type VectorFile } from "wimse/conformance";
 *
 * const vectors: VectorFile = {
 *   path: "identifier/mine.json",
 *   suite: "identifier",
 *   spec: "draft-ietf-wimse-identifier",
 *   description: "A case of my own",
 *   context: {},
 *   cases: [
 *     {
 *       id: "upper-case",
 *       requirements: ["MY-1"],
 *       description: "a scheme in upper case",
 *       op: "parseIdentifier",
 *       context: {},
 *       input: { uri: "WIMSE://example.com/agent" },
 *       expect: { result: "reject", codes: ["identifier_not_canonical"] },
 *     },
 *   ],
 * };
 * const report = await runVectors([vectors], createTarget);
 * console.log(report.outcome); // passed
 * console.log(textReport(report));
 * ```
 *
 * @param connect makes the target, and makes it again after it broke off
 * @throws TypeError `configuration_invalid`: a suite, a case, a timeout or a runtime that cannot be; what `connect` throws
 */
export async function runVectors(
  files: readonly VectorFile[],
  connect: ConnectTarget,
  options: RunOptions = {},
): Promise<ConformanceReport> {
  const selected = selectCases(files, options);
  const { timeout = 10 } = options;
  if (typeof timeout !== "number" || !(timeout > 0 && timeout < Number.POSITIVE_INFINITY))
    throw configurationInvalid("timeout: seconds, above zero");
  const asker = createAsker(connect, { runtime: timedRuntimeOf(options), timeout });
  const results: CaseResult[] = [];
  try {
    for (const one of selected) {
      const result = await resultOf(one, asker, options);
      results.push(result);
      await options.onResult?.(result, results.length, selected.length);
    }
  } finally {
    await asker.close();
  }
  return reportOf(results, asker.about());
}

async function resultOf(one: SelectedCase, asker: Asker, options: RunOptions): Promise<CaseResult> {
  const { file, vector } = one;
  const { description, requirements, expect, op, input } = vector;
  const context = contextOf(file, vector);
  const answer = await asker.ask(one);
  const judgement: Judgement =
    answer.result === "none"
      ? { outcome: "no_answer", reasonUnknown: false }
      : await judge(expect, answer, (expected, output) => {
          const difference = differenceOf(expected, output);
          if (difference === undefined || !isSigned(op)) return difference;
          if (options.exact && isDeterministic(input)) return "it is not the same, byte by byte";
          return faultOfSigned(op, context, input, output);
        });
  const failed = judgement.outcome !== "passed" && judgement.outcome !== "unsupported";
  const wantsExplanation = options.explain === true && failed && op === "verifyRequest";
  const explanation = wantsExplanation ? await explainVector(context, input) : undefined;
  return {
    name: nameOf(one),
    suite: file.suite,
    description,
    requirements,
    expected: { result: expect.result, ...(expect.result === "reject" && { codes: expect.codes }) },
    ...seenIn(answer),
    ...judgement,
    ...(explanation !== undefined && { explanation }),
  };
}

function seenIn(answer: Verdict | NoAnswer): Pick<CaseResult, "seen" | "detail"> {
  switch (answer.result) {
    case "none":
      return answer.detail === undefined ? {} : { detail: answer.detail };
    case "reject":
      return { seen: answer };
    case "error":
      return { seen: { result: "error" }, detail: shown(answer.message) };
    default:
      return { seen: { result: answer.result } };
  }
}
