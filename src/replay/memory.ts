import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { expiryWheel } from "./expiry-wheel.js";
import { type Digest, keyedDigest } from "./keyed-digest.js";
import { FIRST_FREE_WORD, HASH, RecordTable } from "./record-table.js";
import { scopeCounts } from "./scope-counts.js";
import type { ReplayEntry, ReplayStore } from "./store.js";

const DIGEST_B = FIRST_FREE_WORD;
const DIGEST_C = FIRST_FREE_WORD + 1;
/** Seconds since the epoch, rounded up; 32 bits last until 2106. */
const EXPIRES = FIRST_FREE_WORD + 2;
const WHEEL_LINK = FIRST_FREE_WORD + 3;
const SCOPE = FIRST_FREE_WORD + 4;
const WIDTH = FIRST_FREE_WORD + 5;
/** Entries to a chain when the store is full. */
const LOAD = 2;

const MOST_ENTRIES = 2 ** 24;
const LAST_EXPIRY = 2 ** 32 - 1;
/** Outcomes that are no entry. */
const SEEN = 0;
const NO_ROOM = -1;

/** Expired entries that a claim clears away for each one that it adds: the clearing always gains on the adding. */
const CLEARED_PER_ENTRY = 4;
/** How many more are cleared before a claim is refused: about a millisecond's work. */
const CLEARED_BEFORE_REFUSAL = 4096;

export interface MemoryReplayStoreOptions {
  /** Most entries held at once, 1 to 16,777,216. Each takes about 47 bytes; nothing is allocated later. */
  readonly maxEntries: number;
  /** Clock and source of the store's secret; give the store the clock of the verifier. Default: the platform's. */
  readonly runtime?: Runtime;
}

/** A {@link ReplayStore} that answers at once. */
export interface MemoryReplayStore extends ReplayStore {
  /** Entries held at present; expired ones leave within the claims that follow. */
  readonly size: number;
  claim(entries: readonly ReplayEntry[], options?: { readonly signal?: AbortSignal }): boolean;
}

