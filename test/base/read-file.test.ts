import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { FileUnreadable, readFile } from "../../src/base/read-file.js";
import { caughtFrom, expectMistake } from "../support/wit-fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "wimse-read-file-"));
const at = (name: string): string => join(folder, name);

afterEach(() => vi.unstubAllGlobals());
afterAll(() => rmSync(folder, { recursive: true }));

async function reason(path: string, maxBytes = 1000): Promise<string> {
  const error = await caughtFrom(readFile(path, { maxBytes }));
  if (!(error instanceof FileUnreadable)) throw error;
  expect(error.cause).toBeUndefined();
  expect(String(error.stack)).not.toContain(folder);
  return error.reason;
}

describe("readFile", () => {
  it("reads a file, up to the limit exactly, and one of several chunks", async () => {
    for (const size of [0, 1, 1000, 200_000]) {
      const content = Buffer.alloc(size, "abc");
      writeFileSync(at("a"), content);
      for (const path of [at("a"), pathToFileURL(at("a"))]) {
        expect(Buffer.from(await readFile(path, { maxBytes: Math.max(size, 1) })).equals(content)).toBe(true);
      }
    }
  });

  it("follows a symbolic link to what it leads to now", async () => {
    writeFileSync(at("one"), "1");
    writeFileSync(at("two"), "2");
    symlinkSync("one", at("link"));
    expect(Buffer.from(await readFile(at("link"), { maxBytes: 10 })).toString()).toBe("1");
    symlinkSync("two", at("next"));
    renameSync(at("next"), at("link"));
    expect(Buffer.from(await readFile(at("link"), { maxBytes: 10 })).toString()).toBe("2");
  });

  it("says in words of its own why it cannot, and shows no path", async () => {
    mkdirSync(at("folder"), { recursive: true });
    writeFileSync(at("long"), "x".repeat(1001));
    expect(await reason(at("absent"))).toBe("file_not_found");
    expect(await reason(join(at("long"), "below"))).toBe("file_not_found");
    expect(await reason(at("folder"))).toBe("not_a_file");
    expect(await reason(at("long"))).toBe("too_large");
    expect(await reason(`${at("long")}\0`)).toBe("unreadable");
  });

  it.runIf(process.platform !== "win32")("waits for no writer of a pipe, and reads no device", async () => {
    spawnSync("mkfifo", [at("pipe")]);
    expect(await reason(at("pipe"))).toBe("not_a_file");
    expect(await reason("/dev/zero")).toBe("not_a_file");
  });

  it("gives up when it is told to", async () => {
    writeFileSync(at("a"), "1");
    const signal = AbortSignal.abort(new RangeError("enough"));
    expect(await caughtFrom(readFile(at("a"), { maxBytes: 10, signal }))).toBe(signal.reason);
  });

  it("is a mistake where the platform has no files", async () => {
    vi.stubGlobal("process", undefined);
    await expectMistake(readFile("a", { maxBytes: 10 }), /this platform has no files/);
  });
});
