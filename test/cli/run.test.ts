import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/conformance/version.js";
import { TRUST, temporaryFolder, wimse } from "./support.js";

const folder = temporaryFolder();
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

  it.each([...COMMANDS.filter((command) => command !== "conformance"), "conformance target"])(
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
    [
      "too large a file",
      [
        "verify",
        folder.write("large", "x".repeat(9_000_000)),
        "--trust",
        folder.write("trust.json", TRUST),
        "--audience",
        "a",
      ],
    ],
  ])("ends with 2 and says why on standard error for %s", async (_what, argv) => {
    const { status, stdout, stderr } = await wimse(argv);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^(wimse: |Usage: )/);
    expect(stderr).not.toMatch(/secret|\n\s+at /);
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
