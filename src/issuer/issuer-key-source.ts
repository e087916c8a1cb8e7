import { type PublicJwk, readPublicJwk } from "../crypto/public-key.js";
import type { KeySource } from "../trust/key-source/key-source.js";
import { holdsKey, type KeySet, keySetOf, selectKey } from "../trust/select-key.js";
import type { KeyRing } from "./key-ring.js";
import { jwksOf } from "./published-keys.js";
import type { KeyRecord } from "./state.js";

/** The published keys of an issuer in the same process: a change counts from its first moment on. */
export function issuerKeySource(ring: KeyRing): KeySource {
  let known = new Map<string, PublicJwk>();
  let from: readonly KeyRecord[] | undefined;
  let keys: KeySet = keySetOf([]);

  function current(): KeySet {
    if (ring.state.keys === from) return keys;
    from = ring.state.keys;
    // a key that stays remains the same object: what was verified with it holds
    known = new Map(jwksOf(from).keys.flatMap((jwk) => entryOf(jwk, known)));
    keys = keySetOf([...known.values()]);
    return keys;
  }

  return {
    select: (kid, algorithm) => selectKey(current(), kid, algorithm),
    holds: (key) => holdsKey(current(), key),
  };
}

function entryOf(jwk: { kid?: string }, known: ReadonlyMap<string, PublicJwk>): [string, PublicJwk][] {
  const { kid = "" } = jwk;
  const verdict = readPublicJwk(jwk);
  return verdict.kind === "usable" ? [[kid, known.get(kid) ?? verdict.key]] : [];
}
