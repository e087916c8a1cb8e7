import { encodeBase64url } from "../base/base64url.js";
import { sha256Base64url } from "../crypto/digest.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SIX_BITS = new Uint8Array(128);
for (let value = 0; value < ALPHABET.length; value++) SIX_BITS[ALPHABET.charCodeAt(value)] = value;

/** How many different scopes have their digest at hand. */
const SCOPES_AT_HAND = 1024;

/** The first 90 bits of a digest, in words that the engine holds without making a number object. */
export interface Digest {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/**
 * Digests under a secret: nobody outside can aim at a chain of a hash table or find two texts of one digest, so 90 bits
 * are ample. Among a million entries the chance to take a new one for another is below 10^-20.
 */
export interface KeyedDigest {
  ofScope(scope: string): Digest;
  ofEntry(scope: string, id: string): Digest;
}

/** What is worked out once for a scope. */
interface KnownScope {
  readonly digest: Digest;
  /** Secret and scope, the length of the scope first: otherwise "a" + "bc" would be the same text as "ab" + "c". */
  readonly prefix: string;
}

export function keyedDigest(secret: Uint8Array): KeyedDigest {
  const key = encodeBase64url(secret);
  const scopes = new Map<string, KnownScope>();
  // Senders come back, and a second hash per claim would nearly double its cost.
  const known = (scope: string): KnownScope => {
    let found = scopes.get(scope);
    if (found === undefined) {
      found = { digest: digestOf(`${key}scope:${scope}`), prefix: `${key}${scope.length}:${scope}` };
      if (scopes.size === SCOPES_AT_HAND) scopes.clear();
      scopes.set(scope, found);
    }
    return found;
  };
  return {
    ofScope: (scope) => known(scope).digest,
    ofEntry: (scope, id) => digestOf(known(scope).prefix + id),
  };
}

// By way of text: making a small buffer for each digest costs Node more than the digest.
function digestOf(text: string): Digest {
  const digest = sha256Base64url(text);
  return { a: wordAt(digest, 0), b: wordAt(digest, 5), c: wordAt(digest, 10) };
}

/** The 30 bits of the five characters from `index`. */
function wordAt(digest: string, index: number): number {
  let word = 0;
  for (let i = index; i < index + 5; i++) word = (word << 6) | (SIX_BITS[digest.charCodeAt(i)] as number);
  return word;
}
