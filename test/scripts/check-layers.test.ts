import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkLayers } from "../../scripts/check-layers.mjs";

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A project whose `src/` holds the given files. */
function project(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "layers-"));
  roots.push(root);
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, "src", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

const problemsOf = (files: Readonly<Record<string, string>>): string[] => checkLayers(project(files)).problems;

const code = "export const one = 1;\n";
const lines = (count: number): string => "// a line\n".repeat(count - 1) + code;

describe("what the layers check lets through", () => {
  const allowed: [what: string, files: Record<string, string>][] = [
    [
      "a lower floor and the own folder",
      {
        "base/a.ts": code,
        "wit/b.ts": 'import { one } from "../base/a.js";\nimport "./sub/c.js";\nexport const two = one;\n',
        "wit/sub/c.ts": 'import { one } from "../../base/a.js";\nexport const two = one;\n',
      },
    ],
    ["wpt → credential", { "credential/a.ts": code, "wpt/b.ts": 'import "../credential/a.js";\n' }],
    ["httpsig → credential", { "credential/a.ts": code, "httpsig/b.ts": 'import "../credential/a.js";\n' }],
    ["cwt → credential", { "credential/a.ts": code, "cwt/b.ts": 'import "../credential/a.js";\n' }],
    ["an entry point that re-exports", { "base/a.ts": code, "index.ts": 'export { one } from "./base/a.js";\n' }],
    ["packages of the table", { "trust/a.ts": 'import type { JWK } from "jose";\nexport type Key = JWK;\n' }],
    [
      "a package in its folder",
      { "crypto/a.ts": 'import "@noble/curves/nist.js";\n', "cli/b.ts": 'import "commander";' },
    ],
    ["Node's modules in the command line", { "cli/a.ts": 'import { readFileSync } from "node:fs";\nreadFileSync;\n' }],
    ["280 lines", { "base/a.ts": lines(280) }],
    [
      "everything ambient in the runtime",
      { "base/runtime.ts": "export const now = (): number => Date.now() + Math.random() + performance.now();\n" },
    ],
    [
      "dates as arithmetic, the port, and look-alikes",
      {
        "base/a.ts": `
          export const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
          export const utc = Date.UTC(2026, 0, 1) + Date.parse("2026-01-01T00:00:00Z") + Math.floor(1.5);
          export const isDate = (value: unknown): value is Date => value instanceof Date;
          export interface Port { now(): number; randomBytes(length: number): Uint8Array; setTimeout: number }
          export const id = (runtime: Port): Uint8Array => runtime.randomBytes(16);
          export class A { readonly #runtime: Port; constructor(r: Port) { this.#runtime = r; }
            id(): Uint8Array { return this.#runtime.randomBytes(16); } }
          export const fixed = { now: (): number => 0, randomBytes: (n: number): Uint8Array => new Uint8Array(n) };
          export const key = (): Promise<unknown> =>
            crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
        `,
      },
    ],
  ];
  it.each(allowed)("%s", (_, files) => {
    expect(problemsOf(files)).toEqual([]);
  });
});

