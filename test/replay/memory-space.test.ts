import { describe, expect, it } from "vitest";
import { entry, fill, noRoom, START, storeAt } from "./memory-support.js";

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
