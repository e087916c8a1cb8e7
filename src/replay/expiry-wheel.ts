/** One bucket a second: four and a half hours. A power of two. */
const BUCKETS = 2 ** 14;

/** The places of the entries that a wheel turns over: a number, the second of expiry, and a link of the wheel's own. */
export interface WheelEntries {
  expiryOf(entry: number): number;
  linkOf(entry: number): number;
  setLink(entry: number, next: number): void;
  /** Called once for each entry that has expired. */
  release(entry: number): void;
}

/**
 * A hashed timing wheel: finds the expired among any number of entries, a few at a time. Every entry stands in the
 * bucket of the second in which it expires. The cursor follows the clock through the buckets, as far behind as the work
 * that was allowed for it leaves it; an entry that is met before its time, because it expires rounds later, goes back.
 */
export interface ExpiryWheel {
  add(entry: number): void;
  /** Releases expired entries, handling at most `limit`. */
  turn(now: number, limit: number): void;
}

/** A wheel that starts at the time `now`. Entry 0 is no entry. */
export function expiryWheel(entries: WheelEntries, now: number): ExpiryWheel {
  const buckets = new Uint32Array(BUCKETS);
  let cursor = Math.floor(now);
  /** What is left of the bucket at the cursor. */
  let due = 0;

  function add(entry: number): void {
    const bucket = entries.expiryOf(entry) % BUCKETS;
    entries.setLink(entry, buckets[bucket] as number);
    buckets[bucket] = entry;
  }

  return {
    add,
    turn(now, limit) {
      const second = Math.floor(now);
      // A clock that was set back: the seconds from there come again.
      if (second < cursor) cursor = second;
      // After a long rest one full round meets every entry; it may have been years.
      else if (second - cursor > BUCKETS) cursor = second - BUCKETS;
      for (let left = limit; left > 0; ) {
        if (due === 0) {
          if (!(cursor < second)) return;
          cursor++;
          due = buckets[cursor & (BUCKETS - 1)] as number;
          buckets[cursor & (BUCKETS - 1)] = 0;
          continue;
        }
        const entry = due;
        due = entries.linkOf(entry);
        if (entries.expiryOf(entry) <= now) entries.release(entry);
        else add(entry);
        left--;
      }
    },
  };
}
