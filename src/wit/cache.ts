import { dropRejection } from "../base/runtime.js";
import type { VerificationKey } from "../crypto/verifier.js";
import type { KeySource } from "../trust/key-source/key-source.js";
import type { TrustDomain } from "../trust/trust-domain.js";
import { checkExpiration, checkLifetime, checkNotBefore, type TimeRules } from "./times.js";
import { type VerifiedWit, verifiedWitFields } from "./verified-wit.js";

/** A key source of the caller's own that fails to answer leads to a verification in full, which asks it again. */
function stillHolds(keys: KeySource, key: VerificationKey): boolean {
  try {
    const answer: unknown = keys.holds(key);
    dropRejection(answer); // an async function passes for one that answers at once
    return answer === true;
  } catch {
    return false;
  }
}

/**
 * Whether the key that signed a WIT is still one of its trust domain's.
 *
 * @param domain what the trust store now says of the WIT's origin
 */
export function isStillTrusted(wit: VerifiedWit, domain: TrustDomain | undefined): boolean {
  const fields = verifiedWitFields(wit);
  return domain !== undefined && domain === fields.domain && stillHolds(domain.keys, fields.signingKey);
}

/**
 * Verified WITs of one verifier, by the whole token. What can change after verification is checked at every use: times,
 * the trust domain, and whether the key that signed the WIT is still one of the domain's.
 *
 * Two generations bound it: when the younger is full, the older is dropped, and what is used moves to the younger. Only
 * tokens that verified get in, so that nobody without an issuer's signature takes up space.
 */
export class WitCache {
  #young = new Map<string, VerifiedWit>();
  #old = new Map<string, VerifiedWit>();
  readonly #half: number;

  constructor(readonly maxEntries: number) {
    this.#half = Math.ceil(maxEntries / 2);
  }

  /** The WIT of this token, if it was verified before. Ask {@link stillValid} before you rely on it. */
  get(token: string): VerifiedWit | undefined {
    return this.#young.get(token) ?? this.#promote(token);
  }

  /**
   * Whether every check of a remembered WIT that time can change still passes; one that does not is forgotten.
   *
   * @param domain what the trust store now says of the WIT's origin
   * @returns false when the trust domain or its keys changed: verify the WIT anew
   * @throws WimseError when the WIT's time is over, or has not come
   */
  stillValid(token: string, wit: VerifiedWit, domain: TrustDomain | undefined, rules: TimeRules, now: number): boolean {
    const { expiresAt, notBefore } = verifiedWitFields(wit);
    const trusted = isStillTrusted(wit, domain);
    if (!trusted || now >= expiresAt + rules.clockTolerance) this.#young.delete(token);
    if (!trusted) return false;
    checkExpiration(expiresAt, now, rules);
    checkNotBefore(notBefore, now, rules);
    checkLifetime(expiresAt, notBefore, now, rules);
    return true;
  }

  set(token: string, wit: VerifiedWit): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(token, wit);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #promote(token: string): VerifiedWit | undefined {
    const wit = this.#old.get(token);
    if (wit !== undefined) {
      this.#old.delete(token);
      this.set(token, wit);
    }
    return wit;
  }
}
