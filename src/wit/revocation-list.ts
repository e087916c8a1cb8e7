import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { limitOf } from "../base/limits.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { parseOrigin, parseWorkloadIdentifier } from "../identifier/parse.js";
import type { VerifiedWit } from "./verified-wit.js";

/** One thing that was revoked: a token, a workload or a key. */
export type Revocation = RevokedToken | RevokedSubject | RevokedKey;

/** WITs with this `jti`. It is unique within a trust domain only (RFC 7519 section 4.1.7), which is hence named too. */
export interface RevokedToken {
  readonly tokenId: string;
  /** Scheme and trust domain of the token's `sub`, such as `wimse://example.com`. */
  readonly origin: string;
  /** Seconds since the epoch, at least the token's `exp`. Default: for ever. */
  readonly until?: number;
}

/** Every WIT of one workload, those that it has yet to get included. */
export interface RevokedSubject {
  readonly subject: string;
  /** Seconds since the epoch. Default: for ever. */
  readonly until?: number;
}

/** Every WIT that binds one key, whoever it names. */
export interface RevokedKey {
  /** RFC 7638 thumbprint, SHA-256, base64url: `confirmation.thumbprint` of a verified WIT. */
  readonly keyThumbprint: string;
  /** Seconds since the epoch. Default: for ever. */
  readonly until?: number;
}

/** Settings of {@link createRevocationList}. */
export interface RevocationListOptions {
  /** Most entries held at once. Default 100,000. */
  readonly maxEntries?: number;
  readonly runtime?: Runtime;
}

/** What was revoked, for the `isRevoked` of a policy. */
export interface RevocationList {
  /** Revokes from now on. Said again of the same thing, the later `until` counts. */
  add(revocation: Revocation): void;
  /** Takes a revocation back. */
  remove(revocation: Revocation): void;
  /** Puts the whole list in place of what was there, at once or, when one entry is wrong, not at all. */
  replace(revocations: readonly Revocation[]): void;
  /** Entries held at present; those that are over leave in time. */
  readonly size: number;
  /** Whether the WIT, its workload or its key was revoked. Needs no `this`. */
  readonly isRevoked: (wit: VerifiedWit) => boolean;
}

/** A verifier may accept a WIT for so long after its `exp`: nothing is forgotten earlier. */
const LONGEST_CLOCK_TOLERANCE = 120;
const KINDS = ["tokenId", "subject", "keyThumbprint"];
/** Thumbprints are 32 bytes, 43 characters of base64url, of which the last carries four bits. */
const THUMBPRINT = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * A revocation list in memory. A verifier asks it on every request, for remembered WITs as well, so that a revocation
 * takes effect with the next request.
 *
 * The specifications have no revocation; short lifetimes come first. What the list holds is lost with the process: feed
 * it from where revocations are kept.
 *
 * @example
 * ```ts
 * import { createRevocationList } from "wimse/wit";
 *
 * const revocations = createRevocationList();
 * revocations.add({ subject: "wimse://example.com/agent", until: 1_800_000_000 });
 * // createVerifier({ …, isRevoked: revocations.isRevoked })
 * console.log(revocations.size); // 1
 * ```
 *
 * @throws TypeError `configuration_invalid`, also of `add` and `replace`: an entry names nothing or several things, an
 * identifier is not in canonical form, or the list is full. Nothing is ever pushed out before its time.
 */
