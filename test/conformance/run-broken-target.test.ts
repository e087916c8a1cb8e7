import { describe, expect, it } from "vitest";
import { type ConnectedTarget, runVectors } from "../../src/conformance.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { type Asked, fake, GREETING, named, outcomes } from "./run-support.js";
import { NOW } from "./support.js";
import { vectorFile } from "./vectors.js";

const REJECT = { result: "reject", codes: ["identifier_malformed"] } as const;

describe("a target that breaks off", () => {
  const broken = (behaviour: (asked: Asked) => unknown) =>
    fake((asked) => (asked.input?.uri === "b" ? behaviour(asked) : { result: "accept" }));
  const CASES = [named("a"), named("b"), named("c")];

  it.each<[string, (asked: Asked) => unknown, string]>([
    ["writes no JSON", () => "oops", "it wrote a line that is no JSON object"],
    ["writes no object", () => "[]", "it wrote a line that is no JSON object"],
    ["writes nothing", () => "", "it wrote a line that is no JSON object"],
    ["names a member twice", () => '{"id":1,"id":4,"result":"accept"}', "it wrote a line that is no JSON object"],
    [
      "answers another message",
      ({ id = 0 }) => ({ id: id - 1, result: "accept" }),
      "it answered something else than it was asked",
    ],
    [
      "answers with the text of the id",
      ({ id }) => ({ id: String(id), result: "accept" }),
      "it answered something else than it was asked",
    ],
    ["answers without id", () => '{"result":"accept"}', "it answered something else than it was asked"],
    ["has no result", () => ({}), "its answer is not one of the protocol"],
    ["has another result", () => ({ result: "maybe" }), "its answer is not one of the protocol"],
    ["has a code that is no text", () => ({ result: "reject", code: 5 }), "its answer is not one of the protocol"],
    [
      "has an output that is no object",
      () => ({ result: "accept", output: [] }),
      "its answer is not one of the protocol",
    ],
    [
      "has a message that is no text",
      () => ({ result: "error", message: {} }),
      "its answer is not one of the protocol",
    ],
    ["throws", () => Promise.reject(new Error("secret")), "it failed"],
  ])("fails the case at hand and is made anew: it %s", async (_what, behaviour, detail) => {
    const { connect, asked } = broken(behaviour);
    const { cases, stopped } = await runVectors([vectorFile(...CASES)], connect);
    expect(cases.map(({ outcome }) => outcome)).toEqual(["passed", "no_answer", "passed"]);
    expect([cases[1]?.detail, cases[1]?.seen, stopped]).toEqual([detail, undefined, undefined]);
    expect(asked).toEqual(["hello", "reset", "a", "reset", "b", "close", "hello", "reset", "c", "close"]);
  });

  it("takes null for a code, an output or a message that is not there", async () => {
    const answers = [
      { result: "reject", code: null },
      { result: "accept", output: null },
      { result: "error", message: null },
    ];
    const { connect } = fake(() => answers.shift());
    const cases = [named("a", { expect: REJECT }), named("b"), named("c", { expect: REJECT })];
    expect(await outcomes(cases, connect)).toEqual(["passed", "passed", 'passed ""']);
  });

  it("fails the case at hand when it gives no text, and when it does not reset", async () => {
    const answer = async (): Promise<string> => 5 as unknown as string;
    expect(await outcomes([named("a")], () => ({ answer }))).toEqual(["no_answer it failed"]);
    const noReset = async (line: string): Promise<string> => {
      const { id, hello } = JSON.parse(line) as Asked;
      return JSON.stringify(hello === undefined ? { id, result: "unsupported" } : GREETING);
    };
    expect(await outcomes([named("a")], () => ({ answer: noReset }))).toEqual(["no_answer it did not reset"]);
  });

  it("is waited for no longer than it may take, by the clock of the runtime", async () => {
    const runtime = fixedRuntime(NOW);
    const { connect } = broken(() => {
      runtime.setTime(runtime.now() + 7);
      return new Promise(() => {});
    });
    expect(await outcomes(CASES, connect, { runtime, timeout: 7 })).toEqual([
      "passed",
      "no_answer it gave no answer within 7 s",
      "passed",
    ]);
  });

  it("leaves no timer behind when it answers in time", async () => {
    const scheduled: number[] = [];
    let cancelled = 0;
    const runtime = {
      ...fixedRuntime(NOW),
      schedule: (at: number) => {
        scheduled.push(at);
        return { cancel: () => void cancelled++ };
      },
    };
    await outcomes(CASES, fake().connect, { runtime });
    expect(scheduled).toEqual(Array(7).fill(NOW + 10));
    expect(cancelled).toBe(7);
  });

  it("is given up after three times in a row; the other cases count as without answer", async () => {
    const { connect, asked } = fake(({ input }) => (input?.uri === "ok" ? { result: "accept" } : "oops"));
    const cases = ["x1", "x2", "ok", "x3", "x4", "x5", "x6", "x7"].map((id) => named(id));
    const report = await runVectors([vectorFile(...cases)], connect);
    expect(report).toMatchObject({ outcome: "failed", stopped: "it wrote a line that is no JSON object" });
    expect(report.total).toMatchObject({ passed: 1, noAnswer: 7 });
    expect(report.cases.slice(-2).map(({ detail }) => detail)).toEqual([undefined, undefined]);
    expect(asked.filter((message) => message === "hello")).toHaveLength(5);
  });

  it.each<[string, unknown, string]>([
    ["another protocol", { ...GREETING, hello: "wimse-target/v2" }, "it did not greet with wimse-target/v1"],
    ["no name", { ...GREETING, name: undefined }, "its greeting lacks name, version or operations"],
    ["no version", { ...GREETING, version: undefined }, "its greeting lacks name, version or operations"],
    ["a version that is no text", { ...GREETING, version: 1 }, "its greeting lacks name, version or operations"],
    ["no operations", { ...GREETING, operations: undefined }, "its greeting lacks name, version or operations"],
    [
      "operations that are no texts",
      { ...GREETING, operations: [1] },
      "its greeting lacks name, version or operations",
    ],
    ["specifications that are no list", { ...GREETING, specs: "x" }, "its greeting lacks name, version or operations"],
    ["no JSON", "hello!", "it wrote a line that is no JSON object"],
  ])("is ended and given up at once when it greets with %s", async (_what, greeting, stopped) => {
    let [made, closed] = [0, 0];
    const answer = async (): Promise<string> => (typeof greeting === "string" ? greeting : JSON.stringify(greeting));
    const connect = (): ConnectedTarget => {
      made += 1;
      return { answer, close: () => void closed++ };
    };
    const report = await runVectors([vectorFile(...CASES)], connect);
    expect(report).toMatchObject({ outcome: "failed", stopped, total: { noAnswer: 3 } });
    expect([made, closed, report.target]).toEqual([1, 1, undefined]);
  });

  it("cannot be made at all: the error of whoever makes it comes through", async () => {
    const connect = (): never => {
      throw new TypeError("no such command");
    };
    await expect(runVectors([vectorFile(named("a"))], connect)).rejects.toThrow("no such command");
  });
});
