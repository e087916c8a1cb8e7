import type { JSONWebKeySet, JWK } from "jose";
import { sha256Base64url } from "../crypto/digest.js";
import type { KeyRecord } from "./state.js";

/** A SPIFFE bundle that holds the WIT-SVID keys of one trust domain. */
export interface SpiffeBundleDocument {
  readonly keys: JWK[];
  readonly spiffe_sequence: number;
  /** Seconds after which to ask again. */
  readonly spiffe_refresh_hint: number;
}

function isPublished({ publishedAt }: KeyRecord): boolean {
  return publishedAt !== undefined;
}

/** The keys that verify WITs, as a plain JWK Set. */
export function jwksOf(keys: readonly KeyRecord[]): JSONWebKeySet {
  return {
    keys: keys
      .filter(isPublished)
      .map(({ kid, algorithm, publicJwk }) => ({ ...publicJwk, alg: algorithm, kid, use: "sig" })),
  };
}

/** The same keys as a SPIFFE bundle. Its entries have no further members (BUNDLE-4.2.02). */
export function spiffeBundleOf(
  keys: readonly KeyRecord[],
  sequence: number,
  refreshHint: number,
): SpiffeBundleDocument {
  return {
    // BUNDLE-4.1.3.01
    keys: keys.filter(isPublished).map(({ kid, publicJwk }) => {
      const { alg: _alg, use: _use, key_ops: _operations, kid: _kid, ...material } = publicJwk;
      return { ...material, kid, use: "wit-svid" }; // WITSVID-6.1.01, WITSVID-6.1.02, BUNDLE-4.2.1.01, BUNDLE-4.2.2.01
    }),
    spiffe_sequence: sequence, // BUNDLE-4.1.1.01, BUNDLE-4.1.1.02
    spiffe_refresh_hint: refreshHint, // BUNDLE-4.1.2.01, BUNDLE-4.1.2.02
  };
}

/** A digest of all that is published but its sequence number, which has to change with it (BUNDLE-4.1.1.03). */
export function contentsOf(keys: readonly KeyRecord[], refreshHint: number): string {
  return sha256Base64url(JSON.stringify([jwksOf(keys).keys, refreshHint]));
}
