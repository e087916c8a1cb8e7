import { describe, expect, it } from "vitest";
import { entry, fill, noRoom, START, storeAt } from "./memory-support.js";

describe("a claim", () => {
  it("succeeds once within the time in which the proof is valid [WPT-2.32, HSIG-5.1.06]", () => {
    const { store } = storeAt(10);
    expect(store.claim([entry("alice", "1")])).toBe(true);
    expect(store.claim([entry("alice", "1")])).toBe(false);
    expect(store.claim([entry("alice", "1", START + 300)])).toBe(false);
    expect(store.claim([entry("alice", "2")])).toBe(true);
    expect(store.size).toBe(2);
  });

  it("is kept within the scope of its sender [WPT-3.1.4.01]", () => {
    const { store } = storeAt(10);
    expect(store.claim([entry("alice", "1")])).toBe(true);
    expect(store.claim([entry("bob", "1")])).toBe(true);
    expect(store.claim([entry("bob", "1")])).toBe(false);
  });

  it.each([
    [entry("a", "bc"), entry("ab", "c")],
    [entry("", "ab"), entry("ab", "")],
    [entry("a", "1:b"), entry("a1", ":b")],
    [entry("1:a", "b"), entry("", "1:ab")],
    [entry("a", "b"), entry("b", "a")],
    [entry("é", "b"), entry("e", "\u0301b")],
    [entry("scope:", "a"), entry("", "scope:a")],
  ])("tells %j from %j", (one, other) => {
    const { store } = storeAt(10);
    expect(store.claim([one])).toBe(true);
    expect(store.claim([other])).toBe(true);
    expect(store.claim([one])).toBe(false);
    expect(store.claim([other])).toBe(false);
  });

  it.each([
    ["a moment before it expires", 59.999, false],
    ["as it expires", 60, true],
    ["after it has expired", 61, true],
  ])("can be repeated %s: %d seconds, %s", (_, later, free) => {
    const { store, clock } = storeAt(10);
    store.claim([entry("alice", "1", START + 60)]);
    clock.time += later;
    expect(store.claim([entry("alice", "1", START + 120)])).toBe(free);
    expect(store.claim([entry("alice", "1", START + 120)])).toBe(false);
  });

  it("is remembered to the end of the second in which it expires", () => {
    const { store, clock } = storeAt(10);
    store.claim([entry("alice", "1", START + 60.5)]);
    clock.time += 60.9;
    expect(store.claim([entry("alice", "1", START + 120)])).toBe(false);
    clock.time = START + 61;
    expect(store.claim([entry("alice", "1", START + 120)])).toBe(true);
  });

  it.each([0, -1, -START])("of what has expired already is refused: %d seconds from now", (seconds) => {
    // Two requests with one proof, both checked before it expired, must not both pass after.
    const { store } = storeAt(10);
    expect(store.claim([entry("alice", "1", START + seconds)])).toBe(false);
    expect(store.size).toBe(0);
  });

  it("takes place after the check of the signal", () => {
    const { store } = storeAt(10);
    const reason = new Error("the client went away");
    expect(() => store.claim([entry("alice", "1")], { signal: AbortSignal.abort(reason) })).toThrow(reason);
    expect(store.claim([entry("alice", "1")], { signal: new AbortController().signal })).toBe(true);
    expect(store.claim([entry("alice", "2")], {})).toBe(true);
  });
});

describe("several entries in one claim", () => {
  it("are all claimed", () => {
    const { store } = storeAt(10);
    expect(store.claim([entry("alice", "wpt"), entry("alice", "nonce")])).toBe(true);
    expect(store.claim([entry("alice", "wpt")])).toBe(false);
    expect(store.claim([entry("alice", "nonce")])).toBe(false);
  });

  it.each([
    ["the second was seen", [entry("bob", "new"), entry("alice", "seen")]],
    ["the first was seen", [entry("alice", "seen"), entry("bob", "new")]],
    ["one is named twice", [entry("bob", "new"), entry("bob", "new")]],
    ["one has expired", [entry("bob", "new"), entry("bob", "old", START)]],
  ])("are not claimed at all when %s", (_, entries) => {
    const { store } = storeAt(3);
    store.claim([entry("alice", "seen")]);
    expect(store.claim(entries)).toBe(false);
    expect(store.size).toBe(1);
    expect(store.claim([entry("bob", "new")])).toBe(true);
  });

  it("are not claimed at all when they do not all fit", () => {
    const { store } = storeAt(4);
    expect(() => store.claim(["1", "2", "3"].map((id) => entry("alice", id)))).toThrow(noRoom);
    expect(store.size).toBe(0);
    // Neither the places nor the sender's share have been used up.
    expect(fill(store, "alice", 10)).toBe(2);
    expect(store.claim([entry("bob", "1")])).toBe(true);
  });
});

describe("the clock", () => {
  it.each([1, 3600, 16_284, 16_384, 16_385, 32_668, 86_400, 40 * 86_400])(
    "may stand still in between for %d seconds",
    (rest) => {
      const { store, clock } = storeAt(100);
      for (let i = 0; i < 20; i++) store.claim([entry("alice", `${i}`, START + 1 + i * 5)]);
      clock.time += 100 + rest;
      for (let i = 0; i < 10; i++) store.claim([entry("bob", `${i}`, clock.time + 60)]);
      expect(store.size).toBe(10);
    },
  );

  it("may leap by centuries", () => {
    const { store, clock } = storeAt(100);
    store.claim([entry("alice", "1")]);
    clock.time = 2e10;
    expect(store.claim([entry("alice", "2")])).toBe(false);
    expect(store.size).toBe(0);
  });

  it("may be hours ahead of what a claim expires at", () => {
    const { store, clock } = storeAt(100);
    const expiresAt = START + 86_400;
    store.claim([entry("alice", "1", expiresAt)]);
    while (clock.time < expiresAt) {
      expect(store.claim([entry("alice", "1", expiresAt)])).toBe(false);
      expect(store.size).toBe(1);
      clock.time += 1800;
    }
    expect(store.claim([entry("alice", "1", expiresAt + 60)])).toBe(true);
    store.claim([entry("alice", "2", expiresAt + 60)]);
    expect(store.size).toBe(2);
  });

  it("never makes a proof usable twice when it is set back", () => {
    const { store, clock } = storeAt(100);
    store.claim([entry("alice", "1", START + 60)]);
    clock.time += 60;
    store.claim([entry("bob", "1", START + 120)]);
    expect(store.size).toBe(1); // alice's has been forgotten
    clock.time = START + 30;
    expect(store.claim([entry("alice", "1", START + 60)])).toBe(false);
    expect(store.claim([entry("alice", "2", START + 61)])).toBe(true);
  });

  it("clears entries in time after it was set back", () => {
    const { store, clock } = storeAt(100, START + 1000);
    store.claim([entry("alice", "1", START + 2000)]);
    clock.time = START;
    store.claim([entry("alice", "2", START + 10)]);
    clock.time = START + 10;
    store.claim([entry("alice", "3", START + 70)]);
    expect(store.size).toBe(2);
  });

  it("refuses replays when it gives no time", () => {
    const { store, clock } = storeAt(100);
    store.claim([entry("alice", "1")]);
    clock.time = Number.NaN;
    expect(store.claim([entry("alice", "1")])).toBe(false);
  });
});
