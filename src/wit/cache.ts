import { askTrust, type TrustStore } from "../trust/store.js";
import { checkExpiration, checkNotBeforeAndLifetime, type TimeRules } from "./times.js";
import { type VerifiedWit, verifiedWitFields } from "./verified-wit.js";

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

  /** The WIT of this token if it was verified before and every check that time can change still passes. */
  async get(token: string, trust: TrustStore, rules: TimeRules, now: number): Promise<VerifiedWit | undefined> {
    const wit = this.#young.get(token) ?? this.#promote(token);
    if (wit === undefined) return undefined;
    const { id, domain, signingKey, expiresAt, notBefore } = verifiedWitFields(wit);
    if ((await askTrust(() => trust.get(id.origin))) !== domain || !domain.keys.holds(signingKey)) {
      this.#young.delete(token);
      return undefined;
    }
    if (now >= expiresAt + rules.clockTolerance) this.#young.delete(token);
    checkExpiration(expiresAt, now, rules);
    checkNotBeforeAndLifetime(expiresAt, notBefore, now, rules);
    return wit;
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
