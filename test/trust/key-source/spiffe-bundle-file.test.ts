import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { spiffeBundle } from "../../../src/trust/key-source/spiffe-bundle.js";
import { a, b, notFound, responded } from "../bundle-support.js";
import { next, polled, usable } from "./spiffe-bundle-support.js";
import { NOW, select, watchedRuntime } from "./support.js";

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "wimse-bundle-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "bundle.json");

  it.each<[what: string, place: string | URL]>([
    ["its path", path],
    ["a file: URL", pathToFileURL(path)],
    ["the text of one", pathToFileURL(path).href],
  ])("is read by %s, and again when it is replaced", async (_what, place) => {
    const runtime = watchedRuntime();
    writeFileSync(path, JSON.stringify({ keys: [a], spiffe_sequence: 1, spiffe_refresh_hint: 3600 }));
    const source = spiffeBundle(place);
    source.start(runtime);
    expect((await select(source, "a")).jwk).toEqual(a);
    writeFileSync(join(folder, "next"), JSON.stringify({ keys: [a, b], spiffe_sequence: 2 }));
    renameSync(join(folder, "next"), path);
    runtime.setTime(NOW + 1);
    expect((await select(source, "b")).jwk).toEqual(b); // an unknown kid is worth a look into the file
    expect(source.state()).toMatchObject({ keys: 2, sequence: "2", nextRefreshAt: NOW + 1 + 7 });
    source.close();
  });

  it("that is half written, or away for a moment, is read again soon", async () => {
    const world = polled("bundle.json", { keys: [a] });
    await responded();
    for (const [content, failure] of [
      ['{"keys":[', "malformed"],
      ["", "malformed"],
      [notFound, "file_not_found"],
      [new Error("x"), "unreadable"],
    ]) {
      await next(world, content);
      expect(world.source.state().failure).toBe(failure);
      expect(usable(world)).toEqual(["a"]);
    }
    expect((world.source.state().nextRefreshAt ?? 0) - world.runtime.now()).toBeLessThanOrEqual(10);
    await next(world, { keys: [b] });
    expect(usable(world)).toEqual(["b"]);
    expect(new Set(world.asked)).toEqual(new Set(["bundle.json"]));
  });

  it("FED-4.1.04: is read again at its own interval, whatever its hint says", async () => {
    const world = polled("bundle.json", { keys: [a], spiffe_refresh_hint: 3600 }, { maxStale: 100 });
    await responded();
    expect(world.source.state()).toMatchObject({ nextRefreshAt: NOW + 7, staleAt: NOW + 110 });
    await next(world, { keys: [b], spiffe_refresh_hint: 1 });
    expect(world.source.state()).toMatchObject({ nextRefreshAt: NOW + 14, staleAt: NOW + 117 });
  });

  it("does not take what comes after its time, nor tells of its number", async () => {
    const answers: ((bytes: Uint8Array) => void)[] = [];
    const readFile = () => new Promise<Uint8Array>((resolve) => answers.push(resolve));
    const world = polled("bundle.json", undefined, { readFile, timeout: 5 });
    await responded();
    world.runtime.setTime(NOW + 5);
    await responded();
    answers[0]?.(Buffer.from(JSON.stringify({ keys: [a], spiffe_sequence: 9 })));
    await responded();
    expect(world.source.state()).toMatchObject({ failure: "timed_out", keys: 0 });
    expect(world.source.state()).not.toHaveProperty("sequence");
  });

  it("is not taken where it is longer than it may be, whoever reads it", async () => {
    const world = polled("bundle.json", { keys: [a] }, { maxBytes: 20 });
    await responded();
    expect(world.source.state().failure).toBe("too_large");
  });

  it.each(["./{bundle}.json", "C:\\bundle.json", "a/b:c.json"])("may have the path %s", async (place) => {
    const world = polled(place, { keys: [a] });
    await responded();
    expect(world.asked).toEqual([place]);
  });
});
