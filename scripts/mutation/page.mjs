// @ts-check
/** The page that publishes what mutation testing found. */
import { FOLDERS, folderOf, GOAL, reasonFor, scoreOf, sumsOf } from "./record.mjs";

/** @typedef {import("./record.mjs").Survivor} Survivor */
/** @typedef {{ file: string; survivor: Survivor }} Found */

const INTRODUCTION = `# Mutation testing

Coverage says which lines the tests run; it does not say whether a test would notice if one of them were wrong. Mutation
testing does: each mutant is the source with one small change (a condition turned round, a check deleted, a string
emptied), and it is killed when a test fails. A mutant that survives is a change that no test notices.

\`\`\`sh
npm run mutation -- wpt replay        # folders of src/, or single files; writes the results and this page
npm run mutation -- --changed         # every file that changed since its results were written
npm run check:mutation                # what .ci/run does: writes nothing
\`\`\`

The first run installs [StrykerJS](https://stryker-mutator.io/), which is a package of its own in \`tools/mutation/\`, so
that nobody else waits for it. The mutants of a folder are shown to the tests of that folder in \`test/\`: what only a test
of another folder would notice counts as survived. Two files of tests are left out because each takes seconds: a million
entries in the replay store, and fields of a megabyte.

The results carry the digest of each source file. \`.ci/run\` mutates the files whose digest is another one now, and no
others: it fails when the tests notice less than ${GOAL} % in those files, or in a folder with the new numbers, and when the
results have a survivor whose reason is not written down. It does not see that a test was weakened while the source stayed
as it was; \`npm run mutation\` for the folder does.

**Not counted** are texts of two or more words: messages for people, which may be worded anew without breaking a promise.
Error codes, requirement ids and every other string are counted.
`;

/**
 * @param {import("./record.mjs").Results} record
 * @param {readonly import("./record.mjs").Explanation[]} explanations
 */
export function pageText(record, explanations) {
  /** @type {Found[]} */
  const survivors = Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, found]) => found.survivors.map((survivor) => ({ file, survivor })));
  const open = survivors.filter(({ file, survivor }) => reasonFor(explanations, file, survivor) === undefined);
  return [
    INTRODUCTION,
    "## Scores",
    "",
    ...scores(record, explanations),
    "",
    "**Score**: mutants that were killed or ran into a time limit, of all that count. Survivors lower it whether they are",
    "explained or not.",
    "",
    "## Survivors that change nothing",
    "",
    ...explanations.flatMap(({ reason }) => [
      `${reason}`,
      "",
      ...list(survivors.filter(({ file, survivor }) => reasonFor(explanations, file, survivor) === reason)),
      "",
    ]),
    "## Survivors without an explanation",
    "",
    ...(open.length === 0 ? ["None."] : list(open)),
    "",
  ].join("\n");
}

/**
 * @param {import("./record.mjs").Results} record
 * @param {readonly import("./record.mjs").Explanation[]} explanations
 */
function scores(record, explanations) {
  const rows = FOLDERS.map((folder) => ({
    name: `\`src/${folder}/\``,
    files: Object.keys(record).filter((path) => folderOf(path) === folder).length,
    sums: sumsOf(record, explanations, (path) => folderOf(path) === folder),
  }));
  rows.push({ name: "together", files: Object.keys(record).length, sums: sumsOf(record, explanations) });
  return [
    "| | files measured | mutants | killed | out of time | survived | of these explained | not counted | score |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ name, files, sums }) => {
      const { mutants, killed, timedOut, survived, explained, ignored, failed } = sums;
      const score = files === 0 ? "–" : `${scoreOf(sums).toFixed(1)} %`;
      const cells = [files, mutants, killed, timedOut, survived, explained, ignored + failed, score];
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ];
}

/** @param {readonly Found[]} survivors */
function list(survivors) {
  return survivors.map(({ file, survivor: { line, original, replacement, uncovered } }) => {
    const change = replacement === "" ? `${code(original)} deleted` : `${code(original)} → ${code(replacement)}`;
    return `- ${file.slice("src/".length)}:${line}: ${change}${uncovered ? " (no test runs it)" : ""}`;
  });
}

const LONGEST = 90;

/**
 * A code span that holds the text whatever is in it.
 *
 * @param {string} text
 */
function code(text) {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const fence = "`".repeat(1 + Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const space = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}
