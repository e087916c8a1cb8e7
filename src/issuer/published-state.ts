import { contentsOf } from "./published-keys.js";
import type { IssuerState, KeyRecord } from "./state.js";

/** The state with these keys; the same one when nothing has changed. */
export function withKeys(
  state: IssuerState,
  keys: readonly KeyRecord[],
  now: number,
  refreshHint: number,
): IssuerState {
  const contents = contentsOf(keys, refreshHint);
  const changed = contents !== state.contents;
  if (!changed && keys === state.keys) return state;
  // BUNDLE-4.1.1.02, BUNDLE-4.1.1.03: never back, not even when the saved state was lost
  const sequence = changed ? Math.max(state.sequence + 1, Math.floor(now * 1000)) : state.sequence;
  const { revision } = state;
  const kept = cachedUntil(state, now, refreshHint);
  return { ...state, revision: revision + 1, sequence, contents, refreshHint, cachedUntil: kept, keys };
}

/** Until when verifiers may keep what was published with a longer refresh hint than now. */
export function cachedUntil(state: IssuerState, now: number, refreshHint: number): number {
  const { refreshHint: before = 0, cachedUntil: until = 0 } = state;
  return before > refreshHint ? Math.max(until, now + before) : until;
}
