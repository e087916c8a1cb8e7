import type { JSONWebKeySet } from "jose";
import { configurationInvalid } from "../../base/errors.js";
import { type PublicJwk, readPublicJwk } from "../../crypto/public-key.js";
import { holdsKey, keySetOf, selectKey } from "../select-key.js";
import type { KeySource } from "./key-source.js";
import { verifiesWits } from "./usable-keys.js";

/**
 * A JWK Set that does not change.
 *
 * Entries of a key type, algorithm or use that cannot verify a WIT are left out (RFC 7517 section 5); one that is
 * wrong in itself (private, symmetric, weak, off its curve) or a `kid` that occurs twice refuses the whole set.
 *
 * @throws TypeError `configuration_invalid`
 */
export function staticJwks(jwks: JSONWebKeySet): KeySource {
  const keys = keySetOf(readStaticJwks(jwks));
  return {
    select: (kid, algorithm) => selectKey(keys, kid, algorithm),
    holds: (key) => holdsKey(keys, key),
  };
}

function readStaticJwks(jwks: JSONWebKeySet): PublicJwk[] {
  if (!Array.isArray(jwks?.keys))
    throw configurationInvalid('keys: a KeySource, or a JWK Set: an object with an array "keys"');
  const usable: PublicJwk[] = [];
  const kids = new Set<string>();
  for (const [index, jwk] of jwks.keys.entries()) {
    const verdict = readPublicJwk(jwk);
    if (verdict.kind === "refused") throw configurationInvalid(`keys[${index}]: ${verdict.reason}`);
    const kid: unknown = jwk.kid;
    if (typeof kid === "string") {
      if (kids.has(kid)) throw configurationInvalid(`keys[${index}]: its kid occurs twice in the set`);
      kids.add(kid);
    }
    if (verdict.kind === "usable" && verifiesWits(verdict.key)) usable.push(verdict.key);
  }
  return usable;
}
