import type { Algorithm } from "../../crypto/algorithms.js";
import { sha256Base64url } from "../../crypto/digest.js";

/** How many are remembered. */
const MOST = 256;

/**
 * Keys that were looked for and not found, so that the same WIT does not lead to another attempt. They are digests: what
 * is remembered is bounded in number and size, whoever sends whatever names.
 */
export class MissingKeys {
  readonly #digests = new Set<string>();

  has(kid: string | undefined, algorithm: Algorithm): boolean {
    return this.#digests.size > 0 && this.#digests.has(digestOf(kid, algorithm));
  }

  /** Remembers a key; when there are too many, the oldest is forgotten. */
  add(kid: string | undefined, algorithm: Algorithm): void {
    this.#digests.add(digestOf(kid, algorithm));
    if (this.#digests.size <= MOST) return;
    for (const oldest of this.#digests) {
      this.#digests.delete(oldest);
      return;
    }
  }

  clear(): void {
    this.#digests.clear();
  }

  get size(): number {
    return this.#digests.size;
  }
}

/** A `kid` that is not there differs from every one that is, the empty one included. */
function digestOf(kid: string | undefined, { name }: Algorithm): string {
  return sha256Base64url(kid === undefined ? name : `${name} ${kid}`);
}
