import { describe, expect, it } from "vitest";
import {
  type ConnectedTarget,
  createTarget,
  type RunOptions,
  runVectors,
  type VectorCase,
} from "../../src/conformance.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { CONTEXT, newRequest, NOW, POLICY, TRUST } from "./support.js";
import { vectorFile } from "./vectors.js";

interface Asked {
  readonly id?: number;
  readonly hello?: string;
  readonly reset?: boolean;
  readonly op?: string;
  readonly context?: Record<string, unknown>;
  readonly input?: { readonly uri: string };
}

const GREETING = {
  hello: "wimse-target/v1",
  name: "fake",
  version: "1",
  operations: ["parseIdentifier", "verifyRequest"],
};
const REJECT = { result: "reject", codes: ["identifier_malformed"] } as const;

/** A target that does as it is told by the `uri` of each case, and notes what it was asked. */
function fake(answers: (asked: Asked) => unknown = () => ({ result: "accept", output: {} })): {
  readonly connect: () => ConnectedTarget;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const answer = async (line: string): Promise<string> => {
    const message = JSON.parse(line) as Asked;
    const { id, input } = message;
    asked.push(message.hello === undefined ? (message.reset === true ? "reset" : String(input?.uri)) : "hello");
    if (message.hello !== undefined) return JSON.stringify(GREETING);
    const given = message.reset === true ? { result: "accept", output: {} } : await answers(message);
    return typeof given === "string" ? given : JSON.stringify({ id, ...(given as object) });
  };
  return { asked, connect: () => ({ answer, close: () => void asked.push("close") }) };
}

const named = (id: string, more: Partial<VectorCase> = {}): Partial<VectorCase> => ({
  id,
  input: { uri: id },
  ...more,
});

async function outcomes(
  cases: readonly Partial<VectorCase>[],
  connect: () => ConnectedTarget,
  options?: RunOptions,
): Promise<string[]> {
  const { cases: results } = await runVectors([vectorFile(...cases)], connect, options);
  return results.map(({ outcome, detail = "" }) => `${outcome} ${detail}`.trim());
}

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
    ["no operations", { ...GREETING, operations: undefined }, "its greeting lacks name, version or operations"],
    [
      "operations that are no texts",
      { ...GREETING, operations: [1] },
      "its greeting lacks name, version or operations",
    ],
    ["specifications that are no list", { ...GREETING, specs: "x" }, "its greeting lacks name, version or operations"],
    ["no JSON", "hello!", "it wrote a line that is no JSON object"],
  ])("is given up at once when it greets with %s", async (_what, greeting, stopped) => {
    let made = 0;
    const answer = async (): Promise<string> => (typeof greeting === "string" ? greeting : JSON.stringify(greeting));
    const connect = (): ConnectedTarget => {
      made += 1;
      return { answer };
    };
    const report = await runVectors([vectorFile(...CASES)], connect);
    expect(report).toMatchObject({ outcome: "failed", stopped, total: { noAnswer: 3 } });
    expect([made, report.target]).toEqual([1, undefined]);
  });

  it("cannot be made at all: the error of whoever makes it comes through", async () => {
    const connect = (): never => {
      throw new TypeError("no such command");
    };
    await expect(runVectors([vectorFile(named("a"))], connect)).rejects.toThrow("no such command");
  });
});

describe("an explanation", () => {
  const explain = true;

  it("is added to a verifyRequest case that failed, with the check that decided and its requirement", async () => {
    const policy = { ...POLICY, audience: ["https://other.example/"] };
    const failing = { op: "verifyRequest", context: { ...CONTEXT, policy }, input: await newRequest() };
    const file = vectorFile(
      { ...failing, id: "a" },
      { ...failing, id: "b", expect: { result: "reject", codes: ["wpt_audience_mismatch"] } },
    );
    const { cases } = await runVectors([file], createTarget, { explain });
    expect(cases.map(({ outcome }) => outcome)).toEqual(["wrong_verdict", "passed"]);
    expect(cases[0]?.explanation).toMatchObject({ outcome: "rejected", code: "wpt_audience_mismatch" });
    expect(cases[0]?.explanation?.checks.find(({ outcome }) => outcome === "failed")).toMatchObject({
      id: "wpt.audience",
      requirement: expect.stringMatching(/^WPT-/),
    });
    expect(cases[1]?.explanation).toBeUndefined();
    const unexplained = await runVectors([file], createTarget);
    expect(unexplained.cases[0]?.explanation).toBeUndefined();
  });

  it.each<[string, Partial<VectorCase>]>([
    ["other operations", named("b", { expect: REJECT })],
    [
      "a context that is refused",
      named("b", { op: "verifyRequest", context: {}, expect: REJECT, input: { method: "GET", target: "/" } }),
    ],
    ["an input that is refused", named("b", { op: "verifyRequest", context: CONTEXT, expect: REJECT })],
    [
      "keys in a form that is not read",
      named("b", {
        op: "verifyRequest",
        expect: REJECT,
        context: { now: NOW, trust: { ...TRUST, "spiffe://example.org": { keys: { x509: [] } } }, policy: POLICY },
        input: { method: "GET", target: "/" },
      }),
    ],
  ])("there is none for %s", async (_what, vector) => {
    const { cases } = await runVectors([vectorFile(vector)], fake().connect, { explain });
    expect(cases[0]).toMatchObject({ outcome: "wrong_verdict" });
    expect(cases[0]).not.toHaveProperty("explanation");
  });
});