describe("what the layers check refuses", () => {
  const refused: [what: string, files: Record<string, string>, problem: string | RegExp][] = [
    [
      "a higher floor",
      { "base/a.ts": '\nimport "../wit/b.js";\n', "wit/b.ts": code },
      "src/base/a.ts:2 (base, floor 0) may not import src/wit/b.ts (wit, floor 4)",
    ],
    ["a type of a higher floor", { "base/a.ts": 'import type { B } from "../wit/b.js";\n' }, /may not import src\/wit/],
    [
      "a re-export of a higher floor",
      { "base/a.ts": `export * from "../wit/b.js";\n${code}` },
      /may not import src\/wit/,
    ],
    ["an import() of a higher floor", { "base/a.ts": 'await import("../wit/b.js");\n' }, /may not import src\/wit/],
    [
      "an import() type of a higher floor",
      { "base/a.ts": 'type B = import("../wit/b.js").B;' },
      /may not import src\/wit/,
    ],
    ["an import() of something computed", { "base/a.ts": "await import(String(1));\n" }, /computed/],
    ["the same floor", { "http/a.ts": 'import "../identifier/b.js";\n' }, /http, floor 2.*may not import/],
    ["wpt → httpsig", { "wpt/a.ts": 'import "../httpsig/b.js";\n' }, /may not import src\/httpsig/],
    ["httpsig → wpt", { "httpsig/a.ts": 'import "../wpt/b.js";\n' }, /may not import src\/wpt/],
    ["cwt → wpt", { "cwt/a.ts": 'import "../wpt/b.js";\n' }, /may not import src\/wpt/],
    ["credential → wpt", { "credential/a.ts": 'import "../wpt/b.js";\n' }, /may not import src\/wpt/],
    ["wpt → replay", { "wpt/a.ts": 'import "../replay/b.js";\n' }, /may not import src\/replay/],
    [
      "an entry point, from a folder",
      { "wit/a.ts": 'import "../index.js";\n' },
      "src/wit/a.ts:1 imports the entry point src/index.ts",
    ],
    [
      "an entry point, from another",
      { "index.ts": 'export { a } from "./wit.js";\n' },
      /imports the entry point src\/wit.ts/,
    ],
    [
      "the command line, from an entry point",
      { "index.ts": 'export { a } from "./cli/main.js";\n' },
      /imports the command line/,
    ],
    ["something outside src", { "base/a.ts": 'import "../../test/b.js";\n' }, /outside src/],
    ["a folder on no floor", { "utils/a.ts": code }, /utils\/, which is on no floor/],
    [
      "an entry point with code",
      { "index.ts": `export { a } from "./wit/a.js";\n${code}` },
      "src/index.ts:2 is an entry point and may only re-export",
    ],
    ["an index.ts in a folder", { "wit/index.ts": code }, /no index.ts/],
    [
      "a file that only re-exports",
      { "wit/all.ts": 'import { a } from "./a.js";\nexport { a };\n' },
      /only re-exports/,
    ],
    ["281 lines", { "base/a.ts": lines(281) }, "src/base/a.ts:1 has 281 lines, more than 280"],
    [
      "a circle, through types too",
      {
        "wit/a.ts": 'import type { B } from "./b.js";\nexport type A = B;\n',
        "wit/b.ts": 'import type { C } from "./c.js";\nexport type B = C;\n',
        "wit/c.ts": 'import type { A } from "./a.js";\nexport type C = A;\n',
      },
      "src/wit/a.ts:1 is in a circle: wit/a.ts → wit/b.ts → wit/c.ts → wit/a.ts",
    ],
    ["an unknown package", { "base/a.ts": 'import "left-pad/lib.js";\n' }, /left-pad, which is not in the table/],
    [
      "a package in another folder",
      { "wit/a.ts": 'import "@noble/curves/nist.js";\n' },
      /@noble\/curves, which only crypto/,
    ],
    [
      "Node's modules outside the command line",
      { "wit/a.ts": 'import "node:fs";\n' },
      /imports node:fs: only src\/cli/,
    ],
    ["Node's modules without their scheme", { "wit/a.ts": 'import "fs";\n' }, /fs, which is not in the table/],
  ];
  it.each(refused)("%s", (_, files, problem) => {
    expect(problemsOf(files)).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
  });

  it.each([
    "Date.now()",
    "new Date()",
    "new Date",
    "Date()",
    "[Date]",
    "({ Date })",
    'Date["now"]()',
    "globalThis.Date.now()",
    "performance.now()",
    "setTimeout(() => {}, 1)",
    "setInterval(() => {}, 1)",
    "setImmediate(() => {})",
    "queueMicrotask(() => {})",
    "globalThis.setTimeout(() => {}, 1)",
    "AbortSignal.timeout(1)",
    "process.hrtime()",
    "Math.random()",
    'Math["random"]()',
    "crypto.getRandomValues(new Uint8Array(1))",
    "crypto.randomUUID()",
    "globalThis.crypto.randomUUID()",
    "node.randomBytes(1)",
    "p256.utils.randomSecretKey()",
    "(({ now }) => now)(Date)",
    "(({ randomUUID }) => randomUUID())(crypto)",
    "(({ randomUUID: id }) => id())(crypto)",
    "(({ setTimeout: wait }) => wait)(globalThis)",
  ])("an ambient clock, timer or randomness: %s", (expression) => {
    const problems = problemsOf({ "wit/a.ts": `export const x: unknown = ${expression};\n` });
    expect(problems).toEqual([expect.stringMatching(/^src\/wit\/a\.ts:1 uses .*: only src\/base\/runtime\.ts may$/)]);
  });

  it("randomness under the name of an import", () => {
    const problems = problemsOf({ "crypto/a.ts": 'import { randomBytes } from "@noble/hashes/utils.js";\n' });
    expect(problems).toEqual([expect.stringContaining("randomBytes")]);
  });
});

describe("the command", () => {
  const run = (root: string): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, ["scripts/check-layers.mjs", root], { encoding: "utf8" });

  it("fails with the problems on standard error and their number as its last line", () => {
    const { status, stdout, stderr } = run(project({ "utils/a.ts": code }));
    expect(status).toBe(1);
    expect(stderr).toContain("src/utils/a.ts:1");
    expect(stdout).toBe("layers: 1 files, 0 imports, 1 problems\n");
  });

  it("succeeds on a house that is as drawn", () => {
    expect(run(project({ "base/a.ts": code })).status).toBe(0);
  });
});
