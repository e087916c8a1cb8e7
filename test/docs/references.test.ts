import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findCitations, parseRequirements } from "../../scripts/spec-map.mjs";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

const list = parseRequirements(read("vectors/requirements.json"));
const ids = new Set(list.requirements.map(({ id }) => id));
const codes = new Set(["configuration_invalid"]);
for (const path of ["src/base/errors.ts", "src/credential/source-state.ts"]) {
  for (const [, code = ""] of read(path).matchAll(/\| "([a-z_]+)"/g)) codes.add(code);
}

// The map is generated, and has a check of its own.
const pages = [
  "SECURITY.md",
  "CHANGELOG.md",
  "vectors/README.md",
  "examples/python-target/README.md",
  ...readdirSync(new URL("docs", root)).map((name) => `docs/${name}`),
].filter((path) => path.endsWith(".md") && path !== "docs/SPEC-MAP.md");

describe.each(pages)("%s", (path) => {
  const text = read(path);

  it("cites requirements that exist, each written out", () => {
    const { cited, ranges } = findCitations([{ path, text }], Object.keys(list.documents));
    expect([...cited.keys()].filter((id) => !ids.has(id))).toEqual([]);
    expect(ranges).toEqual([]);
  });

  it("has no conflict left in it", () => {
    expect(text).not.toMatch(/^(?:<{7}|={7}|>{7})(?: |$)/m);
  });

  it("names error codes that exist", () => {
    const named = [
      ...text.matchAll(
        /`((?:identifier|wit|wpt|proof|request|response|body|content|signature|trust|replay|credential|workload|enrolment|issuer)_[a-z_]+)`/g,
      ),
    ];
    expect(named.map(([, code = ""]) => code).filter((code) => !codes.has(code))).toEqual([]);
  });

  it("links to files and headings that exist", () => {
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target.includes("://")) continue;
      const [file = "", anchor] = target.split("#");
      const url = new URL(file || path, new URL(file ? path : "", root));
      expect(existsSync(url), target).toBe(true);
      if (anchor === undefined) continue;
      const headings = [...readFileSync(url, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replace(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      expect(headings, target).toContain(anchor);
    }
  });
});
