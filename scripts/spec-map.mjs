// Writes docs/SPEC-MAP.md: each requirement that a library can enforce, the lines that enforce it, the tests of it, and
// the conformance vectors that show it.
//
//   node scripts/spec-map.mjs            write the page
//   node scripts/spec-map.mjs --check    exit 1 when the map has a gap, a contradiction, or the page is out of date

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const VECTORS = "vectors";
const REQUIREMENTS = "vectors/requirements.json";
const NOT_SHOWN = "vectors/not-shown.json";
const PAGE = "docs/SPEC-MAP.md";

/**
 * What no vector has to show: general RFCs below the WIMSE specifications, which their own examples and other people's
 * suites test; and the Workload API, whose subject is a connection that lasts, so that no single operation shows it.
 */
const WITHOUT_VECTORS = new Set(["R9421", "R9530", "WLAPI"]);

/** As many cases of a file are named; of more the page has the number. */
const NAMED_CASES = 3;

const byCodeUnit = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The requirement list; throws when it contradicts itself. */
export function parseRequirements(json) {
  const list = JSON.parse(json);
  if (list.format !== "wimse-requirements/v1") throw new Error(`${REQUIREMENTS}: unknown format`);
  const seen = new Set();
  for (const { id, text, enforceable, notEnforced } of list.requirements) {
    if (seen.has(id)) throw new Error(`${REQUIREMENTS}: ${id} is listed twice`);
    seen.add(id);
    if (!Object.hasOwn(list.documents, familyOf(id))) throw new Error(`${REQUIREMENTS}: ${id} has no document`);
    if (!text) throw new Error(`${REQUIREMENTS}: ${id} has no text`);
    if (notEnforced !== undefined && (!enforceable || !notEnforced.trim())) {
      throw new Error(`${REQUIREMENTS}: ${id}: notEnforced is a reason, and only for what could be enforced`);
    }
  }
  return list;
}

/** The document that an id belongs to: `ID-P-4.1.01` belongs to `ID`. */
export function familyOf(id) {
  return id.slice(0, id.indexOf("-"));
}

/**
 * Where ids of the given families are cited: id → files in a fixed order, each with its lines. Ids are recognised as
 * whole words; what follows an id like the end of a range is returned in `ranges`, because a range would hide the ids
 * inside it.
 */
export function findCitations(files, families) {
  const pattern = new RegExp(`(?<![\\w-])(?:${families.join("|")})-(?:[PE]-)?\\d+(?:\\.\\d+)+([-–]\\d[\\d.]*)?`, "g");
  const cited = new Map();
  const ranges = [];
  for (const { path, text } of files) {
    for (const [index, line] of text.split("\n").entries()) {
      for (const [id, rangeEnd] of line.matchAll(pattern)) {
        if (rangeEnd === undefined) setAt(cited, id, path).add(index + 1);
        else ranges.push(`${path}: ${id}`);
      }
    }
  }
  return { cited: inOrder(cited, "lines"), ranges };
}

/** Which cases show a requirement: id → files in a fixed order, each with the ids of its cases. */
export function findShown(vectors) {
  const shown = new Map();
  for (const { path, cases } of vectors) {
    for (const { id, requirements } of cases) {
      for (const requirement of requirements) setAt(shown, requirement, path).add(id);
    }
  }
  return inOrder(shown, "cases");
}

/** The set for a path in the map for an id; both are made where they are missing. */
function setAt(maps, id, path) {
  if (!maps.has(id)) maps.set(id, new Map());
  const sets = maps.get(id);
  if (!sets.has(path)) sets.set(path, new Set());
  return sets.get(path);
}

function inOrder(maps, member) {
  const sorted = (map) => [...map].sort(([a], [b]) => byCodeUnit(a, b));
  return new Map(
    sorted(maps).map(([id, sets]) => [id, sorted(sets).map(([path, set]) => ({ path, [member]: [...set] }))]),
  );
}

