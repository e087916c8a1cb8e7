import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pageText } from "../../scripts/mutation/page.mjs";
import {
  changesSince,
  digestOf,
  type FileRecord,
  FOLDERS,
  folderOf,
  parseRecord,
  problemsOf,
  recordOf,
  recordText,
  retried,
  scoreOf,
  sumsOf,
} from "../../scripts/mutation/record.mjs";
import { check, filesNamed, main, sourceDigests, writtenIn } from "../../scripts/mutation.mjs";

const PATH = "src/wit/times.ts";
const SOURCE = "const a = 1;\n  if (a >\n    2) b();\nc(a);\n";
const at = (line: number, column: number) => ({ line, column });
const mutant = (status: string, replacement: string, start = at(1, 11), end = at(1, 12)) => ({
  status,
  replacement,
  location: { start, end },
});
const reported = (...mutants: ReturnType<typeof mutant>[]) => ({ source: SOURCE, mutants });
const reportOf = (...mutants: ReturnType<typeof mutant>[]) => ({ files: { [PATH]: reported(...mutants) } });
const found = (...mutants: ReturnType<typeof mutant>[]): FileRecord => {
  const record = recordOf(reportOf(...mutants))[PATH];
  if (record === undefined) throw new Error("nothing was found");
  return record;
};
const killed = (count: number) => Array.from({ length: count }, () => mutant("Killed", "0"));
const named = { file: PATH, code: "c(a);", original: "a", replacement: "b" };
const survivor = mutant("Survived", "b", at(4, 3), at(4, 4));

describe("the record of a report", () => {
  it("has a file of which the report says nothing, because nothing in it can be mutated", () => {
    const given = new Map([
      [PATH, digestOf(SOURCE)],
      ["src/wit/types.ts", "d1"],
    ]);
    const record = recordOf(reportOf(...killed(2)), given);
    expect(Object.keys(record).sort()).toEqual([PATH, "src/wit/types.ts"]);
    expect(record[PATH]?.killed).toBe(2);
    expect(record["src/wit/types.ts"]).toEqual({
      sha256: "d1",
      killed: 0,
      timedOut: 0,
      ignored: 0,
      failed: 0,
      survivors: [],
    });
  });

  it("counts mutants by what became of them, and keeps those that survived, in the order of their lines", () => {
    const record = found(
      mutant("NoCoverage", "{}", at(4, 1), at(4, 5)),
      mutant("Survived", "a <\n  2", at(2, 7), at(3, 6)),
      mutant("Timeout", "0"),
      mutant("Ignored", ""),
      mutant("RuntimeError", "2"),
      mutant("CompileError", "3"),
      ...killed(2),
    );
    expect(record).toEqual({
      sha256: digestOf(SOURCE),
      killed: 2,
      timedOut: 1,
      ignored: 1,
      failed: 2,
      survivors: [
        { line: 2, lastLine: 3, code: "if (a >", original: "a > 2", replacement: "a < 2" },
        { line: 4, code: "c(a);", original: "c(a)", replacement: "{}", uncovered: true },
      ],
    });
  });

  it("is written in one order, and read again", () => {
    const record = { "src/wpt/b.ts": found(), "src/wit/a.ts": found(survivor) };
    const text = recordText(record);
    expect(parseRecord(text)).toEqual(record);
    expect(text.indexOf("src/wit/a.ts")).toBeLessThan(text.indexOf("src/wpt/b.ts"));
    expect(() => parseRecord('{"format":"other","files":{}}')).toThrow("unknown format");
  });

  it("is mended when survivors are tried again", () => {
    const twice = mutant("Survived", "b");
    const before = found(twice, twice, survivor, ...killed(1));
    const after = retried(
      before,
      reported(mutant("Killed", "b"), twice, mutant("Timeout", "b", at(4, 3), at(4, 4)), ...killed(9)),
    );
    expect(after).toMatchObject({ killed: 2, timedOut: 1, survivors: [{ line: 1, replacement: "b" }] });
    expect(retried(before, reported())).toEqual(before);
    expect(() => retried(before, { ...reported(), source: "" })).toThrow("has changed");
  });
});

describe("scores", () => {
  it("are noticed mutants of all that count, never rounded up", () => {
    const record = { [PATH]: found(...killed(2), mutant("Timeout", "0"), mutant("Ignored", ""), survivor) };
    const sums = sumsOf(record, [{ reason: "because", mutants: [named] }]);
    expect(sums).toEqual({ mutants: 4, killed: 2, timedOut: 1, survived: 1, explained: 1, ignored: 1, failed: 0 });
    expect(scoreOf(sums)).toBe(75);
    expect(scoreOf({ ...sums, mutants: 1000, killed: 899, timedOut: 0 })).toBe(89.9);
    expect(scoreOf({ ...sums, mutants: 10_000, killed: 8999, timedOut: 0 })).toBe(89.9);
    expect(scoreOf({ ...sums, mutants: 0 })).toBe(100);
    expect(sumsOf(record, [], () => false).mutants).toBe(0);
  });

  it("below the goal are a problem, and so are survivors without a reason, and reasons for what is not there", () => {
    const record = { [PATH]: found(...killed(9), survivor) };
    const reasons = [{ reason: "because", mutants: [named] }];
    const unexplained = `${PATH}:4: survived, and no reason is given: a => b`;
    expect(problemsOf(record, reasons)).toEqual([]);
    expect(problemsOf({ [PATH]: found(...killed(8), survivor) }, reasons)).toEqual([
      expect.stringMatching(/^src\/wit: fewer/),
    ]);
    for (const change of [{ code: "c(b);" }, { original: "c" }, { replacement: "c" }, { file: "src/wit/x.ts" }]) {
      const explanations = [{ reason: "because", mutants: [{ ...named, ...change }] }];
      expect(problemsOf(record, explanations)).toEqual([unexplained, expect.stringContaining("did not survive")]);
      expect(problemsOf(record, explanations, [PATH, "src/wit/x.ts"])).toEqual([]);
    }
    expect(problemsOf(record, [...reasons, { reason: " ", mutants: [] }])).toEqual(["an explanation has no reason"]);
  });
});

