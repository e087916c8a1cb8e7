import type { Algorithm } from "../../crypto/algorithms.js";
import { sha256Base64url } from "../../crypto/digest.js";

/** How many are remembered. */
const MOST = 256;

/**
 * Keys that were looked for and not found, so that the same WIT does not lead to another attempt. They are digests: what
 * is remembered is bounded in number and size, whoever sends whatever names. It is remembered for a short time only:
 * somebody may ask for a key that he knows will come, so that it is not found when it is there.
 */
export class MissingKeys {
  /** When each was looked for, the oldest first. */
  readonly #lookedFor = new Map<string, number>();

  /** @param seconds for which a key is remembered */
  constructor(readonly seconds: number) {}

  has(kid: string | undefined, algorithm: Algorithm, now: number): boolean {
    if (this.#lookedFor.size === 0) return false;
    const at = this.#lookedFor.get(digestOf(kid, algorithm));
    return at !== undefined && Math.abs(now - at) < this.seconds; // a clock that was set back does not prolong it
  }

  /** Remembers a key; when there are too many, the oldest is forgotten. */
  add(kid: string | undefined, algorithm: Algorithm, now: number): void {
    const digest = digestOf(kid, algorithm);
    this.#lookedFor.delete(digest);
    this.#lookedFor.set(digest, now);
    if (this.#lookedFor.size <= MOST) return;
    for (const oldest of this.#lookedFor.keys()) {
      this.#lookedFor.delete(oldest);
      return;
    }
  }

  clear(): void {
    this.#lookedFor.clear();
  }

  get size(): number {
    return this.#lookedFor.size;
  }
}

/** A `kid` that is not there differs from every one that is, the empty one included. */
function digestOf(kid: string | undefined, { name }: Algorithm): string {
  return sha256Base64url(kid === undefined ? name : `${name} ${kid}`);
}
