import { describe, expect, it } from "vitest";
import { casesOf, listOf, project, reasonsOf, row } from "./spec-map-support.js";

const { put, run } = project();

describe("--check", () => {
  it("passes a complete map with a current page", () => {
    run();
    expect(run("--check")).toEqual({ status: 0, lines: ["spec map: complete and up to date"] });
  });

  it("asks nothing of requirements that no library can enforce", () => {
    put("vectors/requirements.json", listOf(row("TOY-1.01"), row("TOY-1.02", { enforceable: false })));
    run();
    expect(run("--check").status).toBe(0);
  });

  it("accepts a reason in place of source and test", () => {
    put("vectors/requirements.json", listOf(row("TOY-1.01"), row("TOY-1.02", { notEnforced: "Later." })));
    run();
    expect(run("--check").status).toBe(0);
  });

  it.each<[string, () => void, string]>([
    [
      "neither source nor reason",
      () => put("src/wit/check.ts", "check();"),
      "TOY-1.01: no source file cites it, and no reason is given",
    ],
    ["no test", () => put("test/wit/check.test.ts", ""), "TOY-1.01: no test cites it"],
    [
      "no case",
      () => put("vectors/wit/form.json", casesOf({})),
      "TOY-1.01: no vector shows it, and vectors/not-shown.json gives no reason",
    ],
    [
      "an unknown id in a case",
      () => put("vectors/wit/form.json", casesOf({ plain: ["TOY-1.01", "TOY-9.01"] })),
      "TOY-9.01: not in vectors/requirements.json, but cited in vectors/wit/form.json",
    ],
    [
      "a reason although a case shows it",
      () => put("vectors/not-shown.json", reasonsOf({ "TOY-1.01": "x" })),
      "TOY-1.01: said in vectors/not-shown.json not to be shown, but shown in vectors/wit/form.json",
    ],
    [
      "a reason for what does not exist",
      () => put("vectors/not-shown.json", reasonsOf({ "TOY-9.01": "x" })),
      "TOY-9.01: in vectors/not-shown.json, but it is not among what is enforced",
    ],
    [
      "a reason for what is not enforced",
      () => {
        put("vectors/requirements.json", listOf(row("TOY-1.01"), row("TOY-1.02", { notEnforced: "Later." })));
        put("vectors/not-shown.json", reasonsOf({ "TOY-1.02": "x" }));
      },
      "TOY-1.02: in vectors/not-shown.json, but it is not among what is enforced",
    ],
    [
      "a reason although the source cites it",
      () => put("vectors/requirements.json", listOf(row("TOY-1.01", { notEnforced: "Later." }))),
      "TOY-1.01: said not to be enforced, but cited in src/wit/check.ts",
    ],
    [
      "an unknown id in the source",
      () => put("src/b.ts", "// TOY-9.01"),
      "TOY-9.01: not in vectors/requirements.json, but cited in src/b.ts",
    ],
    [
      "an unknown id in a test",
      () => put("test/b.test.ts", "// TOY-9.01"),
      "TOY-9.01: not in vectors/requirements.json, but cited in test/b.test.ts",
    ],
    [
      "a range of ids",
      () => put("src/b.ts", "// TOY-1.01-03"),
      "src/b.ts: TOY-1.01-03: a range of ids; write each of them out",
    ],
  ])("fails on %s", (_, spoil, line) => {
    spoil();
    run();
    expect(run("--check")).toEqual({ status: 1, lines: [line] });
  });

  it("fails on a page that is missing or out of date", () => {
    expect(run("--check")).toEqual({ status: 1, lines: [expect.stringContaining("out of date")] });
    run();
    for (const [path, text] of [
      ["src/new.ts", "// TOY-1.01"],
      ["src/wit/check.ts", "\ncheck(); // TOY-1.01"],
    ] as const) {
      put(path, text);
      expect(run("--check")).toEqual({ status: 1, lines: [expect.stringContaining("out of date")] });
      run();
    }
  });
});
