import type { Digest } from "./keyed-digest.js";
import { FIRST_FREE_WORD, HASH, RecordTable } from "./record-table.js";

const TAG = FIRST_FREE_WORD;
const COUNT = FIRST_FREE_WORD + 1;
const WIDTH = FIRST_FREE_WORD + 2;
/** Four scopes to a chain at worst, when each of them holds a single entry. */
const LOAD = 4;

/** How many entries each scope holds. A scope that holds none takes no room. */
export interface ScopeCounts {
  /** The scope's name in here; 0 when it holds nothing. */
  find(scope: Digest): number;
  /** What the scope of that name holds. */
  countOf(found: number): number;
  /** One more; returns the scope's name, which is `found` unless that is 0. */
  add(found: number, scope: Digest): number;
  /** One less. */
  subtract(found: number): void;
}

/** Counts for at most `capacity` scopes that hold something. */
export function scopeCounts(capacity: number): ScopeCounts {
  const table = new RecordTable(capacity, WIDTH, LOAD);
  return {
    find(scope) {
      let record = table.first(scope.a);
      while (record !== 0 && (table.get(record, HASH) !== scope.a || table.get(record, TAG) !== scope.b)) {
        record = table.next(record);
      }
      return record;
    },
    countOf: (found) => (found === 0 ? 0 : table.get(found, COUNT)),
    add(found, scope) {
      if (found !== 0) {
        table.set(found, COUNT, table.get(found, COUNT) + 1);
        return found;
      }
      const record = table.insert(scope.a);
      table.set(record, TAG, scope.b);
      table.set(record, COUNT, 1);
      return record;
    },
    subtract(found) {
      const left = table.get(found, COUNT) - 1;
      if (left === 0) table.remove(found);
      else table.set(found, COUNT, left);
    },
  };
}
