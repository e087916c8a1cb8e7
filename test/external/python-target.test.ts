import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, answerTo, type Case, contextOf, type Json, vectorFiles, verdictOf } from "../vectors/support.js";

// An implementation in another language, for which Debian has all that it needs: python3-cryptography.
const PYTHON = "/usr/bin/python3";
const TARGET = fileURLToPath(new URL("../../examples/python-target/wimse_target.py", import.meta.url));
const present = spawnSync(PYTHON, ["-c", "import cryptography"]).status === 0;
if (!present) console.warn(`left out: ${PYTHON} with the package cryptography is absent`);

const OPERATIONS = ["parseIdentifier", "verifyWit", "verifyRequest"];

/** What the target does not have: other operations, earlier revisions of the WPT, signatures, and SPIFFE bundles. */
function isBeyondPython({ op }: Case, { policy, trust }: Json): boolean {
  if (!OPERATIONS.includes(op) || JSON.stringify(trust).includes('"spiffeBundle"')) return true;
  const { proofs, compat } = policy as { proofs: readonly string[]; compat: readonly string[] };
  return proofs.includes("http-signature") || compat.includes("wpt-01");
}

it("Python and its cryptography are present wherever CI is set", () => {
  expect(present || !process.env["CI"]).toBe(true);
});

describe.runIf(present)("the target in Python", () => {
  let target: ChildProcessWithoutNullStreams;
  const waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];

  /** Puts a line to the process. Answers come in order. */
  function ask(message: Json): Promise<Answer> {
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      target.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  beforeAll(() => {
    let complaints = "";
    target = spawn(PYTHON, ["-B", TARGET]);
    target.stderr.on("data", (text) => {
      complaints += text;
    });
    createInterface({ input: target.stdout }).on("line", (line) => waiting.shift()?.resolve(JSON.parse(line)));
    target.on("close", () => {
      for (const { reject } of waiting) reject(new Error(`the target ended: ${complaints}`));
    });
  });

  afterAll(() => new Promise<void>((resolve) => target.once("close", () => resolve()).stdin.end()));

  it("says what it is", async () => {
    expect(await ask({ hello: "wimse-target/v1" })).toMatchObject({
      hello: "wimse-target/v1",
      operations: OPERATIONS,
    });
  });

  it("says unsupported of what it does not have", async () => {
    expect(await ask({ id: 7, op: "signWpt", context: {}, input: {} })).toEqual({ id: 7, result: "unsupported" });
  });

  it.each(vectorFiles.filter(({ cases }) => cases.some(({ op }) => /^(?:parse|verify)/.test(op))))(
    "comes to the verdicts of $path",
    async (file) => {
      const differences: unknown[] = [];
      for (const one of file.cases) {
        const answer = await answerTo(one, file, ask);
        const { result, output, code = "", codes_also: also = [] } = one.expect;
        if (result === "either") continue;
        if (answer.result === "unsupported") {
          expect(isBeyondPython(one, contextOf(file, one))).toBe(true);
          continue;
        }
        expect({ ...answer, result: verdictOf(answer), id: one.id }).toMatchObject({ id: one.id, result });
        if (result === "accept") expect(answer.output).toMatchObject(output ?? {});
        // whoever gives codes gives the right ones; a context that is refused has none
        else if (![code, ...also].includes(answer.code ?? "configuration_invalid")) differences.push([one.id, answer]);
      }
      expect(differences).toEqual([]);
    },
  );
});
