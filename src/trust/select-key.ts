import { WimseError } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import { type Algorithm, algorithmNamed, supportedAlgorithms } from "../crypto/algorithms.js";
import { fitsAlgorithm, type PublicJwk } from "../crypto/public-key.js";
import { importVerificationKey, type VerificationKey } from "../crypto/verifier.js";

/** The keys of one trust domain, found by `kid` or by algorithm in constant time, each imported at its first use. */
export interface KeySet {
  readonly members: ReadonlyMap<PublicJwk, KeyEntry>;
  readonly byKid: ReadonlyMap<string, KeyEntry>;
  /** Keys by the algorithms that they verify. */
  readonly byAlgorithm: ReadonlyMap<string, readonly KeyEntry[]>;
}

interface KeyEntry {
  readonly jwk: PublicJwk;
  /** Imported keys by algorithm: one RSA key may serve several. */
  readonly imported: Map<string, Awaitable<VerificationKey>>;
}

/**
 * Arranges checked keys for look-up. The caller has seen to it that no `kid` occurs twice.
 *
 * @param previous the set that this one takes the place of: keys that are in both stay what they are, imported already,
 * and so do the WITs that were verified with them
 */
export function keySetOf(jwks: readonly PublicJwk[], previous?: KeySet): KeySet {
  const kept = new Map(Array.from(previous?.members.values() ?? [], (entry) => [textOf(entry.jwk), entry]));
  const members = new Map<PublicJwk, KeyEntry>();
  const byKid = new Map<string, KeyEntry>();
  const byAlgorithm = new Map<string, KeyEntry[]>();
  for (const jwk of jwks) {
    const entry: KeyEntry = kept.get(textOf(jwk)) ?? { jwk, imported: new Map() };
    members.set(entry.jwk, entry);
    if (jwk.kid !== undefined) byKid.set(jwk.kid, entry);
    for (const name of supportedAlgorithms) {
      const algorithm = algorithmNamed(name);
      if (algorithm === undefined || !fitsAlgorithm(jwk, algorithm)) continue;
      const fitting = byAlgorithm.get(name);
      if (fitting === undefined) byAlgorithm.set(name, [entry]);
      else fitting.push(entry);
    }
  }
  return { members, byKid, byAlgorithm };
}

/** A checked key as text: its members always stand in the same order. */
function textOf(jwk: PublicJwk): string {
  return JSON.stringify(jwk);
}

/**
 * The key that a WIT names, or the only one that can be meant.
 *
 * @throws WimseError `wit_key_not_found`, `wit_key_ambiguous`
 */
export function selectKey(keys: KeySet, kid: string | undefined, algorithm: Algorithm): Awaitable<VerificationKey> {
  return findKey(keys, kid, algorithm) ?? refuseUnknownKey();
}

/**
 * {@link selectKey}, or `undefined` where there is no such key.
 *
 * @throws WimseError `wit_key_ambiguous`
 */
export function findKey(
  keys: KeySet,
  kid: string | undefined,
  algorithm: Algorithm,
): Awaitable<VerificationKey> | undefined {
  const entry = kid === undefined ? onlyKeyFor(keys, algorithm) : keys.byKid.get(kid); // WITSVID-2.1.02
  // CREDS-3.07: a kid that is not there never leads to another key
  if (entry === undefined || !fitsAlgorithm(entry.jwk, algorithm)) return undefined;
  const imported = entry.imported.get(algorithm.name);
  if (imported !== undefined) return imported;
  const key = importVerificationKey(entry.jwk, algorithm);
  entry.imported.set(algorithm.name, key);
  return key;
}

/** The end of every look-up that found no key. */
export function refuseUnknownKey(): never {
  throw new WimseError("wit_key_not_found", "The trust domain has no such key for this algorithm", "CREDS-3.07");
}

function onlyKeyFor(keys: KeySet, algorithm: Algorithm): KeyEntry | undefined {
  const fitting = keys.byAlgorithm.get(algorithm.name);
  // CREDS-3.08, CREDS-3.05
  if (fitting !== undefined && fitting.length > 1) {
    throw new WimseError("wit_key_ambiguous", "The WIT names no key and several could be meant", "CREDS-3.08");
  }
  return fitting?.[0];
}

/** Whether the key is, at this moment, one of the set: a removed key takes the WITs that it signed with it. */
export function holdsKey(keys: KeySet, key: VerificationKey): boolean {
  return keys.members.has(key.jwk);
}
