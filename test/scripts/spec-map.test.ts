import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  familyOf,
  findCitations,
  findShown,
  main,
  parseNotShown,
  parseRequirements,
  type Requirement,
} from "../../scripts/spec-map.mjs";

// The fixtures use families of their own: real ids here would count as citations of this file.
const row = (id: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  level: "MUST",
  section: "1",
  role: "recipient",
  enforceable: true,
  text: `What ${id} says.`,
  ...more,
});

const listOf = (...requirements: Requirement[]): string =>
  JSON.stringify({
    format: "wimse-requirements/v1",
    documents: { TOY: { title: "Toys", revision: "01" }, OY: { title: "Oys", revision: "02" } },
    requirements,
  });

const casesOf = (cases: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({ cases: Object.entries(cases).map(([id, requirements]) => ({ id, requirements })) });
const reasonsOf = (reasons: object): string => JSON.stringify({ format: "wimse-not-shown/v1", not_shown: reasons });

let root: string;
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const page = (): string => readFileSync(join(root, "docs/SPEC-MAP.md"), "utf8");
function run(...args: string[]): { status: number; lines: string[] } {
  const lines: string[] = [];
  return { status: main(args, root, (line) => lines.push(line)), lines };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "spec-map-"));
  put("docs/other.md", "");
  put("vectors/requirements.json", listOf(row("TOY-1.01")));
  put("vectors/wit/form.json", casesOf({ plain: ["TOY-1.01"] }));
  put("src/wit/check.ts", "check(); // TOY-1.01");
  put("test/wit/check.test.ts", 'it("checks, TOY-1.01", () => {});');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("citations", () => {
  it.each([
    ["a comment", "x(); // TOY-1.01", ["TOY-1.01"]],
    ["a string", 'fail("TOY-1.01")', ["TOY-1.01"]],
    ["several, with commas", "// TOY-1.01, TOY-2.1.03.", ["TOY-1.01", "TOY-2.1.03"]],
    ["the end of a sentence", "See TOY-1.01. Next", ["TOY-1.01"]],
    ["an id of a proposal", "// TOY-P-1.01", ["TOY-P-1.01"]],
    ["an id of an endpoint", "// TOY-E-1.01", ["TOY-E-1.01"]],
    ["a family whose name ends like another's", "// TOY-1.01 OY-1.01", ["OY-1.01", "TOY-1.01"]],
    ["a longer number, not its beginning", "// TOY-1.01.02", ["TOY-1.01.02"]],
    ["other families, and words that contain an id", "// CAR-1.01 MYTOY-1.01 MY-TOY-1.01 toy-1.01 TOY-01", []],
  ])("are found in %s", (_, text, ids) => {
    const { cited, ranges } = findCitations([{ path: "a.ts", text }], ["TOY", "OY"]);
    expect([...cited.keys()]).toEqual(ids);
    expect(ranges).toEqual([]);
  });

  it("name each file once, in a fixed order, and each line once", () => {
    const files = ["b.ts", "a.ts"].map((path) => ({ path, text: "// TOY-1.01 TOY-1.01\n\nx(); // TOY-1.01" }));
    expect(findCitations(files, ["TOY"]).cited.get("TOY-1.01")).toEqual([
      { path: "a.ts", lines: [1, 3] },
      { path: "b.ts", lines: [1, 3] },
    ]);
  });

  it.each(["// TOY-1.01-03", "// TOY-1.01–03"])("do not take ranges: %s", (text) => {
    const { cited, ranges } = findCitations([{ path: "a.ts", text }], ["TOY"]);
    expect(cited.size).toBe(0);
    expect(ranges).toHaveLength(1);
  });
});

describe("the requirement list", () => {
  it.each([
    ["an id twice", listOf(row("TOY-1.01"), row("TOY-1.01")), "listed twice"],
    ["an id of no document", listOf(row("CAR-1.01")), "no document"],
    ["a row without text", listOf(row("TOY-1.01", { text: "" })), "no text"],
    ["an empty reason", listOf(row("TOY-1.01", { notEnforced: " " })), "a reason"],
    [
      "a reason where nothing could be enforced",
      listOf(row("TOY-1.01", { enforceable: false, notEnforced: "x" })),
      "a reason",
    ],
    ["another format", '{"format":"other"}', "unknown format"],
  ])("is refused with %s", (_, json, message) => {
    expect(() => parseRequirements(json)).toThrow(message);
  });

  it("gives an id to the document that its first part names", () => {
    expect(familyOf("TOY-P-1.01")).toBe("TOY");
  });
});