export function createRevocationList(options: RevocationListOptions = {}): RevocationList {
  refuseUnknownOptions(options, ["maxEntries", "runtime"], "createRevocationList");
  const maxEntries = limitOf(options.maxEntries, 100_000, "maxEntries", 2 ** 24, 1);
  const runtime = runtimeOf(options);
  /** Until when, by what was revoked. */
  let entries = new Map<string, number>();
  let nextSweep = 1024;

  /** Clears away what is over whenever the list has doubled: constant work for each entry. */
  function sweep(list: Map<string, number>): void {
    if (list.size < Math.min(nextSweep, maxEntries)) return;
    const now = runtime.now();
    for (const [key, until] of list) if (isOver(until, now)) list.delete(key);
    nextSweep = Math.max(1024, list.size * 2);
  }

  function insert(list: Map<string, number>, { key, until }: Entry): void {
    const known = list.get(key);
    if (known === undefined) {
      sweep(list);
      if (list.size >= maxEntries) throw configurationInvalid("revocation list: full");
    }
    list.set(key, Math.max(known ?? until, until));
  }

  function holds(key: string): boolean {
    const until = entries.get(key);
    return until !== undefined && !isOver(until, runtime.now());
  }

  return Object.freeze({
    add: (revocation: Revocation) => insert(entries, entryOf(revocation)),
    remove: (revocation: Revocation) => void entries.delete(entryOf(revocation).key),
    replace(revocations: readonly Revocation[]) {
      if (!Array.isArray(revocations)) throw configurationInvalid("revocation list: an array of entries");
      const list = new Map<string, number>();
      for (const revocation of revocations) insert(list, entryOf(revocation));
      entries = list;
    },
    get size() {
      return entries.size;
    },
    isRevoked({ id, tokenId, confirmation }: VerifiedWit) {
      return (
        holds(subjectKey(id.uri)) ||
        holds(thumbprintKey(confirmation.thumbprint)) ||
        (tokenId !== undefined && holds(tokenKey(id.origin, tokenId)))
      );
    },
  });
}

/** A clock without a value never ends a revocation. */
function isOver(until: number, now: number): boolean {
  return now >= until + LONGEST_CLOCK_TOLERANCE;
}

interface Entry {
  readonly key: string;
  readonly until: number;
}

// An origin has no space, so that no two pairs read the same.
const tokenKey = (origin: string, tokenId: string): string => `jti ${origin} ${tokenId}`;
const subjectKey = (subject: string): string => `sub ${subject}`;
const thumbprintKey = (thumbprint: string): string => `key ${thumbprint}`;

function entryOf(revocation: Revocation): Entry {
  if (typeof revocation !== "object" || revocation === null) throw configurationInvalid("revocation: an object");
  const { until = Number.POSITIVE_INFINITY } = revocation;
  // A time that is no number would never match, or always.
  if (typeof until !== "number" || Number.isNaN(until)) throw configurationInvalid("revocation: until is a number");
  return { key: keyOf(revocation), until };
}

function keyOf(revocation: Revocation): string {
  const named = KINDS.filter((kind) => Object.hasOwn(revocation, kind));
  if (named.length !== 1) throw configurationInvalid("revocation: one of tokenId, subject and keyThumbprint");
  // What is misspelt would match no WIT, and nobody would notice.
  if ("tokenId" in revocation) {
    refuseUnknownOptions(revocation, ["tokenId", "origin", "until"], "revocation");
    const { tokenId, origin } = revocation;
    if (typeof tokenId !== "string") throw configurationInvalid("revocation: tokenId is a string");
    return tokenKey(parseOrigin(origin).origin, tokenId);
  }
  if ("subject" in revocation) {
    refuseUnknownOptions(revocation, ["subject", "until"], "revocation");
    return subjectKey(identifierIn(revocation.subject));
  }
  refuseUnknownOptions(revocation, ["keyThumbprint", "until"], "revocation");
  const { keyThumbprint } = revocation;
  if (typeof keyThumbprint !== "string" || !THUMBPRINT.test(keyThumbprint)) {
    throw configurationInvalid("revocation: keyThumbprint is the base64url of 32 bytes");
  }
  return thumbprintKey(keyThumbprint);
}

function identifierIn(subject: unknown): string {
  try {
    return parseWorkloadIdentifier(subject as string).uri;
  } catch {
    throw configurationInvalid("revocation: subject is a Workload Identifier");
  }
}
