import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findDifferences } from "../../scripts/generate-vectors.mjs";
import { readJson, VECTORS, vectorFiles } from "./support.js";

interface Manifest {
  readonly format: string;
  readonly files: readonly { path: string; suite: string; spec: string; cases: number; sha256: string }[];
}

const manifest = readJson<Manifest>("manifest.json");

it("the files are what the generator writes", () => {
  expect(findDifferences(fileURLToPath(VECTORS))).toEqual([]);
});

describe("the manifest", () => {
  it("lists every file", () => {
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(vectorFiles.map(({ path }) => path));
  });

  it.each(manifest.files)("says what $path is", ({ path, suite, spec, cases, sha256 }) => {
    const file = vectorFiles.find((one) => one.path === path);
    expect({ suite: file?.suite, spec: file?.spec, cases: file?.cases.length }).toEqual({ suite, spec, cases });
    expect(path.split("/")[0]).toBe(suite);
    const digest = createHash("sha256").update(readFileSync(new URL(path, VECTORS)));
    expect(digest.digest("hex")).toBe(sha256);
  });
});

describe.each(vectorFiles)("$path", ({ cases }) => {
  it("has ids that are unique and readable", () => {
    const ids = cases.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  it("has requirements for each case, each once", () => {
    const wrong = cases.filter(
      ({ requirements }) => requirements.length === 0 || new Set(requirements).size < requirements.length,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it("puts a case that follows another right behind it", () => {
    const strays = cases.filter(({ after }, index) => after !== undefined && after !== cases[index - 1]?.id);
    expect(strays.map(({ id }) => id)).toEqual([]);
  });

  it("gives a reason where it leaves the verdict open", () => {
    const open = cases.filter(({ expect: { result }, note }) => result === "either" && !note);
    expect(open.map(({ id }) => id)).toEqual([]);
  });
});
