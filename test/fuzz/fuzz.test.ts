import { readdirSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readCorpus } from "./corpus.js";
import { answerTo, fuzz } from "./engine.js";
import { targets } from "./targets.js";

const corpusFolder = new URL("corpus/", import.meta.url);
const seed = 20261125;
/** Enough to see that a target still reaches what it is for; `npm run fuzz` goes on for as long as it is told to. */
const RUNS = 300;
/** Milliseconds; a machine may have other things to do. */
const PATIENCE = 60_000;

it("every folder of the corpus belongs to a target", () => {
  expect(readdirSync(corpusFolder).sort()).toEqual(targets.map(({ name }) => name).sort());
});

describe.each(targets.map((target) => [target.name, target] as const))("%s", (name, target) => {
  const corpus = readCorpus(corpusFolder, name);

  it.each([...corpus])("answers the kept input %s as it must", async (_file, input) => {
    await answerTo(target, input);
  });

  it(
    "answers inputs that nobody wrote as it must, some by refusing and some by accepting",
    async () => {
      const { answers, finding } = await fuzz(target, [...corpus.values()], { seed, runs: RUNS });
      if (finding !== undefined) {
        throw new Error(`npm run fuzz -- ${name} --seed ${seed} finds ${inspect(finding.input)}`, {
          cause: finding.error,
        });
      }
      const accepted = [...answers.keys()].filter((answer) => answer.startsWith("accepted"));
      expect(accepted.length).toBeGreaterThan(0);
      expect(answers.size).toBeGreaterThan(accepted.length);
    },
    PATIENCE,
  );
});
