import type { Awaitable } from "../base/runtime.js";

/** What makes a proof unique, and until when that has to be remembered. */
export interface ReplayEntry {
  /** Within what `id` is unique: the sender's identifier. */
  readonly scope: string;
  /** The proof's own id with its kind in front: `wpt:` and the `jti` of a WPT. */
  readonly id: string;
  /**
   * Seconds since the epoch from which the proof is no longer accepted anyway, clock tolerance included. Verifiers that
   * share a store have to have the same tolerance: what one of them forgets, the other must not accept.
   */
  readonly expiresAt: number;
}

/**
 * Remembers which proofs have been used (WPT section 3.1.4, HTTP signatures section 5.1).
 *
 * An implementation keeps these promises:
 * - `claim` is one atomic step: of several claims of one entry, however they overlap, only one answers `true`.
 * - All or nothing: when it does not answer `true`, none of the entries has been claimed.
 * - `false` means that an entry was already seen, or named twice in the call, or expires no later than now: whether
 *   that one was seen may be forgotten already.
 * - After `true`, every entry counts as seen until its `expiresAt`.
 * - When it cannot keep these promises it throws or rejects, and never answers `true`: `WimseError` with the code
 *   `replay_store_unavailable` where it has no room or cannot be reached, the signal's reason where it was aborted.
 */
export interface ReplayStore {
  claim(entries: readonly ReplayEntry[], options?: { readonly signal?: AbortSignal }): Awaitable<boolean>;
}
