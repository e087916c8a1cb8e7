import { type CaseResult, type ConformanceReport, expectedInWords, seenInWords } from "./report.js";
import { failureLines } from "./text-report.js";

/**
 * A report in the XML of JUnit, as services for continuous integration read it. A wrong verdict or reason is a failure,
 * a missing answer an error, and what the target left out is skipped.
 */
export function junitReport(report: ConformanceReport): string {
  const { wrongVerdict, wrongReason, noAnswer, unsupported, cases } = report.total;
  const all = attributes({
    name: "wimse conformance",
    tests: cases,
    failures: wrongVerdict + wrongReason,
    errors: noAnswer,
    skipped: unsupported,
  });
  const lines = report.suites.flatMap((suite) => {
    const counts = {
      name: suite.suite,
      tests: suite.cases,
      failures: suite.wrongVerdict + suite.wrongReason,
      errors: suite.noAnswer,
      skipped: suite.unsupported,
    };
    const inSuite = report.cases.filter((one) => one.suite === suite.suite);
    return [`  <testsuite${attributes(counts)}>`, ...inSuite.map(testCase), "  </testsuite>"];
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${all}>`, ...lines, "</testsuites>", ""].join("\n");
}

function testCase(result: CaseResult): string {
  const [file = "", id = ""] = splitName(result.name);
  const open = `    <testcase${attributes({ classname: file, name: `${id}: ${result.description}` })}`;
  if (result.outcome === "passed") return `${open}/>`;
  if (result.outcome === "unsupported") return `${open}><skipped/></testcase>`;
  const element = result.outcome === "no_answer" ? "error" : "failure";
  const message = `expected ${expectedInWords(result)}, seen ${seenInWords(result)}`;
  const told = xmlText(failureLines(result).join("\n"));
  return `${open}><${element}${attributes({ type: result.outcome, message })}>${told}</${element}></testcase>`;
}

function splitName(name: string): [string, string] {
  const hash = name.indexOf("#");
  return [name.slice(0, hash), name.slice(hash + 1)];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value)).replace(LINE_END, reference)}"`)
    .join("");
}

/** What XML 1.0 has no way to write, not even escaped. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const ESCAPED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** White space that would become a space in an attribute. */
const LINE_END = /[\t\r\n]/g;

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

/** A text that stands for itself in XML. */
function xmlText(text: string): string {
  return text.replace(NOT_XML, "\ufffd").replace(/[&<>"']/g, (character) => ESCAPED[character] ?? "");
}