describe("the files to mutate", () => {
  it("are those that changed or are new", () => {
    const record = { [PATH]: found(), "src/wit/gone.ts": found() };
    const digests = new Map([
      [PATH, digestOf(SOURCE)],
      ["src/wit/new.ts", "0"],
    ]);
    expect(changesSince(record, digests)).toEqual({ changed: ["src/wit/new.ts"], gone: ["src/wit/gone.ts"] });
    expect(changesSince(record, new Map([[PATH, "0"]])).changed).toEqual([PATH]);
  });

  it("can be named by themselves and by their folders", () => {
    const known = ["src/wit/a.ts", "src/wpt/b.ts", "src/wpt/c.ts"];
    expect(filesNamed(["wpt", "src/wpt/c.ts"], known)).toEqual(["src/wpt/b.ts", "src/wpt/c.ts"]);
    expect(filesNamed(["src/wit/"], known)).toEqual(["src/wit/a.ts"]);
    for (const args of [[], ["cli"], ["wpt", "src/wpt/d.ts"]])
      expect(() => filesNamed(args, known)).toThrow("name source");
    expect(folderOf("src/wit/sub/a.ts")).toBe("wit");
  });
});

describe("the page", () => {
  it("lists survivors under their reason, and those that have none", () => {
    const record = { [PATH]: found(survivor, mutant("NoCoverage", "`x`")) };
    const page = pageText(record, [{ reason: "It is all the same.", mutants: [named] }]);
    expect(page).toContain("It is all the same.\n\n- wit/times.ts:4: `a` → `b`\n");
    expect(page).toContain(
      "## Survivors without an explanation\n\n- wit/times.ts:1: `1` → `` `x` `` (no test runs it)\n",
    );
    expect(page).toContain("| `src/wit/` | 1 | 2 | 0 | 0 | 2 | 1 | 0 | 0.0 % |");
    expect(page).toContain("| `src/wpt/` | 0 | 0 | 0 | 0 | 0 | 0 | 0 | – |");
  });

  it("is in step with the results, and these are sound", () => {
    const { record, explanations, page } = writtenIn(fileURLToPath(new URL("../..", import.meta.url)));
    expect(page).toBe(pageText(record, explanations));
    const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
    const outdated = Object.entries(record).flatMap(([path, { sha256 }]) =>
      digestOf(read(path)) === sha256 ? [] : path,
    );
    expect(problemsOf(record, explanations, outdated)).toEqual([]);
  });
});

describe("the check of a project that is as it was measured", () => {
  let root = "";
  const printed: string[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "wimse-mutation-test-"));
    for (const folder of [...FOLDERS.map((name) => `src/${name}`), "docs", "tools/mutation"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    writeFileSync(join(root, PATH), SOURCE);
    writeFileSync(join(root, "tools/mutation/results.json"), recordText({ [PATH]: found(...killed(9), survivor) }));
    const explained = [{ reason: "The same.", mutants: [named] }];
    writeFileSync(join(root, "tools/mutation/explained.json"), JSON.stringify(explained));
    printed.length = 0;
    for (const method of ["log", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((line: string) => void printed.push(line));
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  it("measures nothing, and asks for a page in step with the results", () => {
    expect([...sourceDigests(root)]).toEqual([[PATH, digestOf(SOURCE)]]);
    expect(check(root)).toEqual([expect.stringContaining("out of date")]);
    expect(main(["--check"], root)).toBe(1);
    expect(main(["--page"], root)).toBe(0);
    expect(main(["--check"], root)).toBe(0);
    expect(printed.at(-2)).toBe("mutation: no file changed since it was measured");
  });

  it("is not content with a folder below the goal, or with reasons for nothing", () => {
    const results = recordText({ [PATH]: found(...killed(8), survivor) });
    writeFileSync(join(root, "tools/mutation/results.json"), results);
    writeFileSync(join(root, "tools/mutation/explained.json"), JSON.stringify([{ reason: "", mutants: [named] }]));
    main(["--page"], root);
    expect(check(root)).toEqual([expect.stringMatching(/^src\/wit: fewer/), "an explanation has no reason"]);
  });

  it("wants a reason for every survivor", () => {
    writeFileSync(join(root, "tools/mutation/explained.json"), "[]");
    main(["--page"], root);
    expect(check(root)).toEqual([`${PATH}:4: survived, and no reason is given: a => b`]);
  });

  it("takes no notice of what is said of a file that is gone", () => {
    main(["--page"], root);
    rmSync(join(root, PATH));
    expect(check(root)).toEqual([]);
  });
});