/**
 * A replay store in the memory of this process, for a service that runs as one process, or whose senders always reach
 * the same one. Instances that share senders need a shared store.
 *
 * Nothing is forgotten before it expires, so that no sender can push out another's entries. When there is no room, the
 * claim throws `replay_store_unavailable`, and the request is refused.
 *
 * **How the space is shared.** A sender (a `scope`) that holds n entries may add one more while more than n places are
 * free. Alone it gets half of the store; k busy senders get one part in k + 1 each, and as much stays free for others.
 * A newcomer finds room as long as any place is free. Senders that set out to fill the store take half, then half of
 * the rest, and so on: it takes some twenty of them, all of them trusted and allowed, to use up a million places.
 *
 * **How large to make it.** A sender's live entries are its requests per second times the seconds that a proof is
 * remembered (`maxProofLifetime` + `clockTolerance`, unless senders sign for less). `maxEntries` has to be above the
 * live entries of all senders together, at peak, plus those of the largest sender once more: for a single sender
 * 2 x peak requests per second x (maximum proof lifetime + tolerance).
 *
 * Claims take constant time. There is no sweep and no growing: expired entries are cleared away a few per claim, and
 * some thousands at once before a claim is refused for want of room. A clock that is set back never makes a
 * proof usable twice: what may have been forgotten is refused.
 *
 * @throws `configuration_invalid` (a coded `TypeError`) here for unusable options; in `claim` for entries whose `scope`
 * or `id` is no string, whose `expiresAt` is no finite number or lies after 2106, and for an empty list.
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions): MemoryReplayStore {
  refuseUnknownOptions(options, ["maxEntries", "runtime"], "memoryReplayStore");
  const { maxEntries } = options;
  if (!Number.isInteger(maxEntries) || maxEntries < 1 || maxEntries > MOST_ENTRIES) {
    throw configurationInvalid(`memoryReplayStore: maxEntries must be an integer from 1 to ${MOST_ENTRIES}`);
  }
  const runtime = runtimeOf(options);
  const digests = keyedDigest(runtime.randomBytes(16));
  const table = new RecordTable(maxEntries, WIDTH, LOAD);
  const scopes = scopeCounts(maxEntries);
  /** The latest expiry among the entries that were cleared away. */
  let forgottenUpTo = 0;

  const wheel = expiryWheel(
    {
      expiryOf: (entry) => table.get(entry, EXPIRES),
      linkOf: (entry) => table.get(entry, WHEEL_LINK),
      setLink: (entry, next) => table.set(entry, WHEEL_LINK, next),
      release(entry) {
        forgottenUpTo = Math.max(forgottenUpTo, table.get(entry, EXPIRES));
        remove(entry);
      },
    },
    runtime.now(),
  );

  function remove(entry: number): void {
    scopes.subtract(table.get(entry, SCOPE));
    table.remove(entry);
  }

  /** The sender's name among the counts, 0 for a newcomer; `NO_ROOM` when it may not add another entry. */
  function roomFor(sender: Digest, now: number): number {
    let found = scopes.find(sender);
    if (scopes.countOf(found) < maxEntries - table.size) return found;
    wheel.turn(now, CLEARED_BEFORE_REFUSAL);
    found = scopes.find(sender);
    return scopes.countOf(found) < maxEntries - table.size ? found : NO_ROOM;
  }

  /** The new entry, which is not on the wheel yet; `SEEN` or `NO_ROOM` otherwise. */
  function addEntry({ scope, id, expiresAt }: ReplayEntry, now: number): number {
    const expires = Math.ceil(expiresAt);
    // What may have been forgotten counts as seen. Only a clock that was set back tells the two conditions apart.
    if (expires <= now || expires <= forgottenUpTo) return SEEN;
    const { a, b, c } = digests.ofEntry(scope, id);
    for (let entry = table.first(a); entry !== 0; entry = table.next(entry)) {
      if (table.get(entry, HASH) !== a || table.get(entry, DIGEST_B) !== b || table.get(entry, DIGEST_C) !== c)
        continue;
      // One that has expired may wait for the wheel beside a live one. A clock without a value refuses.
      if (!(table.get(entry, EXPIRES) <= now)) return SEEN; // WPT-2.32, WPT-3.1.4.01, HSIG-5.1.06
    }
    const sender = digests.ofScope(scope);
    const found = roomFor(sender, now);
    if (found === NO_ROOM) return NO_ROOM;
    const entry = table.insert(a);
    table.set(entry, DIGEST_B, b);
    table.set(entry, DIGEST_C, c);
    table.set(entry, EXPIRES, expires);
    table.set(entry, SCOPE, scopes.add(found, sender));
    return entry;
  }

  return Object.freeze({
    get size() {
      return table.size;
    },
    claim(entries: readonly ReplayEntry[], options?: { readonly signal?: AbortSignal }) {
      options?.signal?.throwIfAborted();
      checkEntries(entries);
      const now = runtime.now();
      wheel.turn(now, CLEARED_PER_ENTRY * entries.length);
      const added = new Array<number>(entries.length).fill(0);
      for (const [index, entry] of entries.entries()) {
        const outcome = addEntry(entry, now);
        if (outcome > 0) {
          added[index] = outcome;
          continue;
        }
        for (const earlier of added) if (earlier > 0) remove(earlier); // all or nothing
        if (outcome === SEEN) return false;
        throw new WimseError(
          "replay_store_unavailable",
          "The replay store has no room for this sender",
          "WPT-3.1.4.01",
        );
      }
      for (const entry of added) wheel.add(entry);
      return true;
    },
  });
}

function checkEntries(entries: readonly ReplayEntry[]): void {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw configurationInvalid("ReplayStore.claim: entries must be a list of at least one");
  }
  for (const entry of entries as readonly (Partial<ReplayEntry> | null | undefined)[]) {
    if (typeof entry?.scope !== "string" || typeof entry.id !== "string") {
      throw configurationInvalid("ReplayStore.claim: scope and id must be strings");
    }
    if (!Number.isFinite(entry.expiresAt) || (entry.expiresAt as number) > LAST_EXPIRY) {
      throw configurationInvalid("ReplayStore.claim: expiresAt must be seconds since the epoch, before 2106");
    }
  }
}
