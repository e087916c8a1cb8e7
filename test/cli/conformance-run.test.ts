import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CASE, FILE, manifestOf } from "../conformance/vectors.js";
import { type Ended, NOW, temporaryFolder, type World, wimse } from "./support.js";

const folder = temporaryFolder();
const target = (behaviour: string): string =>
  `${process.execPath} ${fileURLToPath(new URL("fake-target.mjs", import.meta.url))} ${behaviour}`;

const reject = { result: "reject", code: "identifier_not_canonical" };
const cases = [
  ...["a", "b", "c"].map((id) => ({ ...CASE, id, input: { uri: `wimse://example.com/${id}` } })),
  { ...CASE, id: "upper", input: { uri: "WIMSE://example.com/a" }, expect: reject },
];
const vectors = writeVectors("vectors", { "identifier/some.json": { ...FILE, cases } });
const wrong = writeVectors("wrong", {
  "identifier/some.json": FILE,
  "wit/some.json": { ...FILE, suite: "wit", cases: [{ ...CASE, expect: reject }] },
});

function writeVectors(name: string, files: Record<string, object>): string {
  for (const [path, content] of Object.entries({ ...files, "manifest.json": manifestOf(files), "note.txt": {} })) {
    mkdirSync(dirname(folder.path(`${name}/${path}`)), { recursive: true });
    folder.write(`${name}/${path}`, content);
  }
  return folder.path(name);
}

const run = (argv: readonly string[], world: World = {}): Promise<Ended> =>
  wimse(["conformance", "run", ...argv], { vectors, ...world });

/** The outcomes of the cases, with their details, and how it ended. */
async function outcomes(argv: readonly string[], world?: World): Promise<[number, ...string[]]> {
  const { status, stdout } = await run([...argv, "--json"], world);
  const results: { outcome: string; detail?: string }[] = JSON.parse(stdout).cases;
  return [status, ...results.map(({ outcome, detail = "" }) => `${outcome} ${detail}`.trim())];
}

