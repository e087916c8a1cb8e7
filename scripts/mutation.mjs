// @ts-check
/**
 * Mutation testing: changes the source in small ways, one at a time, and sees whether a test notices.
 *
 *     node scripts/mutation.mjs [folder of src/ | file]…   mutate these, write results and docs/mutation-testing.md
 *     node scripts/mutation.mjs --survivors [folder | file]…   only their mutants that survived, when tests were added
 *     node scripts/mutation.mjs --changed                  the same for all that changed since its results were written
 *     node scripts/mutation.mjs --page                     write the page from the results that are there
 *     node scripts/mutation.mjs --check                    exit 1 when the page is out of date or what changed is not
 *                                                          tested well enough; writes nothing
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pageText } from "./mutation/page.mjs";
import {
  changesSince,
  digestOf,
  FOLDERS,
  folderOf,
  GOAL,
  parseRecord,
  problemsOf,
  reasonFor,
  recordOf,
  recordText,
  retried,
  scoreOf,
  sumsOf,
} from "./mutation/record.mjs";

/** @typedef {import("./mutation/record.mjs").Results} Results */
/** @typedef {import("./mutation/record.mjs").Explanation} Explanation */

const PAGE = "docs/mutation-testing.md";
const TOOL = "tools/mutation";
const RESULTS = `${TOOL}/results.json`;
const EXPLAINED = `${TOOL}/explained.json`;
/** A check that has more to mutate than this takes stops. The author of so large a change can write the results. */
const MINUTES_OF_A_CHECK = 15;

/**
 * The source files of the measured folders, and what they hold.
 *
 * @param {string} root
 * @returns {Map<string, string>} digests by path
 */
export function sourceDigests(root) {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, "src", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `src/${folder}/${name.replaceAll("\\", "/")}`),
  );
  return new Map(paths.sort().map((path) => [path, digestOf(readFileSync(join(root, path)))]));
}

/**
 * What is written down about the project in the folder `root`.
 *
 * @param {string} root
 * @returns {{ record: Results; explanations: Explanation[]; page: string }}
 */
export function writtenIn(root) {
  /** @param {string} path @param {string} otherwise */
  const read = (path, otherwise) => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : otherwise);
  return {
    record: existsSync(join(root, RESULTS)) ? parseRecord(read(RESULTS, "")) : {},
    explanations: JSON.parse(read(EXPLAINED, "[]")),
    page: read(PAGE, ""),
  };
}

/**
 * Mutates files of one folder, or lines of them.
 *
 * @param {string} root
 * @param {string} folder
 * @param {readonly string[]} files
 * @param {number} [milliseconds] that it may take
 * @returns {import("./mutation/record.mjs").Report}
 */
