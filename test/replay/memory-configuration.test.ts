import { describe, expect, it } from "vitest";
import { memoryReplayStore } from "../../src/replay.js";
import { fixedRuntime } from "../../src/testing.js";
import { entry, START, storeAt } from "./memory-support.js";

const misuse = expect.objectContaining({ name: "TypeError", code: "configuration_invalid" });

describe("configuration", () => {
  it.each([
    ["no options", undefined],
    ["null", null],
    ["no maxEntries", {}],
    ["no places", { maxEntries: 0 }],
    ["a negative number", { maxEntries: -1 }],
    ["a fraction", { maxEntries: 1.5 }],
    ["NaN", { maxEntries: Number.NaN }],
    ["infinity", { maxEntries: Number.POSITIVE_INFINITY }],
    ["a string", { maxEntries: "10" }],
    ["more than 2^24", { maxEntries: 2 ** 24 + 1 }],
    ["an unknown option", { maxEntries: 10, maxEntry: 10 }],
    ["a runtime without a clock", { maxEntries: 10, runtime: {} }],
  ])("is refused: %s", (_, options) => {
    expect(() => memoryReplayStore(options as never)).toThrow(misuse);
  });

  it("is refused by the name of what it is for", () => {
    const message = 'memoryReplayStore: unknown option "maxEntry"';
    expect(() => memoryReplayStore({ maxEntries: 10, maxEntry: 10 } as never)).toThrow(message);
  });

  it("may be of 2^24 entries: then the secret is drawn, before any space is taken", () => {
    const reason = new Error("no secret");
    const runtime = {
      ...fixedRuntime(START),
      randomBytes() {
        throw reason;
      },
    };
    expect(() => memoryReplayStore({ maxEntries: 2 ** 24, runtime })).toThrow(reason);
    expect(() => memoryReplayStore({ maxEntries: 2 ** 24 + 1, runtime })).toThrow(misuse);
  });

  it("uses the platform's clock unless told otherwise", () => {
    const store = memoryReplayStore({ maxEntries: 10 });
    expect(store.claim([entry("alice", "1", START - 1e9)])).toBe(false);
    expect(store.claim([entry("alice", "1", 4e9)])).toBe(true);
  });

  it("draws a secret of 128 bits, so that nobody can aim at the hash table", () => {
    expect(storeAt(10).drawn).toEqual([16]);
  });

  it.each([
    ["no list", entry("a", "b")],
    ["an empty list", []],
    ["nothing", undefined],
    ["null", [null]],
    ["no scope", [{ id: "1", expiresAt: START + 60 }]],
    ["no id", [{ scope: "alice", expiresAt: START + 60 }]],
    ["a number for a scope", [{ ...entry("alice", "1"), scope: 1 }]],
    ["a number for an id", [{ ...entry("alice", "1"), id: 1 }]],
    ["no expiry", [{ scope: "alice", id: "1" }]],
    ["a string for an expiry", [{ ...entry("alice", "1"), expiresAt: `${START + 60}` }]],
    ["NaN", [entry("alice", "1", Number.NaN)]],
    ["infinity", [entry("alice", "1", Number.POSITIVE_INFINITY)]],
    ["a time beyond 32 bits", [entry("alice", "1", 2 ** 32)]],
    ["a fault in the second entry", [entry("alice", "1"), entry("alice", "2", Number.NaN)]],
  ])("is refused in a claim: %s", (_, entries) => {
    const { store } = storeAt(10);
    expect(() => store.claim(entries as never)).toThrow(misuse);
    expect(store.size).toBe(0);
  });

  it("takes the last time that 32 bits can name", () => {
    const { store } = storeAt(10);
    expect(store.claim([entry("alice", "1", 2 ** 32 - 1)])).toBe(true);
    expect(store.claim([entry("alice", "1", 2 ** 32 - 1)])).toBe(false);
  });
});
