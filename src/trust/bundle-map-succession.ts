import type { PublicJwk } from "../crypto/public-key.js";
import { successorOf } from "./bundle-succession.js";
import { Problems } from "./problems.js";
import type { SpiffeBundle } from "./spiffe-bundle.js";
import type { SpiffeBundleMap } from "./spiffe-bundle-map.js";

/** What is used of a bundle map. */
export interface MapInUse {
  readonly bundles: SpiffeBundleMap;
  /** The keys of all bundles, each by its {@link qualifiedKid}. */
  readonly keys: readonly PublicJwk[];
  readonly problems: readonly string[];
  /** The trust domains whose bundle went back, and since when nothing newer has come. */
  readonly behind: ReadonlyMap<string, number>;
}

/** When a map arrives, and for how long what it does not confirm may stay in use. Seconds. */
export interface Arrival {
  readonly now: number;
  readonly maxStale: number;
}

/**
 * What takes the place of a map when the next one arrives: its trust domains and no others, each with its new bundle, or
 * with the one that it had where the new one is older. The keys of that one are used for `maxStale` seconds more, as those
 * of a bundle are which cannot be loaded: somebody may have withdrawn them.
 */
export function nextMapInUse(
  previous: Pick<MapInUse, "bundles" | "behind"> | undefined,
  next: SpiffeBundleMap,
  { now, maxStale }: Arrival,
): MapInUse {
  const problems = new Problems();
  const bundles = new Map<string, SpiffeBundle>();
  const behind = new Map<string, number>();
  const keys: PublicJwk[] = [];
  for (const [name, bundle] of next) {
    const before = previous?.bundles.get(name);
    const after = successorOf(before, bundle) ?? before;
    if (after === undefined) continue; // nothing is older than nothing
    bundles.set(name, after);
    if (after === before) {
      problems.add(`${name}: spiffe_sequence went back, and the bundle is not taken`);
      const since = Math.min(now, previous?.behind.get(name) ?? now);
      behind.set(name, since);
      if (now - since >= maxStale) continue;
    } else {
      for (const problem of after.problems) problems.add(`${name}: ${problem}`);
    }
    for (const key of after.witKeys) keys.push(Object.freeze({ ...key, kid: qualifiedKid(name, key.kid ?? "") }));
  }
  return { bundles, keys, problems: problems.list(), behind };
}

/**
 * The name of a key among those of all trust domains of a map. No name of a trust domain has a space, so that no `kid`,
 * whoever sends it, leads from one trust domain to a key of another (FED-4.2.04, FED-7.3.01).
 */
export function qualifiedKid(name: string, kid: string): string {
  return `${name} ${kid}`;
}
