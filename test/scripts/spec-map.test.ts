import { describe, expect, it } from "vitest";
import { familyOf, findCitations, findShown, parseNotShown, parseRequirements } from "../../scripts/spec-map.mjs";
import { casesOf, listOf, project, reasonsOf, row } from "./spec-map-support.js";

const { put, page, run } = project();

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
