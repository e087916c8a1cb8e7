import type { PublicJwk } from "../crypto/public-key.js";
import type { SpiffeBundle } from "./spiffe-bundle.js";

const SAME_NUMBER = "spiffe_sequence: the keys changed without it; those that came are not used";

/**
 * What takes the place of a bundle when the next one of the same trust domain arrives; `undefined` when that one is older.
 *
 * Of two bundles, the sequence numbers say which is newer (FED-4.2.02). A bundle without one counts as newer than what
 * was there before it (FED-4.2.03), and does not make the number forgotten. Keys that come without a new number are not
 * used until there is one, since it cannot be known which of the two contents is the older (BUNDLE-4.1.1.03); keys that
 * are gone without a new number are gone.
 */
export function successorOf(previous: SpiffeBundle | undefined, next: SpiffeBundle): SpiffeBundle | undefined {
  const highest = previous?.sequence;
  if (previous === undefined || highest === undefined) return next;
  const { sequence = highest } = next;
  if (sequence < highest) return undefined; // FED-4.2.02, BUNDLE-4.1.1.02
  if (next.sequence !== highest) return Object.freeze({ ...next, sequence }); // FED-4.2.03
  const known = new Set(previous.witKeys.map(textOf));
  const kept = next.witKeys.filter((key) => known.has(textOf(key)));
  if (kept.length === next.witKeys.length) return next;
  return Object.freeze({
    ...next,
    witKeys: Object.freeze(kept), // BUNDLE-4.1.1.03
    problems: Object.freeze([...next.problems, SAME_NUMBER]),
  });
}

/** A checked key as text: its members always stand in the same order. */
function textOf(key: PublicJwk): string {
  return JSON.stringify(key);
}
