import { WimseError, type WimseErrorCode } from "../base/errors.js";
import { type FileProblem, FileUnreadable } from "../base/read-file.js";
import { dropRejection } from "../base/runtime.js";
import type { WorkloadCredential } from "./credential.js";

/**
 * Why a source has nothing newer: the code of a `WimseError`, or one of the words below, explained one by one in
 * `docs/credential-sources.md`. What a file system, a server or a library said is never repeated.
 */
export type CredentialSourceFailure =
  | WimseErrorCode
  | "failed"
  | "timed_out"
  | "identifier_changed"
  | FileProblem
  | "key_malformed"
  | "endpoint_unavailable"
  | "not_implemented"
  | "request_refused"
  | "message_malformed"
  | "resources_exhausted"
  | "stream_failed";

/** What {@link CredentialSourceState.status} says. */
export type CredentialSourceStatus = "idle" | "starting" | "ready" | "expired" | "unavailable" | "closed";

/** How a source is doing, for a health check or a metric. Holds neither token nor key. */
export interface CredentialSourceState {
  /**
   * `idle`: nobody has asked yet; `starting`: the first attempt is under way; `ready`: there is a credential to sign with;
   * `expired`: there was one; `unavailable`: there is none; `closed`.
   */
  readonly status: CredentialSourceStatus;
  /** Whom the credential stands for. */
  readonly identifier?: string;
  /** When the credential expires, seconds since the epoch. */
  readonly expiresAt?: number;
  /** When an attempt last succeeded. */
  readonly succeededAt?: number;
  /** When an attempt last failed. */
  readonly failedAt?: number;
  /** Why the last attempt failed; absent when it succeeded. */
  readonly failure?: CredentialSourceFailure;
  /** Failed attempts in a row. */
  readonly failures: number;
  /** When the next attempt is due; absent while one is under way, and where none will be made. */
  readonly nextAttemptAt?: number;
}

/** Thrown inside the library by what obtains a credential: a failure in our own words. */
export class SourceFailure extends Error {
  constructor(readonly failure: CredentialSourceFailure) {
    super(failure);
  }
}

/** The state of a credential that may or may not be there. */
export function statusOf(credential: WorkloadCredential | undefined, now: number): "ready" | "expired" | "unavailable" {
  if (credential === undefined) return "unavailable";
  return now < credential.expiresAt ? "ready" : "expired";
}

/** What a state says of a credential. */
export function describe(
  credential: WorkloadCredential | undefined,
): Pick<CredentialSourceState, "identifier" | "expiresAt"> {
  return credential === undefined ? {} : { identifier: credential.id.uri, expiresAt: credential.expiresAt };
}

/** What a failed attempt is called in a state. */
export function failureOf(error: unknown): CredentialSourceFailure {
  if (error instanceof SourceFailure) return error.failure;
  if (error instanceof FileUnreadable) return error.reason;
  return error instanceof WimseError ? error.code : "failed";
}

/** Tells an observer of the caller's own, whose failures are none of the source's business. */
export function tell<S>(observer: ((state: S) => void) | undefined, state: S): void {
  try {
    dropRejection(observer?.(state));
  } catch {
    // nothing depends on it
  }
}
