import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/conformance/report.js";
import {
  type CaseResult,
  type ConformanceReport,
  junitReport,
  type TextStyle,
  textReport,
} from "../../src/conformance.js";

const PASSED: CaseResult = {
  name: "wpt/times#valid",
  suite: "wpt",
  description: "a second before exp",
  requirements: ["TOY-1.01"],
  outcome: "passed",
  reasonUnknown: false,
  expected: { result: "accept" },
  seen: { result: "accept" },
};
const REJECT = { result: "reject", codes: ["wpt_expired", "wpt_malformed"] } as const;
const RESULTS: readonly CaseResult[] = [
  PASSED,
  { ...PASSED, name: "wpt/times#no-code", reasonUnknown: true, expected: REJECT, seen: { result: "reject" } },
  {
    ...PASSED,
    name: "wpt/times#expired",
    description: "at exp <&> \u001b[2J",
    requirements: ["TOY-1.01", "TOY-1.02"],
    outcome: "wrong_verdict",
    expected: REJECT,
    explanation: {
      outcome: "rejected",
      code: "wpt_expired",
      checks: [
        { id: "wpt.type", requirement: "TOY-1.00", outcome: "passed" },
        { id: "wpt.expiration", requirement: "TOY-1.01", outcome: "failed", detail: "exp 5" },
        { id: "wpt.signature", requirement: "TOY-1.09", outcome: "not reached" },
      ],
    },
  },
  {
    ...PASSED,
    name: "wit/claims#subject",
    suite: "wit",
    outcome: "wrong_verdict",
    detail: 'subject: "a", not "b"',
  },
  {
    ...PASSED,
    name: "wit/claims#reason",
    suite: "wit",
    outcome: "wrong_reason",
    expected: REJECT,
    seen: { result: "reject", code: "\ud800\u0007]]>" },
  },
  { ...PASSED, name: "wit/keys#none", suite: "wit", outcome: "unsupported", seen: { result: "unsupported" } },
];
const { seen: _seen, ...UNSEEN } = PASSED;
const BROKEN: readonly CaseResult[] = [
  { ...UNSEEN, name: "wpt/times#a", outcome: "no_answer", detail: "it ended with status 3" },
  { ...UNSEEN, name: "wpt/times#b", outcome: "no_answer" },
];
const target = { name: "other\u001b", version: "2.0", specs: [] };
const REPORT = reportOf(RESULTS, { target });

describe("the counts of a report", () => {
  it("tell verdicts, reasons and what was left out apart, for each suite and all", () => {
    expect(REPORT.outcome).toBe("failed");
    expect(REPORT.total).toEqual({
      cases: 6,
      passed: 2,
      reasonUnknown: 1,
      wrongVerdict: 2,
      wrongReason: 1,
      noAnswer: 0,
      unsupported: 1,
    });
    expect(REPORT.suites.map(({ suite, cases, passed }) => [suite, cases, passed])).toEqual([
      ["wpt", 3, 2],
      ["wit", 3, 0],
    ]);
  });

  it.each<[string, readonly CaseResult[], ConformanceReport["outcome"]]>([
    ["everything passed", RESULTS.slice(0, 2), "passed"],
    ["something was left out", [PASSED, ...RESULTS.slice(5)], "passed"],
    ["nothing was judged", RESULTS.slice(5), "failed"],
    ["there was nothing", [], "failed"],
    ["a verdict was wrong", RESULTS.slice(0, 3), "failed"],
    ["a reason was wrong", [PASSED, ...RESULTS.slice(4, 5)], "failed"],
    ["there was no answer", [PASSED, ...BROKEN], "failed"],
  ])("decide the outcome: %s", (_what, results, outcome) => {
    expect(reportOf(results, {}).outcome).toBe(outcome);
  });

  it("are plain data", () => {
    expect(JSON.parse(JSON.stringify(REPORT))).toEqual(REPORT);
  });
});