/** The reasons why no vector shows a requirement; throws when one of them is none. */
export function parseNotShown(json) {
  const { format, not_shown: reasons } = JSON.parse(json);
  if (format !== "wimse-not-shown/v1") throw new Error(`${NOT_SHOWN}: unknown format`);
  for (const [id, reason] of Object.entries(reasons)) {
    if (typeof reason !== "string" || !reason.trim()) throw new Error(`${NOT_SHOWN}: ${id}: a reason is required`);
  }
  return reasons;
}

const pathsOf = (citations) => citations.map(({ path }) => path).join(", ");

/** What is wrong with the map, one line each; empty when nothing is. */
export function findProblems(list, { source, tests, shown, notShown }) {
  const problems = [];
  for (const { id, enforceable, notEnforced } of list.requirements) {
    if (!enforceable) continue;
    const lines = source.cited.get(id);
    if (notEnforced !== undefined) {
      if (lines !== undefined) problems.push(`${id}: said not to be enforced, but cited in ${pathsOf(lines)}`);
      continue;
    }
    if (lines === undefined) problems.push(`${id}: no source file cites it, and no reason is given`);
    if (!tests.cited.has(id)) problems.push(`${id}: no test cites it`);
    if (!WITHOUT_VECTORS.has(familyOf(id)) && !shown.has(id) && !Object.hasOwn(notShown, id)) {
      problems.push(`${id}: no vector shows it, and ${NOT_SHOWN} gives no reason`);
    }
  }
  return [...problems, ...strangers(list, source, tests, shown), ...superfluousReasons(list, shown, notShown)];
}

/** Ids that are cited and do not exist, and what cannot be read as ids. */
function strangers(list, source, tests, shown) {
  const problems = [];
  const known = new Set(list.requirements.map(({ id }) => id));
  for (const [id, citations] of [...source.cited, ...tests.cited, ...shown]) {
    if (!known.has(id)) problems.push(`${id}: not in ${REQUIREMENTS}, but cited in ${pathsOf(citations)}`);
  }
  for (const range of [...source.ranges, ...tests.ranges]) {
    problems.push(`${range}: a range of ids; write each of them out`);
  }
  return problems;
}

/** A reason stands for vectors that cannot be; where there are some, or need be none, it is out of date. */
function superfluousReasons(list, shown, notShown) {
  const enforced = new Set(
    list.requirements.filter((row) => row.enforceable && row.notEnforced === undefined).map(({ id }) => id),
  );
  return Object.keys(notShown).flatMap((id) => {
    if (shown.has(id)) return `${id}: said in ${NOT_SHOWN} not to be shown, but shown in ${pathsOf(shown.get(id))}`;
    return enforced.has(id) ? [] : `${id}: in ${NOT_SHOWN}, but it is not among what is enforced`;
  });
}

