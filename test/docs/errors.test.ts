import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { WimseErrorCode } from "../../src/base/errors.js";
import { statusOf } from "../../src/exchange/problem.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const type = /export type WimseErrorCode =([^;]*);/.exec(read("src/base/errors.ts"))?.[1] ?? "";
const codes = [...type.matchAll(/\| "([a-z_]+)"/g)].map(([, code]) => code ?? "");

interface Row {
  readonly code: string;
  readonly status: string;
  readonly cells: readonly string[];
}

const rows: Row[] = read("docs/errors.md")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => {
    const [code = "", status = "", ...cells] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { code: code.replaceAll("`", ""), status, cells };
  });

describe("docs/errors.md", () => {
  it("reads the codes of the type", () => {
    expect(codes).toContain("identifier_malformed");
    expect(codes.length).toBeGreaterThan(50);
  });

  it("explains every code of WimseErrorCode, configuration_invalid, and no other", () => {
    expect(rows.map(({ code }) => code).sort()).toEqual([...codes, "configuration_invalid"].sort());
  });

  it.each(rows)("gives $code a status, a cause and a remedy", ({ status, cells }) => {
    expect(status).toMatch(/^(?:–|400|401|403|413|431|501|502|503|401 or 400)$/);
    expect(cells).toHaveLength(2);
    for (const cell of cells) expect(cell).toMatch(/\.$/);
  });

  // "401 or 400": an error may say a status of its own; the second is that of the code
  it.each(rows.filter(({ status }) => status !== "–"))(
    "gives $code the status that is sent: $status",
    ({ code, status }) => {
      expect(statusOf(code as WimseErrorCode)).toBe(Number(status.split(" or ").at(-1)));
    },
  );
});