describe("wimse conformance run", () => {
  it("runs the packaged vectors against this implementation", async () => {
    const { status, stdout, stderr } = await run([]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^target {2}wimse \d/);
    expect(stdout).toMatch(/^identifier +4 +4 +0 +0 +0 +0$/m);
    expect(stdout).toMatch(/\npassed: 4 of 4 cases passed\n$/);
  });

  it("runs other vectors, and ends with 1 when a case failed", async () => {
    const { status, stdout, stderr } = await run(["--vectors", wrong]);
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("✗ wit/some#plain  a plain identifier\n    expected  reject (identifier_not_canonical)\n");
    expect(stdout).toMatch(/\nfailed: 1 of 2 cases passed\n$/);
  });

  it("runs the suites and cases that are chosen", async () => {
    expect(await run(["--vectors", wrong, "--suite", "identifier"])).toMatchObject({ status: 0 });
    expect(await outcomes(["--case", "a", "--case", "identifier/some#upper"])).toEqual([0, "passed", "passed"]);
  });

  it.each([
    ["json", ["--format", "json"]],
    ["json", ["--json"]],
    ["json", ["--json", "--format", "json"]],
  ])("writes %s for %j", async (_format, argv) => {
    const { stdout } = await run(argv);
    expect(stdout.trimEnd()).not.toContain("\n");
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "passed", target: { name: "wimse" }, total: { cases: 4 } });
  });

  it("writes the XML of JUnit", async () => {
    const { status, stdout } = await run(["--vectors", wrong, "--format", "junit"]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^<\?xml .*\n<testsuites name="wimse conformance" tests="2" failures="1"/);
  });

  it("explains cases of verifyRequest that failed", async () => {
    const request = { ...CASE, op: "verifyRequest", input: { method: "GET", target: "/", headers: [] } };
    const policy = { audience: ["https://svc.example.com/"], proofs: ["wpt"] };
    const context = { now: NOW, trust: {}, policy };
    const explained = writeVectors("explained", { "wpt/x.json": { ...FILE, suite: "wpt", context, cases: [request] } });
    const { status, stdout } = await run(["--vectors", explained, "--explain"], { terminal: true });
    expect(status).toBe(1);
    expect(stdout).toContain("what wimse checks: rejected (wit_missing)\n");
    expect(stdout).toMatch(/\[31m {6}✗ {2}request\.proofs/);
    expect((await run(["--vectors", explained])).stdout).not.toContain("what wimse checks");
  });

  it("says on a terminal how far it is, and wipes that away", async () => {
    const { stderr } = await run(["--case", "a", "--case", "b"], { terminal: true });
    const clear = "\r\u001b[K";
    expect(stderr).toBe(`${clear}1/2  identifier/some#a${clear}2/2  identifier/some#b${clear}`);
  });

  it.each<[string, string[], World]>([
    ["elsewhere", [], {}],
    ["with --json", ["--json"], { terminal: true }],
    ["with XML", ["--format", "junit"], { terminal: true }],
    ["on a dumb terminal", [], { terminal: true, env: { TERM: "dumb" } }],
  ])("says nothing of the kind %s", async (_where, argv, world) => {
    expect((await run(argv, world)).stderr).toBe("");
  });

  it.each<[string, string[], string]>([
    ["a suite that is not there", ["--suite", "x"], "suite: one of identifier"],
    ["a case that is not there", ["--case", "x"], "case: there is no such case in these suites"],
    ["a folder that is not there", ["--vectors", folder.path("no")], "--vectors: manifest.json: there is no such file"],
    ["another format", ["--format", "xml"], "Allowed choices are text, json, junit"],
    ["two formats", ["--format", "junit", "--json"], "--format: --json says json already"],
    ["no time to answer", ["--timeout", "0"], "timeout: seconds, above zero"],
    ["a command that is not there", ["--target", "no-such-program-anywhere"], "--target: there is no such file"],
    ["no command", ["--target", "  "], "--target: a command is required"],
  ])("ends with 2 for %s", async (_what, argv, message) => {
    const { status, stdout, stderr } = await run(argv);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("ends with 2 for a folder with files that the manifest does not list, or without any", async () => {
    const extra = writeVectors("extra", { "identifier/some.json": FILE });
    folder.write("extra/identifier/more.json", FILE);
    expect(await run(["--vectors", extra])).toMatchObject({
      status: 2,
      stderr: "wimse: identifier/more.json: not in the manifest\n",
    });
    const file = folder.write("file", "x");
    expect(await run(["--vectors", file])).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("a command as the target", () => {
  it("is judged by its verdicts where it has no codes", async () => {
    const { status, stdout } = await run(["--target", target("honest two words")]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^target {2}fake two words 1\n/);
    expect(stdout).toContain("Rejected without a code, so that the reason is not known: 1.");
  });

  it("is read by a shell only where there is more than plain words", async () => {
    const name = async (command: string): Promise<unknown> =>
      JSON.parse((await run(["--target", command, "--json"])).stdout).target.name;
    expect(await name(`${target("honest")}  a   b`)).toBe("fake a b");
    expect(await name(`${target("honest")} 'a   b' "$((1 + 1))"`)).toBe("fake a   b 2");
  });

  it.each([
    ["garbage", "it wrote a line that is no JSON object"],
    ["wrong-id", "it answered something else than it was asked"],
    ["dies", "it ended with status 3"],
    ["dies-in-a-line", "it wrote a line that is no JSON object"],
    ["is-killed", "it was ended by SIGTERM"],
    ["endless", "it wrote a line that is too long"],
  ])("that misbehaves (%s) fails the case at hand, and is started again for the next", async (behaviour, detail) => {
    expect(await outcomes(["--target", target(behaviour)])).toEqual([
      1,
      "passed",
      `no_answer ${detail}`,
      "passed",
      "passed",
    ]);
  });

  it("that does not greet is given up at once", async () => {
    const { status, stdout } = await run(["--target", target("does-not-greet")]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^target {2}did not greet\n/);
    expect(stdout).toContain("The target broke off: it ended with status 1. Cases not asked: 3.\n");
  });

  /** Time that is up for the n-th wait, as soon as whoever waits does so. */
  const impatientAt = (...waits: number[]): World => {
    let count = 0;
    const schedule = (_at: number, run: () => void): { cancel(): void } => {
      count += 1;
      const due = waits.includes(count) ? setImmediate(run) : undefined;
      return { cancel: () => clearImmediate(due) };
    };
    return { runtime: { now: () => NOW, randomBytes: (length) => new Uint8Array(length), schedule } };
  };

  it("that is silent is waited for as long as it may take, and ended", async () => {
    const argv = ["--target", target("silent"), "--timeout", "5", "--case", "b", "--case", "c"];
    // greeting, reset, case
    expect(await outcomes(argv, impatientAt(3))).toEqual([1, "no_answer it gave no answer within 5 s", "passed"]);
  });

  it("that closes its output and goes on is ended", async () => {
    const argv = ["--target", target("closes-its-output"), "--case", "b"];
    // greeting, reset, case, its end
    expect(await outcomes(argv, impatientAt(4))).toEqual([1, "no_answer it closed its output"]);
  });

  it("that does not end when its input does is ended", async () => {
    const lingering = `${target("honest")}; exec ${process.execPath} -e 'setInterval(() => {}, 1000)'`;
    // greeting, reset, case, its end
    expect(await outcomes(["--target", lingering, "--case", "a"], impatientAt(4))).toEqual([0, "passed"]);
  });

  it("that signs is compared byte by byte where that is asked for", async () => {
    const expected = { ...CASE, expect: { result: "accept", output: {} } };
    const plain = writeVectors("plain", { "identifier/some.json": { ...FILE, cases: [expected] } });
    expect(await outcomes(["--vectors", plain, "--target", target("honest"), "--exact"])).toEqual([0, "passed"]);
  });
});