describe("the text", () => {
  it("lists failures with what was expected, what was seen and what they show, then suites and the outcome", () => {
    expect(textReport(REPORT)).toBe(
      [
        "target  other\\u001b 2.0",
        "",
        "✗ wpt/times#expired  at exp <&> \\u001b[2J",
        "    expected  reject (wpt_expired or wpt_malformed)",
        "    seen      accept",
        "    shows     TOY-1.01, TOY-1.02",
        "    what wimse checks: rejected (wpt_expired)",
        "      ✓  wpt.type        TOY-1.00",
        "      ✗  wpt.expiration  TOY-1.01  exp 5",
        "",
        "✗ wit/claims#subject  a second before exp",
        "    expected  accept",
        '    seen      accept: subject: "a", not "b"',
        "    shows     TOY-1.01",
        "",
        "✗ wit/claims#reason  a second before exp",
        "    expected  reject (wpt_expired or wpt_malformed)",
        "    seen      reject (\\ud800\\u0007]]>)",
        "    shows     TOY-1.01",
        "",
        "suite  cases  passed  wrong verdict  wrong reason  no answer  unsupported",
        "wpt    3      2       1              0             0          0",
        "wit    3      0       1              1             0          1",
        "all    6      2       2              1             0          1",
        "",
        "Rejected without a code, so that the reason is not known: 1.",
        "failed: 2 of 6 cases passed",
        "",
      ].join("\n"),
    );
  });

  it("says why a target was given up, and does not list the cases that it was not asked", () => {
    const text = textReport(reportOf(BROKEN, { stopped: "it ended with \u001b status 3" }));
    expect(text).toMatch(/^target {2}did not greet\n/);
    expect(text).toContain("    seen      no answer: it ended with status 3\n");
    expect(text).not.toContain("wpt/times#b");
    expect(text).toContain("The target broke off: it ended with \\u001b status 3. Cases not asked: 1.\n");
  });

  it("is short where everything passed, and in colour where there is some", () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const style: TextStyle = { strong: mark("strong"), quiet: mark("quiet"), good: mark("good"), bad: mark("bad") };
    expect(
      textReport(reportOf([PASSED], { target }), style)
        .split("\n")
        .slice(-3),
    ).toEqual(["", "<good>passed: 1 of 1 cases passed</good>", ""]);
    const text = textReport(REPORT, style);
    expect(text).toContain("<bad>✗ wit/claims#reason</bad>  a second");
    expect(text).toContain("<bad>failed: 2 of 6 cases passed</bad>");
  });
});

describe("the XML of JUnit", () => {
  it("has a test suite for each suite and a test case for each case, well escaped", () => {
    const xml = junitReport(REPORT);
    expect(xml.split("\n").slice(0, 4)).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="wimse conformance" tests="6" failures="3" errors="0" skipped="1">',
      '  <testsuite name="wpt" tests="3" failures="1" errors="0" skipped="0">',
      '    <testcase classname="wpt/times" name="valid: a second before exp"/>',
    ]);
    expect(xml).toContain('name="expired: at exp &lt;&amp;&gt; \ufffd[2J"><failure type="wrong_verdict"');
    expect(xml).toContain('message="expected accept, seen accept: subject: &quot;a&quot;, not &quot;b&quot;"');
    expect(xml).toContain("seen reject (\ufffd\ufffd]]&gt;)");
    expect(xml).toContain("\n    shows     TOY-1.01, TOY-1.02\n    what wimse checks: rejected (wpt_expired)\n");
    expect(xml).toContain('name="none: a second before exp"><skipped/></testcase>');
    expect(xml).not.toMatch(/[^\t\n\r -\ud7ff\ue000-\ufffd]/);
    expect(xml.replace(/<[^<>]*>/g, "")).not.toMatch(/[<>]|&(?!lt;|gt;|amp;|quot;|apos;|#\d+;)/);
    expect(xml.match(/<testcase /g)).toHaveLength(6);
  });

  it("keeps the white space of an attribute", () => {
    expect(junitReport(reportOf([{ ...PASSED, description: "a\tb\r\nc" }], {}))).toContain("a&#9;b&#13;&#10;c");
  });

  it("has errors for missing answers, of cases that were not asked too", () => {
    const xml = junitReport(reportOf(BROKEN, { stopped: "x" }));
    expect(xml).toContain('<error type="no_answer" message="expected accept, seen no answer: it ended with status 3">');
    expect(xml).toContain('<error type="no_answer" message="expected accept, seen not asked">');
  });
});
