import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { main, type Requirement } from "../../scripts/spec-map.mjs";

// The fixtures use families of their own: real ids here would count as citations of this file.
export const row = (id: string, more: Partial<Requirement> = {}): Requirement => ({
  id,
  level: "MUST",
  section: "1",
  role: "recipient",
  enforceable: true,
  text: `What ${id} says.`,
  ...more,
});

export const listOf = (...requirements: Requirement[]): string =>
  JSON.stringify({
    format: "wimse-requirements/v1",
    documents: { TOY: { title: "Toys", revision: "01" }, OY: { title: "Oys", revision: "02" } },
    requirements,
  });

export const casesOf = (cases: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({ cases: Object.entries(cases).map(([id, requirements]) => ({ id, requirements })) });
export const reasonsOf = (reasons: object): string =>
  JSON.stringify({ format: "wimse-not-shown/v1", not_shown: reasons });

/** A project with a complete map, made anew for each test of a file. */
export function project() {
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

  return { put, page, run };
}
