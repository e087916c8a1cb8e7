import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WimseError } from "../../src/base/errors.js";
import { addToCorpus, readCorpus } from "./corpus.js";
import { answerTo, fuzz, minimized } from "./engine.js";
import { expectSilence, type FuzzTarget, refusal } from "./target.js";

/** A target that must not be given an exclamation mark behind an `x`. */
const faulty: FuzzTarget = {
  name: "faulty",
  pieces: ["!", "y"],
  inputs: fc.constant("a long input with an x in it"),
  check(input) {
    assert.doesNotMatch(input, /x.*!/s);
    return "accepted";
  },
};

describe("the fuzzer", () => {
  it("finds what edits of inputs can show, and makes it as short as it gets", async () => {
    const { finding } = await fuzz(faulty, ["another xy"], { seed: 1, runs: 5000 });
    expect(finding?.input).toBe("x!");
    expect(finding?.error).toBeInstanceOf(assert.AssertionError);
  });

  it("tries the same again with the same seed", async () => {
    const tried = async (seed: number): Promise<string[]> => {
      const inputs: string[] = [];
      const target = { ...faulty, check: (input: string) => `${inputs.push(input)}`.slice(0, 0) };
      await fuzz(target, ["kept"], { seed, runs: 50 });
      return inputs;
    };
    expect(await tried(7)).toEqual(await tried(7));
    expect(await tried(8)).not.toEqual(await tried(7));
  });

  it("takes a second answer that is another one for a finding", async () => {
    let times = 0;
    const target = { ...faulty, check: () => `answer ${times++}` };
    await expect(answerTo(target, "")).rejects.toThrow("otherwise the second time");
  });

  it("takes away everything without which a text still fails", async () => {
    const fails = async (text: string): Promise<boolean> => text.includes("(") && text.includes(")");
    expect(await minimized("some (text) with (two) pairs", fails)).toMatch(/^(?:\(\)|\)\()$/);
  });

  it("keeps what it found, octet by octet", () => {
    const folder = mkdtempSync(join(tmpdir(), "corpus-"));
    try {
      const input = "\0\xff\r\n\x80";
      addToCorpus(pathToFileURL(`${folder}/`), "faulty", input);
      expect([...readCorpus(pathToFileURL(`${folder}/`), "faulty").values()]).toEqual([input]);
      expect(readCorpus(pathToFileURL(`${folder}/`), "other").size).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what a target holds against an error", () => {
  const secret = "eyJhbGciOiJFUzI1NiIsImtpZCI6Imlzc3Vlci0xIn0";

  it.each([
    ["another class", new TypeError("no")],
    ["a code that it should not have", new WimseError("wpt_malformed", "No")],
    ["a message with a piece of the input", new WimseError("wit_malformed", `No: ${secret.slice(3, 30)}`)],
    ["a cause", Object.assign(new WimseError("wit_malformed", "No"), { cause: new Error("no") })],
    ["a member with a piece of the input", Object.assign(new WimseError("wit_malformed", "No"), { token: secret })],
    ["a long message", new WimseError("wit_malformed", "No ".repeat(99))],
  ])("is %s", (_what, error) => {
    expect(() => refusal(error, ["wit_malformed"], `a=${secret}`), inspect(error)).toThrow();
  });

  it("is not a word of its own that the input has too", () => {
    const error = new WimseError("wit_missing", "The request has no Workload-Identity-Token field");
    expect(() => expectSilence(error, "Workload-Identity-Token: ")).not.toThrow();
  });
});
