import { describe, expect, it } from "vitest";
import { memoryReplayStore, type ReplayEntry } from "../../src/replay.js";
import { fixedRuntime } from "../../src/testing.js";

const START = 1_800_000_000;

function storeAt(maxEntries: number, time: number = START) {
  const clock = { time };
  const drawn: number[] = [];
  const runtime = {
    now: () => clock.time,
    randomBytes: (length: number) => {
      drawn.push(length);
      return crypto.getRandomValues(new Uint8Array(length));
    },
    schedule: () => ({ cancel() {} }),
  };
  return { store: memoryReplayStore({ maxEntries, runtime }), clock, drawn };
}

const entry = (scope: string, id: string, expiresAt: number = START + 60): ReplayEntry => ({ scope, id, expiresAt });
const noRoom = expect.objectContaining({ code: "replay_store_unavailable", requirement: "WPT-3.1.4.01" });
const misuse = expect.objectContaining({ name: "TypeError", code: "configuration_invalid" });

/** How many of `count` new entries of one sender find room. */
function fill(store: ReturnType<typeof memoryReplayStore>, scope: string, count: number, expiresAt?: number): number {
  for (let i = 0; i < count; i++) {
    try {
      if (!store.claim([entry(scope, `fill ${i}`, expiresAt)])) throw new Error("a new id counts as seen");
    } catch (error) {
      expect(error).toEqual(noRoom);
      return i;
    }
  }
  return count;
}

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

describe("the space", () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [10, 5],
    [11, 6],
    [1000, 500],
  ])("of %d places gives a sender that is alone %d", (maxEntries, share) => {
    const { store } = storeAt(maxEntries);
    expect(fill(store, "alice", maxEntries)).toBe(share);
    expect(store.size).toBe(share);
  });

  it("is open to a newcomer whatever one sender does, and nothing is pushed out for it", () => {
    const { store } = storeAt(1000);
    fill(store, "hog", 1000);
    expect(store.claim([entry("newcomer", "1")])).toBe(true);
    expect(() => store.claim([entry("hog", "more")])).toThrow(noRoom);
    expect(fill(store, "second", 1000)).toBe(250);
    expect(store.claim([entry("newcomer", "2")])).toBe(true);
    for (let i = 0; i < 500; i++) expect(store.claim([entry("hog", `fill ${i}`)])).toBe(false);
  });

  it("is shared evenly by senders that claim in turn", () => {
    const { store } = storeAt(1000);
    const held = new Map(["a", "b", "c", "d"].map((name) => [name, 0]));
    for (let i = 0; i < 400; i++) {
      for (const [name, count] of held) {
        try {
          store.claim([entry(name, `${i}`)]);
          held.set(name, count + 1);
        } catch (error) {
          expect(error).toEqual(noRoom);
        }
      }
    }
    expect([...held.values()]).toEqual([200, 200, 200, 200]);
  });

  it("is used to the last place before a newcomer is refused", () => {
    const { store } = storeAt(64);
    for (let i = 0; i < 64; i++) expect(store.claim([entry(`sender ${i}`, "1")])).toBe(true);
    expect(() => store.claim([entry("one more", "1")])).toThrow(noRoom);
    expect(store.claim([entry("sender 5", "1")])).toBe(false);
  });

  it("is free again exactly when the entries expire", () => {
    const { store, clock } = storeAt(4096);
    const senders = Array.from({ length: 13 }, (_, i) => `sender ${i}`);
    const taken = senders.map((name) => fill(store, name, 4096));
    expect(store.size).toBe(4096);
    clock.time += 59.999;
    for (const name of senders) expect(() => store.claim([entry(name, "again", START + 120)])).toThrow(noRoom);
    clock.time = START + 60;
    expect(senders.map((name) => fill(store, name, 4096, START + 120))).toEqual(taken);
  });

  it("is cleared of expired entries by the claims that follow", () => {
    const { store, clock } = storeAt(1000);
    fill(store, "alice", 200);
    clock.time += 60;
    for (let i = 0; i < 50; i++) store.claim([entry("bob", `${i}`, START + 120)]);
    expect(store.size).toBe(50);
  });

  it("is cleared by four entries for each that a claim adds", () => {
    const { store, clock } = storeAt(1000);
    fill(store, "alice", 20);
    clock.time += 60;
    store.claim([entry("bob", "1", START + 120), entry("bob", "2", START + 120)]);
    expect(store.size).toBe(20 - 8 + 2);
  });

  it("keeps exact counts while senders come and go", () => {
    const { store, clock } = storeAt(8);
    for (let i = 0; i < 3000; i++) {
      expect(store.claim([entry(`sender ${i}`, "1", clock.time + 2)])).toBe(true);
      expect(store.claim([entry(`sender ${i}`, "1", clock.time + 2)])).toBe(false);
      clock.time++;
    }
    clock.time += 60;
    expect(fill(store, "sender 1", 8, clock.time + 60)).toBe(4);
    expect(fill(store, "sender 2", 8, clock.time + 60)).toBe(2);
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
