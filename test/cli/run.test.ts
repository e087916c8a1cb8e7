import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/conformance/version.js";
import { AGENT_KEY, newWit, TRUST, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
const text = folder.write("a.txt", "text");
const key = folder.write("agent.jwk", AGENT_KEY);
const wit = folder.write("agent.wit", await newWit());
const trust = folder.write("trust.json", TRUST);
const COMMANDS = ["keygen", "issue", "inspect", "sign", "verify", "conformance", "demo"];

describe("the command line", () => {
  it("prints its version", async () => {
    expect(await wimse(["--version"])).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  it("lists its commands and the exit statuses", async () => {
    const { status, stdout, stderr } = await wimse(["--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    expect(stdout).toContain("Exit status");
  });

  it.each(COMMANDS)("explains %s", async (command) => {
    const { status, stdout, stderr } = await wimse([command, "--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Usage: wimse ${command}`);
  });

  it.each([...COMMANDS.filter((command) => command !== "conformance"), "conformance target", "conformance run"])(
    "knows --json in %s",
    async (command) => {
      expect((await wimse([...command.split(" "), "--help"])).stdout).toContain("--json");
    },
  );

  it.each([
    ["no command", []],
    ["no command of conformance", ["conformance"]],
    ["an unknown command", ["frobnicate"]],
    ["an unknown option", ["demo", "--frobnicate"]],
    ["a missing option", ["issue"]],
    ["an argument too many", ["demo", "again"]],
    ["a lifetime that is no number", ["issue", "--lifetime", "long"]],
    ["a time that is none", ["verify", "--now", "later"]],
    ["a file that is not there", ["verify", "--trust", folder.path("nothing.json"), "--audience", "a"]],
    ["a folder", ["verify", "--trust", folder.path(""), "--audience", "a"]],
    ["a file that is not JSON", ["verify", "--trust", folder.write("text", "secret"), "--audience", "a"]],
    [
      "a file that is not UTF-8",
      ["verify", "--trust", folder.write("bytes", new Uint8Array([255])), "--audience", "a"],
    ],
    ["JSON that is no object", ["verify", "--trust", folder.write("list.json", []), "--audience", "a"]],
    ["too large a file", ["verify", folder.write("large", "x".repeat(9_000_000)), "--trust", trust, "--audience", "a"]],
  ])("ends with 2 and says why on standard error for %s", async (_what, argv) => {
    const { status, stdout, stderr } = await wimse(argv);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^(wimse: |Usage: )/);
    expect(stderr).not.toMatch(/secret|\n\s+at /);
    expect(stderr).not.toContain(folder.path(""));
  });

  describe.each([
    ["a private key", async () => JSON.stringify(AGENT_KEY), AGENT_KEY.d],
    ["a private key on several lines", async () => JSON.stringify(AGENT_KEY, null, 2), AGENT_KEY.d],
    ["a long private key", async () => JSON.stringify({ ...AGENT_KEY, more: "x".repeat(5000) }), AGENT_KEY.d],
    ["the secret of a private key", async () => AGENT_KEY.d, AGENT_KEY.d],
    ["a token", newWit, "eyJ"],
    ["the beginning of a token", async () => "eyJhbGciOiJFZERTQSJ9", "eyJ"],
    ["a token with quotes in and around it", async () => `'a' ${await newWit()} 'b'`, "eyJ"],
    ["a short JSON text", async () => '{"d":"AQAB"}', "AQAB"],
    ["a control character", async () => "\u001b[2J", "\u001b"],
  ])("does not repeat %s that was given instead of", (_what, make, secret) => {
    it.each<[string, string, (value: string) => string[]]>([
      ["a command", "unknown command '…'", (value) => [value]],
      ["an option", "unknown option '…'", (value) => ["demo", `--x=${value}`]],
      ["a short option", "unknown option '…'", (value) => ["demo", `-${value}`]],
      ["a number", "argument '…' is invalid", (value) => ["issue", "--lifetime", value]],
      ["a number after =", "argument '…' is invalid", (value) => ["sign", `--lifetime=${value}`]],
      ["a time", "argument '…' is invalid", (value) => ["verify", "--now", value]],
      ["a command of conformance", "unknown command '…'", (value) => ["conformance", value]],
      ["a command to explain", "Usage: ", (value) => ["help", value]],
      ["an argument", "too many arguments", (value) => ["demo", value]],
      ["--wit", "--wit: ", (value) => ["sign", "--wit", value, "--key", text, "--url", "https://a.example/"]],
      ["--key of sign", "--key: ", (value) => ["sign", "--wit", text, "--key", value, "--url", "https://a.example/"]],
      ["--url", "--url: ", (value) => ["sign", "--wit", wit, "--key", key, "--url", value]],
      ["--bind", "--bind: ", (value) => ["sign", "--wit", wit, "--key", key, "--url", "https://a/", "--bind", value]],
      [
        "--header",
        "--header: ",
        (value) => ["sign", "--wit", wit, "--key", key, "--url", "https://a/", "--header", value],
      ],
      ["--body", "--body: ", (value) => ["sign", "--wit", wit, "--key", key, "--url", "https://a/", "--body", value]],
      ["--proof of sign", "argument '…' is invalid", (value) => ["sign", "--proof", value]],
      ["--revision", "argument '…' is invalid", (value) => ["sign", `--revision=${value}`]],
      ["--proof of verify", "argument '…' is invalid", (value) => ["verify", "--proof", "wpt", "--proof", value]],
      ["--compat", "argument '…' is invalid", (value) => ["verify", "--compat", value]],
      ["--max-body-bytes", "argument '…' is invalid", (value) => ["verify", "--max-body-bytes", value]],
      ["--key of issue", "--key: ", (value) => ["issue", "--sub", "a", "--key", value, "--cnf", key]],
      ["--cnf", "--cnf: ", (value) => ["issue", "--sub", "a", "--key", key, "--kid", "k", "--cnf", value]],
      ["--trust", "--trust: ", (value) => ["verify", "--trust", value, "--audience", "a"]],
      ["--algorithm", "--algorithm: ", (value) => ["keygen", "--algorithm", value]],
      ["--out", "--out: ", (value) => ["keygen", "--out", folder.path(`no/${value}`)]],
      ["--vectors", "--vectors: ", (value) => ["conformance", "run", "--vectors", value]],
      ["--format", "argument '…' is invalid", (value) => ["conformance", "run", "--format", value]],
      ["a request", "the request: ", (value) => ["verify", value, "--trust", trust, "--audience", "a"]],
    ])("%s", async (_where, said, argv) => {
      for (const json of [[], ["--json"]]) {
        const { status, stdout, stderr } = await wimse([...argv(await make()), ...json]);
        expect([status, stdout]).toEqual([2, ""]);
        expect(stderr).toContain(said);
        expect(stderr).not.toContain(secret);
      }
    });
  });

  it.each([
    ["a command", "unknown command 'frobnicate'", ["frobnicate"]],
    ["a command that is misspelt", "unknown command 'ign'\n(Did you mean sign?)", ["ign"]],
    ["a lifetime", "option '--lifetime <seconds>' argument '5 min' is invalid.", ["issue", "--lifetime", "5 min"]],
    ["a time", "argument '2026-13-21T14:13:20.000+01:00' is", ["verify", "--now", "2026-13-21T14:13:20.000+01:00"]],
    ["an option that is missing", "required option '--sub <identifier>' not specified", ["issue"]],
  ])("repeats short words that are wrong: %s", async (_what, said, argv) => {
    expect((await wimse(argv)).stderr).toContain(said);
  });

  it("reads no more of standard input than it may", async () => {
    let given = 0;
    const stdin = (function* () {
      for (; given < 50; given++) yield new Uint8Array(1_000_000);
    })();
    expect(await wimse(["inspect", "-"], { stdin })).toMatchObject({ status: 2, stdout: "" });
    expect(given).toBeLessThan(10);
  });

  it("tells errors as JSON where that is wanted", async () => {
    const usage = await wimse(["demo", "--json", "--frobnicate"]);
    expect(JSON.parse(usage.stderr)).toEqual({
      error: { code: "configuration_invalid", message: "unknown option '--frobnicate'" },
    });
    const configuration = await wimse(["keygen", "--public", "--json"]);
    expect(JSON.parse(configuration.stderr)).toMatchObject({ error: { code: "configuration_invalid" } });
    const rejection = await wimse(["inspect", "a.b.c", "--json"]);
    expect(JSON.parse(rejection.stderr)).toMatchObject({
      error: { code: "wit_malformed", requirement: "CREDS-5.1.4.02" },
    });
    expect([usage.status, configuration.status, rejection.status]).toEqual([2, 2, 1]);
  });

  it("says of an error that is not its own no more than its kind", async () => {
    const runtime = {
      now: (): number => {
        throw Object.assign(new RangeError("secret"), { code: "E_TEST" });
      },
      randomBytes: (length: number) => new Uint8Array(length),
      schedule: () => ({ cancel: () => {} }),
    };
    const { status, stderr } = await wimse(["inspect", "e30.e30.AA"], { runtime });
    expect([status, stderr]).toEqual([2, "wimse: an unexpected error (RangeError, E_TEST)\n"]);
  });
});
