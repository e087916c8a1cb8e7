import { describe, expect, it } from "vitest";
import { createTarget, type RunOptions, runVectors, type VectorCase } from "../../src/conformance.js";
import { fake, named, outcomes } from "./run-support.js";
import { CONTEXT, newRequest } from "./support.js";
import { vectorFile } from "./vectors.js";

const REJECT = { result: "reject", codes: ["identifier_malformed"] } as const;

describe("a run", () => {
  it("greets, resets before each case, ends the target and reports", async () => {
    const { connect, asked } = fake(({ input }) =>
      input?.uri === "b" ? { result: "reject", code: "wit_expired" } : { result: "accept", output: { x: 1 } },
    );
    const cases = [named("a"), named("b", { expect: REJECT })];
    const report = await runVectors([vectorFile(...cases)], connect);
    expect(asked).toEqual(["hello", "reset", "a", "reset", "b", "close"]);
    const counts = {
      cases: 2,
      passed: 1,
      reasonUnknown: 0,
      wrongVerdict: 0,
      wrongReason: 1,
      noAnswer: 0,
      unsupported: 0,
    };
    expect(report).toEqual({
      outcome: "failed",
      target: { name: "fake", version: "1", specs: [] },
      total: counts,
      suites: [{ suite: "identifier", ...counts }],
      cases: [
        expect.objectContaining({
          name: "identifier/some#a",
          outcome: "passed",
          expected: { result: "accept" },
          seen: { result: "accept" },
        }),
        {
          name: "identifier/some#b",
          suite: "identifier",
          description: "a plain identifier",
          requirements: ["TOY-1.01"],
          outcome: "wrong_reason",
          reasonUnknown: false,
          expected: { result: "reject", codes: ["identifier_malformed"] },
          seen: { result: "reject", code: "wit_expired" },
        },
      ],
    });
  });

  it("sends the context of the file with the members of the case in their place, and those of its policy", async () => {
    const seen: unknown[] = [];
    const { connect } = fake(({ context }) => seen.push(context) && { result: "accept" });
    const file = {
      ...vectorFile(),
      context: { now: 1, trust: { a: 1 }, policy: { clockTolerance: 1, maxLifetime: 2 } },
    };
    const contexts = [
      {},
      { now: 2, trust: { b: 2 } },
      { policy: { maxLifetime: 3, allow: null } },
      { runtime: { now: 5 } },
    ];
    const cases = contexts.map((context, i) => ({ ...vectorFile({}).cases[0], id: String(i), context }) as VectorCase);
    await runVectors(
      [
        { ...file, cases },
        { ...file, context: {}, path: "identifier/other.json", cases },
      ],
      connect,
    );
    const { policy, ...rest } = file.context;
    expect(seen).toEqual([
      file.context,
      { now: 2, trust: { b: 2 }, policy },
      { ...rest, policy: { clockTolerance: 1, maxLifetime: 3, allow: null } },
      { ...file.context, runtime: { now: 5 } },
      ...contexts,
    ]);
  });

  it("counts a right rejection without code as passed, and says that the reason is not known", async () => {
    const { connect } = fake(() => ({ result: "error", message: "no such context" }));
    const { outcome, total, cases } = await runVectors([vectorFile(named("a", { expect: REJECT }))], connect);
    expect([outcome, total.passed, total.reasonUnknown]).toEqual(["passed", 1, 1]);
    expect(cases[0]).toMatchObject({ seen: { result: "error" }, detail: '"no such context"' });
  });

  it.each([
    ["says so", () => ({ result: "unsupported" }), "parseIdentifier", ["hello", "reset", "a", "close"]],
    ["does not name the operation", undefined, "parseBundle", ["hello", "reset", "close"]],
  ])(
    "leaves a case out where the target %s, and has not passed with nothing else",
    async (_what, answers, op, messages) => {
      const { connect, asked } = fake(answers);
      const { outcome, total } = await runVectors([vectorFile(named("a", { op }))], connect);
      expect([outcome, total.unsupported]).toEqual(["failed", 1]);
      expect(asked).toEqual(messages);
    },
  );

  it("runs the suites and cases that are chosen", async () => {
    const { connect, asked } = fake();
    const files = [
      vectorFile(named("a"), named("b"), named("c")),
      { ...vectorFile(named("c")), suite: "wit", path: "wit/other.json" },
    ];
    const names = async (options: RunOptions): Promise<string[]> =>
      (await runVectors(files, connect, options)).cases.map(({ name }) => name);
    expect(await names({ suites: ["wit"] })).toEqual(["wit/other#c"]);
    expect(await names({ cases: ["c"] })).toEqual(["identifier/some#c", "wit/other#c"]);
    expect(await names({ cases: ["identifier/some#c", "a"] })).toEqual(["identifier/some#a", "identifier/some#c"]);
    expect(await names({ cases: ["c"], suites: ["wit", "identifier"] })).toHaveLength(2);
    expect(asked.filter((message) => message === "b")).toEqual([]);
  });

  it.each<[string, RunOptions, string]>([
    ["a suite that is not there", { suites: ["wit", "x"] }, "suite: one of identifier"],
    ["a case that is not there", { cases: ["a", "x"] }, "case: there is no such case in these suites"],
    ["no time to answer", { timeout: 0 }, "timeout: seconds, above zero"],
    ["a time that is none", { timeout: Number.NaN }, "timeout: seconds, above zero"],
    ["a time that is a text", { timeout: "10" as never }, "timeout: seconds, above zero"],
    ["endless time", { timeout: Number.POSITIVE_INFINITY }, "timeout: seconds, above zero"],
    [
      "a clock without timers",
      { runtime: { now: () => 1, randomBytes: () => new Uint8Array() } as never },
      "runtime: schedule must be a function",
    ],
  ])("refuses %s", async (_what, options, message) => {
    await expect(runVectors([vectorFile(named("a"))], fake().connect, options)).rejects.toMatchObject({
      code: "configuration_invalid",
      message,
    });
  });

  it("has no suite to choose where there are no vectors", async () => {
    await expect(runVectors([], fake().connect, { suites: ["x"] })).rejects.toMatchObject({
      message: "suite: one of none",
    });
  });

  it("tells each result as it comes, and how far it is", async () => {
    const told: unknown[] = [];
    await runVectors([vectorFile(named("a"), named("b"))], fake().connect, {
      onResult: ({ name, outcome }, done, all) => void told.push([name, outcome, done, all]),
    });
    expect(told).toEqual([
      ["identifier/some#a", "passed", 1, 2],
      ["identifier/some#b", "passed", 2, 2],
    ]);
  });

  it("ends the target when the listener fails", async () => {
    const { connect, asked } = fake();
    const onResult = (): never => {
      throw new Error("enough");
    };
    await expect(runVectors([vectorFile(named("a"))], connect, { onResult })).rejects.toThrow("enough");
    expect(asked.at(-1)).toBe("close");
  });
});

