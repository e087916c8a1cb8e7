import { describe, expect, it } from "vitest";
import {
  activated,
  activeKey,
  afterRestart,
  type KeySchedule,
  lacksKey,
  published,
  rotationAt,
  statusOf,
  withLifetime,
  withoutRetired,
} from "../../src/issuer/key-schedule.js";
import type { KeyRecord } from "../../src/issuer/state.js";
import { NOW } from "../support/wit-fixtures.js";

const schedule: KeySchedule = { publishAhead: 900, maxLifetime: 3600, grace: 120, rotateEvery: undefined };

const keyOf = (kid: string, changes: Partial<KeyRecord> = {}): KeyRecord => ({
  kid,
  algorithm: "ES256",
  publicJwk: {},
  createdAt: NOW,
  ...changes,
});
const pending = keyOf("pending");
const waiting = keyOf("waiting", { publishedAt: NOW, activeFrom: NOW + 900 });
const active = keyOf("active", { publishedAt: NOW - 900, activatedAt: NOW, longestLifetime: 3600 });
const retiring = keyOf("retiring", { publishedAt: NOW - 1800, activatedAt: NOW - 900, retireAt: NOW + 3720 });

describe("what a key is used for", () => {
  it.each<[string, KeyRecord, string]>([
    ["nobody publishes yet", pending, "pending"],
    ["has not signed", waiting, "published"],
    ["signs", active, "active"],
    ["another one has taken over from", retiring, "retiring"],
  ])("is told of a key that %s", (_what, key, status) => {
    expect(statusOf(key, [retiring, active, waiting, pending])).toBe(status);
  });

  it("is not to sign once it retires, though no other key does", () => {
    expect(activeKey([retiring])).toBeUndefined();
    expect(statusOf(retiring, [retiring])).toBe("retiring");
  });

  it.each<[string, KeyRecord[], boolean]>([
    ["no key", [], true],
    ["keys that all retire", [retiring, retiring], true],
    ["a key that signs", [retiring, active], false],
    ["a key that will sign", [retiring, pending], false],
  ])("asks for a new key or not: %s", (_what, keys, lacks) => {
    expect(lacksKey(keys)).toBe(lacks);
  });
});

describe("the publication of a key", () => {
  it("FED-4.1.01: begins the time until its first signature", () => {
    const [, next] = published([active, pending], NOW, 0, schedule);
    expect(next).toEqual({ ...pending, publishedAt: NOW, activeFrom: NOW + 900 });
  });

  it("lets a key sign at once where no other does", () => {
    expect(published([retiring, pending], NOW, NOW + 300, schedule)[1]).toMatchObject({ activeFrom: NOW });
  });

  it("changes nothing where every key is published: there is nothing to save", () => {
    const keys = [retiring, active, waiting];
    expect(published(keys, NOW, 0, schedule)).toBe(keys);
  });
});

describe("the take-over of a key", () => {
  it("FED-4.1.03: retires the key before it, and leaves the end of those that retire already where it is", () => {
    expect(activated([retiring, active, waiting], waiting, NOW + 900, schedule)).toEqual([
      retiring,
      { ...active, retireAt: NOW + 900 + 3600 + 120 },
      { ...waiting, activatedAt: NOW + 900, longestLifetime: 3600 },
    ]);
  });

  it("takes out a key when its time is over, and changes nothing before", () => {
    const keys = [retiring, active];
    expect(withoutRetired(keys, NOW + 3719)).toBe(keys);
    expect(withoutRetired(keys, NOW + 3720)).toEqual([active]);
  });
});

describe("a longer lifetime", () => {
  const longer = { ...schedule, maxLifetime: 7200 };

  it("FED-4.1.03: is remembered of the key that signs, and of no other", () => {
    expect(withLifetime([retiring, active, waiting], longer)).toEqual([
      retiring,
      { ...active, longestLifetime: 7200 },
      waiting,
    ]);
  });

  it.each<[string, KeyRecord[], KeySchedule]>([
    ["no key signs", [retiring, waiting], longer],
    ["it is no longer than before", [retiring, active], schedule],
    ["it is shorter than before", [active], { ...schedule, maxLifetime: 60 }],
  ])("changes nothing where %s", (_what, keys, changed) => {
    expect(withLifetime(keys, changed)).toBe(keys);
  });
});

describe("a restart", () => {
  it("FED-4.1.02: puts a key off that nobody may have seen", () => {
    const [, next] = afterRestart([active, waiting], NOW + 800, 300);
    expect(next).toEqual({ ...waiting, activeFrom: NOW + 1100, deferrals: 1 });
  });

  it.each<[string, KeyRecord[]]>([
    ["where no key signs: waiting would help nobody", [retiring, waiting]],
    ["where all keys have signed", [retiring, active]],
    ["of a key that was put off ten times", [active, { ...waiting, deferrals: 10 }]],
    ["of a key that signs late enough anyway", [active, { ...waiting, activeFrom: NOW + 1100 }]],
  ])("changes nothing %s", (_what, keys) => {
    expect(afterRestart(keys, NOW + 800, 300)).toBe(keys);
  });

  it("FED-4.1.02: brings no key forward", () => {
    const later = keyOf("later", { publishedAt: NOW, activeFrom: NOW + 5000 });
    expect(afterRestart([active, waiting, later], NOW + 800, 300)[2]).toBe(later);
  });
});

it.each<[string, KeyRecord[], number | undefined, number]>([
  ["at once, where there is no key", [], undefined, Number.NEGATIVE_INFINITY],
  ["at once, where there is none and keys rotate by the clock", [], 3600, Number.NEGATIVE_INFINITY],
  ["never, where nobody rotates by the clock", [active], undefined, Number.POSITIVE_INFINITY],
  ["so long after the newest key was made", [retiring, active], 3600, NOW + 3600],
])("a new key is due %s", (_what, keys, rotateEvery, at) => {
  expect(rotationAt(keys, { ...schedule, rotateEvery })).toBe(at);
});