const cell = (text) => text.replaceAll("|", "\\|");
const shortened = (path) => path.replace(/^(src|test|vectors)\//, "");
const fileLinks = (citations = []) => citations.map(({ path }) => `[${shortened(path)}](../${path})`).join("<br>");
const lineLinks = (citations = []) =>
  citations
    .map(({ path, lines: [first, ...others] }) =>
      [
        `[${shortened(path)}:${first}](../${path}#L${first})`,
        ...others.map((line) => `[${line}](../${path}#L${line})`),
      ].join(", "),
    )
    .join("<br>");
const caseLinks = (files = []) =>
  files
    .map(({ path, cases }) => {
      const what = cases.length > NAMED_CASES ? `${cases.length} cases` : cases.join(", ");
      return `[${shortened(path).replace(/\.json$/, "")}](../${path}): ${cell(what)}`;
    })
    .join("<br>");

/** The page, as Markdown. The same input gives the same bytes. */
export function renderPage(list, { source, tests, shown, notShown }) {
  const rows = list.requirements.filter(({ enforceable }) => enforceable);
  const left = rows.filter(({ notEnforced }) => notEnforced !== undefined).length;
  const out = [
    "# Specification map",
    "",
    `Generated by \`node scripts/spec-map.mjs\` from [requirements.json](../${REQUIREMENTS}), the sources, the tests and the conformance vectors. Do not edit.`,
    "",
    `${list.requirements.length} requirements, ${rows.length} of which a library can enforce: ${rows.length - left} are enforced here, ${left} are not, for the reason in their row. The rest binds deployments and specifications.`,
    "",
    "A requirement id stands in a comment or an error beside the code that enforces it, in the tests that would fail without that code, and in the cases of the conformance vectors that show it to whoever implements the specification. Links into the sources lead to the line, those to tests and vectors to the file: search it for the id.",
  ];
  for (const [family, { title, revision }] of Object.entries(list.documents)) {
    const its = rows.filter(({ id }) => familyOf(id) === family);
    const hasVectors = !WITHOUT_VECTORS.has(family) || its.some(({ id }) => shown.has(id));
    const columns = ["id", "level", "requirement", "enforced in", "tested in"];
    if (hasVectors) columns.push("shown by");
    out.push("", `## ${family}: ${title}`, "", `Revision: ${revision}.`, "");
    out.push(`| ${columns.join(" | ")} |`, `|${" --- |".repeat(columns.length)}`);
    for (const { id, level, text, notEnforced } of its) {
      const cells = [id, level, cell(text)];
      if (notEnforced === undefined) cells.push(lineLinks(source.cited.get(id)), fileLinks(tests.cited.get(id)));
      else cells.push(`*not enforced:* ${cell(notEnforced)}`, "");
      if (hasVectors) {
        const reason = Object.hasOwn(notShown, id) ? `*not shown:* ${cell(notShown[id])}` : "";
        cells.push(caseLinks(shown.get(id)) || reason);
      }
      out.push(`| ${cells.join(" | ")} |`);
    }
  }
  return `${out.join("\n")}\n`;
}

function readTypeScript(root, folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: file.slice(join(root, "/").length).replaceAll("\\", "/"),
      text: readFileSync(file, "utf8"),
    }));
}

/** The cases of the vector files, which lie in folders named after their suites. */
function readVectors(root) {
  return readdirSync(join(root, VECTORS), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: suite }) => readdirSync(join(root, VECTORS, suite)).map((name) => `${VECTORS}/${suite}/${name}`))
    .filter((path) => path.endsWith(".json"))
    .map((path) => ({ path, cases: JSON.parse(readFileSync(join(root, path), "utf8")).cases }));
}

function readNotShown(root) {
  return existsSync(join(root, NOT_SHOWN)) ? parseNotShown(readFileSync(join(root, NOT_SHOWN), "utf8")) : {};
}

/** The page and the problems of the project in the folder `root`. */
export function specMap(root) {
  const list = parseRequirements(readFileSync(join(root, REQUIREMENTS), "utf8"));
  const families = Object.keys(list.documents);
  const source = findCitations(readTypeScript(root, "src"), families);
  const tests = findCitations(readTypeScript(root, "test"), families);
  const found = { source, tests, shown: findShown(readVectors(root)), notShown: readNotShown(root) };
  return { page: renderPage(list, found), problems: findProblems(list, found) };
}

/** Runs the script; the exit status. */
export function main(args, root, print = console.log) {
  const { page, problems } = specMap(root);
  if (!args.includes("--check")) {
    writeFileSync(join(root, PAGE), page);
    print(`${PAGE} written; ${problems.length === 0 ? "no problems" : `${problems.length} problems: see --check`}`);
    return 0;
  }
  let current;
  try {
    current = readFileSync(join(root, PAGE), "utf8");
  } catch {
    // never written: as stale as a page can be
  }
  if (current !== page) problems.push(`${PAGE} is out of date: run node scripts/spec-map.mjs`);
  for (const problem of problems) print(problem);
  if (problems.length === 0) print("spec map: complete and up to date");
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2), fileURLToPath(new URL("..", import.meta.url)));
}
