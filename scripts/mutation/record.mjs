// @ts-check
/** What mutation testing found, file by file, and what follows from it. */
import { createHash } from "node:crypto";

/** The folders of `src/` whose tests are measured, and the score that each has to reach. */
export const FOLDERS = ["identifier", "crypto", "http", "wit", "wpt", "httpsig", "trust", "replay", "exchange"];
export const GOAL = 90;

/**
 * A mutant that no test noticed. `code` is the source line in which it begins; `lastLine` is there when it ends in another.
 *
 * @typedef {{ line: number; lastLine?: number; code: string; original: string; replacement: string; uncovered?: true }}
 *   Survivor
 *
 * What was found in a file as it was when `sha256` was its digest. `ignored` counts the mutants of prose, `failed`
 * those under which the tests could not be run to an end: neither counts for the score.
 *
 * @typedef {{ sha256: string; killed: number; timedOut: number; ignored: number; failed: number;
 *   survivors: Survivor[] }} FileRecord
 * @typedef {{ [path: string]: FileRecord }} Results
 *
 * Why mutants cannot be noticed. One is named by its file, the source line, the changed code and the replacement, so
 * that the reason outlives other changes to the file.
 *
 * @typedef {{ file: string; code: string; original: string; replacement: string }} Named
 * @typedef {{ reason: string; mutants: Named[] }} Explanation
 *
 * @typedef {{ mutants: number; killed: number; timedOut: number; survived: number; explained: number;
 *   ignored: number; failed: number }} Sums
 */

const FORMAT = "wimse-mutation-results/v1";

/** @param {string | Uint8Array} content */
export function digestOf(content) {
  return createHash("sha256").update(content).digest("hex");
}

/** @param {string} path of a source file */
export function folderOf(path) {
  return path.split("/")[1] ?? "";
}

/**
 * @param {string} json
 * @returns {Results}
 */
export function parseRecord(json) {
  const { format, files } = JSON.parse(json);
  if (format !== FORMAT) throw new Error("the results have an unknown format");
  return files;
}