function mutate(root, folder, files, milliseconds) {
  if (!existsSync(join(root, TOOL, "node_modules"))) run(root, "npm", ["ci", "--prefix", TOOL]);
  const temporary = mkdtempSync(join(tmpdir(), "wimse-mutation-"));
  const report = join(temporary, "report.json");
  try {
    run(root, process.execPath, [join(TOOL, "run.mjs"), folder, report, ...files], milliseconds);
    return JSON.parse(readFileSync(report, "utf8"));
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/**
 * @param {string} cwd
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} [timeout] in milliseconds
 */
function run(cwd, command, args, timeout) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit", timeout });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 2).join(" ")}: ${error?.message ?? "failed"}`);
}

/**
 * @param {readonly string[]} files
 * @returns {[folder: string, files: string[]][]}
 */
function byFolder(files) {
  return FOLDERS.map(
    (folder) => /** @type {[string, string[]]} */ ([folder, files.filter((one) => folderOf(one) === folder)]),
  ).filter(([, some]) => some.length > 0);
}

/**
 * The files that the arguments name.
 *
 * @param {readonly string[]} args
 * @param {readonly string[]} known
 */
export function filesNamed(args, known) {
  const files = args.map((arg) => {
    const folder = arg.replace(/^src\/|\/$/g, "");
    return known.filter((path) => path === arg || folderOf(path) === folder);
  });
  const missed = args.filter((_, index) => files[index]?.length === 0);
  if (args.length === 0 || missed.length > 0) {
    throw new Error(`name source files, or folders among ${FOLDERS.join(", ")}${missed.map((one) => `; not ${one}`)}`);
  }
  return [...new Set(files.flat())];
}

/** @param {string} root @param {Results} record */
function write(root, record) {
  const { explanations } = writtenIn(root);
  writeFileSync(join(root, RESULTS), recordText(record));
  writeFileSync(join(root, PAGE), pageText(record, explanations));
}

/**
 * @param {string} root
 * @param {readonly string[]} files
 * @param {boolean} onlySurvivors
 */
function measure(root, files, onlySurvivors) {
  for (const [folder, some] of byFolder(files)) {
    const { record: before } = writtenIn(root);
    const places = onlySurvivors ? placesOfSurvivors(before, some) : some;
    if (places.length === 0) continue;
    const digests = sourceDigests(root);
    const report = mutate(root, folder, places);
    // Read again: runs of several folders may overlap.
    const { record } = writtenIn(root);
    for (const gone of changesSince(record, digests).gone) delete record[gone];
    if (!onlySurvivors) Object.assign(record, recordOf(report, among(some, digests)));
    for (const [path, reported] of Object.entries(onlySurvivors ? report.files : {})) {
      const known = before[path];
      if (known !== undefined) record[path] = retried(known, reported);
    }
    write(root, record);
    const sums = sumsOf(record, [], (path) => folderOf(path) === folder);
    console.log(`src/${folder}: ${sums.killed + sums.timedOut} of ${sums.mutants} mutants noticed, ${scoreOf(sums)} %`);
  }
}

/** @param {readonly string[]} files @param {ReadonlyMap<string, string>} digests */
function among(files, digests) {
  return new Map([...digests].filter(([path]) => files.includes(path)));
}

/**
 * The lines of mutants that survived, as Stryker takes them.
 *
 * @param {Results} record
 * @param {readonly string[]} files
 */
function placesOfSurvivors(record, files) {
  return files.flatMap((file) => {
    const lines = (record[file]?.survivors ?? []).map(({ line, lastLine = line }) => `${file}:${line}-${lastLine}`);
    return [...new Set(lines)];
  });
}

/**
 * What is wrong; empty when nothing is.
 *
 * @param {string} root
 */
export function check(root) {
  const { record, explanations, page } = writtenIn(root);
  const problems = [];
  if (page !== pageText(record, explanations)) problems.push(`${PAGE} is out of date: run npm run mutation -- --page`);
  const digests = sourceDigests(root);
  const { changed, gone } = changesSince(record, digests);
  console.log(
    `mutation: ${changed.length === 0 ? "no file changed since it was measured" : `measuring ${changed.join(", ")}`}`,
  );
  const now = { ...record };
  for (const path of gone) delete now[path];
  const end = performance.now() + MINUTES_OF_A_CHECK * 60_000;
  try {
    for (const [folder, files] of byFolder(changed)) {
      const report = mutate(root, folder, files, Math.max(1, Math.ceil(end - performance.now())));
      Object.assign(now, recordOf(report, among(files, digests)));
    }
  } catch (error) {
    return [
      ...problems,
      `${error}`,
      `in at most ${MINUTES_OF_A_CHECK} minutes: otherwise run npm run mutation -- --changed`,
    ];
  }
  problems.push(...problemsOf(now, explanations, [...changed, ...gone]));
  const sums = sumsOf(now, explanations, (path) => changed.includes(path));
  const score = scoreOf({ ...sums, mutants: sums.mutants - sums.explained });
  if (score < GOAL) {
    problems.push(
      `of the mutants in changed files, tests notice ${score} %, not ${GOAL}; without an explanation survived:`,
    );
    problems.push(...unexplained(now, explanations, changed));
  }
  return problems;
}

/**
 * @param {Results} record
 * @param {readonly Explanation[]} explanations
 * @param {readonly string[]} changed
 */
function unexplained(record, explanations, changed) {
  return changed.flatMap((file) =>
    (record[file]?.survivors ?? [])
      .filter((survivor) => reasonFor(explanations, file, survivor) === undefined)
      .map(({ line, original, replacement }) => `${file}:${line}: ${original} => ${replacement}`),
  );
}

/** @param {readonly string[]} args @param {string} root */
export function main(args, root) {
  if (args.includes("--check")) {
    const problems = check(root);
    for (const problem of problems) console.error(problem);
    console.log(`mutation: ${problems.length === 0 ? "every folder is tested well enough" : "see above"}`);
    return problems.length === 0 ? 0 : 1;
  }
  const { record } = writtenIn(root);
  if (args.includes("--page")) write(root, record);
  else {
    const digests = sourceDigests(root);
    const names = args.filter((arg) => !arg.startsWith("--"));
    const files = args.includes("--changed")
      ? changesSince(record, digests).changed
      : filesNamed(names, [...digests.keys()]);
    measure(root, files, args.includes("--survivors"));
  }
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2), fileURLToPath(new URL("..", import.meta.url)));
}
