import type { KeyRecord } from "./state.js";

/** How long the keys of an issuer stay in each state, seconds. */
export interface KeySchedule {
  /** From the publication of a key to its first signature. */
  readonly publishAhead: number;
  /** The longest lifetime of a WIT. */
  readonly maxLifetime: number;
  /** How long after its last WIT expired a key is kept: what clocks may differ by, and what issuers may be behind. */
  readonly grace: number;
  /** From one key to the next. */
  readonly rotateEvery: number | undefined;
}

/** Seconds after which an issuer looks at what others have saved. */
export const RELOAD_INTERVAL = 10;

/** What a key is used for at a time. */
export type KeyStatus = "pending" | "published" | "active" | "retiring";

/** The key that signs: the one that began last, unless it was withdrawn. */
export function activeKey(keys: readonly KeyRecord[]): KeyRecord | undefined {
  return keys.findLast(({ activatedAt, retireAt }) => activatedAt !== undefined && retireAt === undefined);
}

/** Whether no key signs, or will. */
export function lacksKey(keys: readonly KeyRecord[]): boolean {
  return keys.every(({ retireAt }) => retireAt !== undefined);
}

export function statusOf(key: KeyRecord, keys: readonly KeyRecord[]): KeyStatus {
  if (key.publishedAt === undefined) return "pending";
  if (key.activatedAt === undefined) return "published";
  return key === activeKey(keys) ? "active" : "retiring";
}

/** The key that is to take over now, if any: the newest that has been published for long enough. */
export function keyDue(keys: readonly KeyRecord[], now: number, unusable: ReadonlySet<string>): KeyRecord | undefined {
  const active = activeKey(keys);
  // FED-4.1.01, FED-4.1.02; where no key signs, waiting would help nobody
  const isDue = (key: KeyRecord): boolean => active === undefined || (key.activeFrom ?? 0) <= now;
  return keys.findLast((key) => isWaiting(key) && !unusable.has(key.kid) && isDue(key));
}

function isWaiting({ publishedAt, activatedAt }: KeyRecord): boolean {
  return publishedAt !== undefined && activatedAt === undefined;
}

/**
 * Publishes keys that were made by somebody who publishes nothing. Where no key signs, nobody can know another one.
 *
 * @param cachedUntil until when verifiers may keep what was published before
 */
export function published(
  keys: readonly KeyRecord[],
  now: number,
  cachedUntil: number,
  schedule: KeySchedule,
): readonly KeyRecord[] {
  if (keys.every(({ publishedAt }) => publishedAt !== undefined)) return keys;
  const activeFrom = activeKey(keys) === undefined ? now : Math.max(now + schedule.publishAhead, cachedUntil);
  return keys.map((key) => (key.publishedAt === undefined ? { ...key, publishedAt: now, activeFrom } : key));
}

/** Lets a key sign from now on, in place of those before it. */
export function activated(
  keys: readonly KeyRecord[],
  next: KeyRecord,
  now: number,
  schedule: KeySchedule,
): readonly KeyRecord[] {
  const at = keys.indexOf(next);
  return keys.map((key, index) => {
    if (key === next) return { ...key, activatedAt: now, longestLifetime: schedule.maxLifetime };
    if (index > at || key.retireAt !== undefined) return key;
    // One that never signed has nothing to be kept for; of the others WITs may be under way until then (FED-4.1.03).
    const kept = key.activatedAt === undefined ? 0 : (key.longestLifetime ?? schedule.maxLifetime) + schedule.grace;
    return { ...key, retireAt: now + kept };
  });
}

/** Takes out the keys whose last WIT is over everywhere. */
export function withoutRetired(keys: readonly KeyRecord[], now: number): readonly KeyRecord[] {
  const left = keys.filter(({ retireAt }) => retireAt === undefined || now < retireAt);
  return left.length === keys.length ? keys : left;
}

/** Remembers that the key which signs may from now on make WITs that live longer than those before. */
export function withLifetime(keys: readonly KeyRecord[], { maxLifetime }: KeySchedule): readonly KeyRecord[] {
  const active = activeKey(keys);
  if (active === undefined || (active.longestLifetime ?? 0) >= maxLifetime) return keys;
  return keys.map((key) => (key === active ? { ...key, longestLifetime: maxLifetime } : key));
}

/** So often a restart puts a key off. */
const MOST_DEFERRALS = 10;

/**
 * What a new process does with keys that have never signed: while nobody published them, nobody could get to know them.
 * So each has to be published for another while; but not without end, or a server that starts again and again would keep
 * the old key for ever.
 */
export function afterRestart(keys: readonly KeyRecord[], now: number, refreshHint: number): readonly KeyRecord[] {
  if (activeKey(keys) === undefined) return keys;
  const earliest = now + refreshHint;
  const tooEarly = (key: KeyRecord): boolean =>
    isWaiting(key) && (key.activeFrom ?? 0) < earliest && (key.deferrals ?? 0) < MOST_DEFERRALS;
  if (!keys.some(tooEarly)) return keys;
  return keys.map((key) =>
    tooEarly(key) ? { ...key, activeFrom: earliest, deferrals: (key.deferrals ?? 0) + 1 } : key,
  );
}

/**
 * Until when an issuer may sign that has last heard from its store at a time. Another one may have let the next key sign
 * since: one that was known then, from its `activeFrom` on; one that was not, after `publishAhead`, less what its saving
 * took. From that moment on the old key is published for `maxLifetime` and `grace`, which is longer than what clocks may
 * differ by: enough for the WITs that are signed in between (FED-4.1.03).
 *
 * @param maxStale at most `publishAhead`
 */
export function signsUntil(keys: readonly KeyRecord[], confirmedAt: number, maxStale: number): number {
  const takeovers = keys.filter(isWaiting).map((key) => Math.max(key.activeFrom ?? 0, confirmedAt) + RELOAD_INTERVAL);
  return Math.min(confirmedAt + maxStale, ...takeovers);
}

/** Whether it is time for a new key. */
export function rotationAt(keys: readonly KeyRecord[], { rotateEvery }: KeySchedule): number {
  const newest = keys.at(-1);
  if (newest === undefined) return Number.NEGATIVE_INFINITY;
  return rotateEvery === undefined ? Number.POSITIVE_INFINITY : newest.createdAt + rotateEvery;
}

/** When something is to be done next. */
export function nextEventAt(keys: readonly KeyRecord[], schedule: KeySchedule): number {
  const times = keys.map((key) =>
    isWaiting(key) ? (key.activeFrom ?? 0) : (key.retireAt ?? Number.POSITIVE_INFINITY),
  );
  return Math.min(rotationAt(keys, schedule), ...times);
}
