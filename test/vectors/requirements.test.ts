import { describe, expect, it } from "vitest";
import { refusalOf, rejectedCases, reportOf } from "./rejection.js";

/** Rejected with an error that names no requirement, each with its reason. */
const NO_REQUIREMENT: Readonly<Record<string, string>> = {
  configuration_invalid: "The mistake is the caller's own: a TypeError says what is wrong with it.",
};

/** Rejected by a check that an explanation does not make, each with its reason. */
const NOT_EXPLAINED: Readonly<Record<string, string>> = {
  configuration_invalid: "There is no verifier that could explain.",
  wpt_replayed: "An explanation claims nothing, so that whoever asks for one does not use the proof up.",
  signature_replayed: "As for a WPT.",
};

const files = [...new Set(rejectedCases.map(([file]) => file))];

describe.each(files)("a rejected case of $path", (file) => {
  const rejected = rejectedCases.filter(([its]) => its === file).map(([, one]) => [one.id, one] as const);

  it.each(rejected)("%s is refused, and explained, by a requirement of its own", async (_id, one) => {
    const refusal = await refusalOf(one, file);
    const { code, requirement } = refusal ?? { code: "accepted" };
    if (requirement === undefined) expect(Object.keys(NO_REQUIREMENT)).toContain(code);
    else expect(one.requirements).toContain(requirement);

    if (one.op !== "verifyRequest") return;
    const report = await reportOf(one, file);
    const failed = report?.checks.filter(({ outcome }) => outcome === "failed") ?? [];
    if (NOT_EXPLAINED[code] !== undefined) {
      expect(failed).toEqual([]);
      return;
    }
    expect(report).toMatchObject({ outcome: "rejected", code });
    expect(failed.map((check) => check.requirement)).toEqual([requirement]);
  });
});

it("nothing is an exception that is none", () => {
  const codes = new Set(rejectedCases.map(([, { expect: expected }]) => expected.code));
  for (const list of [NO_REQUIREMENT, NOT_EXPLAINED]) {
    expect(Object.keys(list).filter((code) => !codes.has(code))).toEqual([]);
    expect(Object.values(list).every((reason) => reason.trim() !== "")).toBe(true);
  }
});