describe("vectors", () => {
  it("show the requirements of their cases", () => {
    const vectors = [
      { path: "b.json", cases: [{ id: "x", requirements: ["TOY-1.02", "TOY-1.01"] }] },
      {
        path: "a.json",
        cases: [
          { id: "z", requirements: ["TOY-1.01"] },
          { id: "y", requirements: ["TOY-1.01"] },
        ],
      },
    ];
    expect([...findShown(vectors)]).toEqual([
      [
        "TOY-1.01",
        [
          { path: "a.json", cases: ["z", "y"] },
          { path: "b.json", cases: ["x"] },
        ],
      ],
      ["TOY-1.02", [{ path: "b.json", cases: ["x"] }]],
    ]);
  });

  it.each([
    ["another format", '{"format":"other","not_shown":{}}', "unknown format"],
    ["an empty reason", reasonsOf({ "TOY-1.01": " " }), "TOY-1.01: a reason is required"],
    ["a reason that is no text", reasonsOf({ "TOY-1.01": 5 }), "TOY-1.01: a reason is required"],
  ])("that cannot be need reasons; %s is none", (_, json, message) => {
    expect(() => parseNotShown(json)).toThrow(message);
  });
});

describe("the page", () => {
  it("links lines of the source, files of tests and vectors, relative to docs/, the same bytes each time", () => {
    put("src/a.ts", "\n// TOY-1.01\n\n// TOY-1.01");
    expect(run().status).toBe(0);
    const first = page();
    expect(first).toContain(
      "| TOY-1.01 | MUST | What TOY-1.01 says. | [a.ts:2](../src/a.ts#L2), [4](../src/a.ts#L4)<br>[wit/check.ts:1](../src/wit/check.ts#L1) | [wit/check.test.ts](../test/wit/check.test.ts) | [wit/form](../vectors/wit/form.json): plain |",
    );
    run();
    expect(page()).toBe(first);
  });

  it("names up to three cases of a file, and gives the number of more", () => {
    const shows = ["TOY-1.01"];
    put("vectors/wit/form.json", casesOf({ a: shows, b: shows, "c|d": shows }));
    put("vectors/wit/times.json", casesOf({ a: shows, b: shows, c: shows, d: shows }));
    put("vectors/wit/notes.txt", "not JSON");
    run();
    expect(page()).toContain(
      "| [wit/form](../vectors/wit/form.json): a, b, c\\|d<br>[wit/times](../vectors/wit/times.json): 4 cases |",
    );
  });

  it("tells why no vector shows a requirement, and asks for none below the WIMSE specifications", () => {
    put("vectors/wit/form.json", casesOf({}));
    put("vectors/not-shown.json", reasonsOf({ "TOY-1.01": "Nobody sees it." }));
    const documents = { R9530: { title: "Digests", revision: "RFC" }, TOY: { title: "Toys", revision: "01" } };
    const digest = { ...row("TOY-1.01"), id: ["R9530", "2.01"].join("-") };
    put(
      "vectors/requirements.json",
      JSON.stringify({ format: "wimse-requirements/v1", documents, requirements: [row("TOY-1.01"), digest] }),
    );
    put("src/digest.ts", `// ${digest.id}`);
    put("test/digest.test.ts", `// ${digest.id}`);
    run();
    expect(page()).toContain("[wit/check.test.ts](../test/wit/check.test.ts) | *not shown:* Nobody sees it. |\n");
    expect(page()).toContain("[digest.test.ts](../test/digest.test.ts) |\n");
    expect(run("--check").status).toBe(0);

    put("vectors/http-signature/digests.json", casesOf({ mismatch: [digest.id] }));
    run();
    expect(page()).toContain(
      "[digest.test.ts](../test/digest.test.ts) | [http-signature/digests](../vectors/http-signature/digests.json): mismatch |\n",
    );
  });

  it("shows reasons, counts rows, leaves out what no library can enforce, and escapes table bars", () => {
    put(
      "vectors/requirements.json",
      listOf(
        row("TOY-1.01", { text: "a|b" }),
        row("TOY-1.02", { notEnforced: "Later." }),
        row("TOY-1.03", { enforceable: false }),
      ),
    );
    run();
    expect(page()).toContain("| a\\|b |");
    expect(page()).toContain("| *not enforced:* Later. |  |  |");
    expect(page()).toContain("3 requirements, 2 of which a library can enforce: 1 are enforced here, 1 are not");
    expect(page()).not.toContain("TOY-1.03");
  });
});

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
