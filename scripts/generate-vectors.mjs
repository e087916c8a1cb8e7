// @ts-check
/**
 * Writes the conformance vectors: the same bytes on every run, from the cases in scripts/vectors/.
 *
 *     node scripts/generate-vectors.mjs            write vectors/
 *     node scripts/generate-vectors.mjs --check    exit 1 when a file is not what would be written
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { files } from "./vectors/files.mjs";
import { jsonText } from "./vectors/json-text.mjs";
import { notShown } from "./vectors/not-shown.mjs";

const MANIFEST = "manifest.json";
const NOT_SHOWN = "not-shown.json";

/**
 * Everything that is generated, by path under `vectors/`.
 *
 * @returns {Map<string, string>}
 */
export function vectorTexts() {
  /** @type {Map<string, string>} */
  const texts = new Map();
  const entries = files.map(({ suite, name, spec, description, context, cases }) => {
    const path = `${suite}/${name}.json`;
    const text = jsonText({ format: "wimse-vectors/v1", suite, spec, description, context, cases });
    if (texts.has(path)) throw new Error(`two files are called ${path}`);
    texts.set(path, text);
    return { path, suite, spec, cases: cases.length, sha256: createHash("sha256").update(text).digest("hex") };
  });
  texts.set(MANIFEST, jsonText({ format: "wimse-vectors-manifest/v1", files: entries }));
  texts.set(NOT_SHOWN, jsonText(notShown));
  return texts;
}

/**
 * The paths of the generated files that are there: those in folders of suites, and the two beside them.
 *
 * @param {string} folder
 */
function pathsIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".json") && (path.includes("/") || path === MANIFEST || path === NOT_SHOWN));
}

/**
 * What is wrong with the files of a folder; empty when nothing is.
 *
 * @param {string} folder
 */
export function findDifferences(folder) {
  const texts = vectorTexts();
  const found = pathsIn(folder);
  return [
    ...found.filter((path) => !texts.has(path)).map((path) => `${path}: nothing generates it`),
    ...[...texts].flatMap(([path, text]) => {
      if (!found.includes(path)) return `${path}: missing`;
      return readFileSync(join(folder, path), "utf8") === text ? [] : `${path}: not what is generated`;
    }),
  ];
}

/** @param {string} folder */
function write(folder) {
  const texts = vectorTexts();
  for (const path of pathsIn(folder)) if (!texts.has(path)) rmSync(join(folder, path));
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return texts.size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "vectors");
  if (process.argv.includes("--check")) {
    const differences = findDifferences(folder);
    for (const difference of differences) console.error(difference);
    const verdict = differences.length === 0 ? "up to date" : "out of date: run node scripts/generate-vectors.mjs";
    console.log(`vectors: ${verdict}`);
    process.exitCode = differences.length === 0 ? 0 : 1;
  } else {
    const cases = files.reduce((sum, file) => sum + file.cases.length, 0);
    console.log(`vectors: ${write(folder)} files written, ${cases} cases`);
  }
}