describe("a case that follows another", () => {
  const follow = (id: string, after: string): Partial<VectorCase> => named(id, { after });

  it("runs right after it, without a reset between them", async () => {
    const { connect, asked } = fake();
    await outcomes([named("a"), follow("b", "a"), follow("c", "b")], connect);
    expect(asked).toEqual(["hello", "reset", "a", "b", "c", "close"]);
  });

  it("runs after a repetition of what it follows where something else came between", async () => {
    const { connect, asked } = fake();
    await outcomes([named("a"), follow("b", "a"), follow("c", "a"), named("d"), follow("e", "b")], connect);
    expect(asked.slice(1, -1).join(" ")).toBe("reset a b reset a c reset d reset a b e");
  });

  it("is run with what it follows, which is not reported, where it alone is chosen", async () => {
    const { connect, asked } = fake();
    const results = await outcomes([named("a"), follow("b", "a"), follow("c", "b")], connect, { cases: ["c"] });
    expect(results).toEqual(["passed"]);
    expect(asked).toEqual(["hello", "reset", "a", "b", "c", "close"]);
  });

  it("does not follow a case of another file that has the same id", async () => {
    const { connect, asked } = fake();
    const second = { ...vectorFile(follow("b", "a"), named("a")), path: "identifier/other.json" };
    await runVectors([vectorFile(named("a")), second], connect);
    expect(asked.slice(1, -1).join(" ")).toBe("reset a reset a b reset a");
  });

  it("is left out with what it follows", async () => {
    const { connect, asked } = fake(({ input }) => ({ result: input?.uri === "a" ? "unsupported" : "accept" }));
    expect(await outcomes([named("a"), follow("b", "a"), named("c")], connect)).toEqual([
      "unsupported",
      "unsupported",
      "passed",
    ]);
    expect(asked).not.toContain("b");
  });

  it("has this implementation remember proofs, and forget them otherwise", async () => {
    const input = await newRequest();
    const replayed = { result: "reject", codes: ["wpt_replayed"] } as const;
    const one = { op: "verifyRequest", context: CONTEXT, input };
    const cases = [
      { ...one, id: "first" },
      { ...one, id: "again", after: "first", expect: replayed },
      { ...one, id: "fresh" },
    ];
    expect(await outcomes(cases, createTarget)).toEqual(["passed", "passed", "passed"]);
  });
});