/** @param {Results} record */
export function recordText(record) {
  const files = Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ format: FORMAT, files }, null, 2)}\n`;
}

/**
 * @typedef {{ line: number; column: number }} Point
 * @typedef {{ source: string; mutants: { status: string; replacement: string; location: { start: Point; end: Point } }[] }}
 *   Reported
 * @typedef {{ files: { [path: string]: Reported } }} Report what Stryker writes
 */

/**
 * What a report says of each file in it, when every mutant of the file is in it. Of a file that was `given` and has nothing
 * to mutate, because it declares types only, a report says nothing.
 *
 * @param {Report} report
 * @param {ReadonlyMap<string, string>} [given] digests by path
 * @returns {Results}
 */
export function recordOf(report, given = new Map()) {
  const nothing = { killed: 0, timedOut: 0, ignored: 0, failed: 0, survivors: [] };
  const untold = [...given].filter(([path]) => report.files[path] === undefined);
  return Object.fromEntries([
    ...untold.map(([path, sha256]) => /** @type {const} */ ([path, { sha256, ...nothing }])),
    ...Object.entries(report.files).map(([path, reported]) => {
      const mutants = mutantsOf(reported);
      /** @param {string[]} statuses */
      const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
      /** @type {FileRecord} */
      const found = {
        sha256: digestOf(reported.source),
        killed: count("Killed"),
        timedOut: count("Timeout"),
        ignored: count("Ignored"),
        failed: count("RuntimeError", "CompileError"),
        survivors: mutants
          .filter(({ status }) => status === "Survived" || status === "NoCoverage")
          .map(({ status, survivor }) => ({
            ...survivor,
            ...(status === "NoCoverage" && { uncovered: /** @type {const} */ (true) }),
          }))
          .sort((a, b) => a.line - b.line),
      };
      return /** @type {const} */ ([path, found]);
    }),
  ]);
}

/**
 * What is known of a file when its survivors were tried again, and perhaps more mutants of the same lines.
 *
 * @param {FileRecord} before
 * @param {Reported} reported
 * @returns {FileRecord}
 */
export function retried(before, reported) {
  if (before.sha256 !== digestOf(reported.source)) throw new Error("the file has changed since it was measured");
  const mutants = mutantsOf(reported);
  const after = { ...before, survivors: /** @type {Survivor[]} */ ([]) };
  for (const survivor of before.survivors) {
    const { uncovered: _, ...known } = survivor;
    const index = mutants.findIndex((one) => JSON.stringify(one.survivor) === JSON.stringify(known));
    const [again] = index < 0 ? [] : mutants.splice(index, 1);
    if (again?.status === "Killed") after.killed++;
    else if (again?.status === "Timeout") after.timedOut++;
    else if (again?.status === "NoCoverage") after.survivors.push({ ...known, uncovered: true });
    else after.survivors.push(again === undefined ? survivor : known);
  }
  return after;
}

/** @param {Reported} reported */
function mutantsOf({ source, mutants }) {
  const lines = source.split("\n");
  return mutants.map(({ location: { start, end }, replacement, status }) => {
    /** @type {Survivor} */
    const survivor = {
      line: start.line,
      ...(end.line !== start.line && { lastLine: end.line }),
      code: (lines[start.line - 1] ?? "").trim(),
      original: oneLine(textBetween(lines, start, end)),
      replacement: oneLine(replacement),
    };
    return { status, survivor };
  });
}

/**
 * @param {readonly string[]} lines
 * @param {Point} start
 * @param {Point} end
 */
function textBetween(lines, start, end) {
  const between = lines.slice(start.line - 1, end.line);
  between[between.length - 1] = (between.at(-1) ?? "").slice(0, end.column - 1);
  between[0] = (between[0] ?? "").slice(start.column - 1);
  return between.join("\n");
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

/**
 * The reason why a mutant cannot be noticed, if there is one.
 *
 * @param {readonly Explanation[]} explanations
 * @param {string} file
 * @param {Survivor} survivor
 */
export function reasonFor(explanations, file, survivor) {
  return explanations.find(({ mutants }) => mutants.some((named) => names(named, file, survivor)))?.reason;
}

/**
 * @param {Named} named
 * @param {string} file
 * @param {Survivor} survivor
 */
function names(named, file, { code, original, replacement }) {
  return named.file === file && named.code === code && named.original === original && named.replacement === replacement;
}

/**
 * The sums of some files.
 *
 * @param {Results} record
 * @param {readonly Explanation[]} explanations
 * @param {(path: string) => boolean} [counts]
 * @returns {Sums}
 */
export function sumsOf(record, explanations, counts = () => true) {
  const sums = { mutants: 0, killed: 0, timedOut: 0, survived: 0, explained: 0, ignored: 0, failed: 0 };
  for (const [path, { killed, timedOut, ignored, failed, survivors }] of Object.entries(record)) {
    if (!counts(path)) continue;
    sums.mutants += killed + timedOut + survivors.length;
    sums.killed += killed;
    sums.timedOut += timedOut;
    sums.survived += survivors.length;
    sums.explained += survivors.filter((one) => reasonFor(explanations, path, one) !== undefined).length;
    sums.ignored += ignored;
    sums.failed += failed;
  }
  return sums;
}

/**
 * Noticed mutants in a hundred, rounded down to a tenth.
 *
 * @param {Sums} sums
 */
export function scoreOf({ mutants, killed, timedOut }) {
  return mutants === 0 ? 100 : Math.floor((1000 * (killed + timedOut)) / mutants) / 10;
}

/**
 * The source files whose content is not what was measured, and those that are gone.
 *
 * @param {Results} record
 * @param {ReadonlyMap<string, string>} digests of the source files by path
 */
export function changesSince(record, digests) {
  return {
    changed: [...digests].filter(([path, digest]) => record[path]?.sha256 !== digest).map(([path]) => path),
    gone: Object.keys(record).filter((path) => !digests.has(path)),
  };
}

/**
 * What is wrong with record and explanations by themselves.
 *
 * @param {Results} record
 * @param {readonly Explanation[]} explanations
 * @param {readonly string[]} [changed] files that are measured anew: reasons for their mutants may be out of use
 */
export function problemsOf(record, explanations, changed = []) {
  const problems = FOLDERS.filter(
    (folder) => scoreOf(sumsOf(record, [], (path) => folderOf(path) === folder)) < GOAL,
  ).map((folder) => `src/${folder}: fewer than ${GOAL} of 100 mutants are noticed`);
  for (const [file, { survivors }] of Object.entries(record)) {
    if (changed.includes(file)) continue;
    for (const one of survivors) {
      if (reasonFor(explanations, file, one) !== undefined) continue;
      problems.push(`${file}:${one.line}: survived, and no reason is given: ${one.original} => ${one.replacement}`);
    }
  }
  for (const { reason, mutants } of explanations) {
    if (reason.trim() === "") problems.push("an explanation has no reason");
    for (const named of mutants) {
      if (changed.includes(named.file)) continue;
      const survivors = record[named.file]?.survivors ?? [];
      if (survivors.some((one) => names(named, named.file, one))) continue;
      problems.push(`${named.file}: explained, but did not survive: ${named.original} => ${named.replacement}`);
    }
  }
  return problems;
}
