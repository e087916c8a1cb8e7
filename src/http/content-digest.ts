import { encodeBase64 } from "../base/base64.js";
import { configurationInvalid, WimseError } from "../base/errors.js";
import { sha256, sha512 } from "../crypto/digest.js";
import { parseDictionary } from "./structured-dictionary.js";

/** The algorithms of `Content-Digest` that are used: those of status Active (R9530-5.01). */
export type ContentDigestAlgorithm = "sha-256" | "sha-512";

// Whatever is not in the table is as good as absent, the deprecated ones above all. R9530-5.02
const HASHES: ReadonlyMap<string, (body: Uint8Array) => Uint8Array> = new Map([
  ["sha-256", sha256],
  ["sha-512", sha512],
]);

/**
 * The value of `Content-Digest` for a body (RFC 9530 section 2).
 *
 * @param body the content as it goes over the wire, after content coding; empty where there is none (R9530-3.02)
 * @param algorithm default `"sha-256"`; another one than those of the type is `configuration_invalid`
 */
export async function contentDigest(body: Uint8Array, algorithm: ContentDigestAlgorithm = "sha-256"): Promise<string> {
  const hash = HASHES.get(algorithm);
  if (!hash) throw configurationInvalid('content digest algorithm: "sha-256" or "sha-512"');
  requireBytes(body);
  return fieldOf(algorithm, hash(body)); // R9530-2.01
}

/**
 * Compares a body with the field `Content-Digest`. Every digest of a known algorithm has to match, and there has to be
 * one; digests of other algorithms are ignored.
 *
 * @param field the lines of the field, joined with `", "`
 * @param body the bytes of the content as received, before content coding is undone
 * @throws `content_digest_malformed`: no dictionary of byte sequences, or an empty one; `content_digest_unsupported`:
 *   neither sha-256 nor sha-512; `content_digest_mismatch`
 */
export async function verifyContentDigest(field: string, body: Uint8Array): Promise<void> {
  if (typeof field !== "string") throw configurationInvalid("field: the value of Content-Digest, a string");
  requireBytes(body);
  checkContentDigest(field, body);
}

function requireBytes(body: Uint8Array): void {
  if (!(body instanceof Uint8Array)) throw configurationInvalid("body: a Uint8Array");
}

/** {@link verifyContentDigest}, at once. */
export function checkContentDigest(field: string, body: Uint8Array): void {
  // The field that nearly everybody sends, compared as it is written: to read it would find the same.
  if (field.length === SHA_256_FIELD_LENGTH && field === fieldOf("sha-256", sha256(body))) return;
  const digests = parseDictionary([field])?.members;
  if (!digests || digests.size === 0) throw malformed();
  const known: [hash: (body: Uint8Array) => Uint8Array, digest: Uint8Array][] = [];
  for (const [algorithm, member] of digests) {
    if (!("value" in member) || !(member.value instanceof Uint8Array)) throw malformed();
    const hash = HASHES.get(algorithm);
    if (hash) known.push([hash, member.value]);
  }
  if (known.length === 0) {
    // R9530-2.03: whoever ignores every digest has verified nothing
    throw new WimseError("content_digest_unsupported", "Content-Digest has no sha-256 and no sha-512", "R9530-2.03");
  }
  // R9530-6.7.01: a body is hashed once for each algorithm of the table, however many digests the field has
  for (const [hash, digest] of known) {
    // R9530-2.02, R9530-6.6.01: none is skipped because another one matches
    if (!areEqual(hash(body), digest)) {
      throw new WimseError("content_digest_mismatch", "the content does not have its Content-Digest", "R9530-2.01");
    }
  }
}

/** Of `sha-256=:…:` with 44 characters of base64. */
const SHA_256_FIELD_LENGTH = 54;

function fieldOf(algorithm: ContentDigestAlgorithm, digest: Uint8Array): string {
  return `${algorithm}=:${encodeBase64(digest)}:`;
}

/** Bytes that are no secret. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function malformed(): WimseError {
  return new WimseError("content_digest_malformed", "Content-Digest is no dictionary of byte sequences", "R9530-2.01");
}
