import type { WimseErrorCode } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";

/** One decision of an identity server, fit for a log: no token, no secret, no key. */
export interface EnrolmentEvent {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly operation: "enrol" | "renew";
  readonly outcome: "issued" | "refused";
  /** What was asked for, as soon as the proof of the key was verified. */
  readonly sub?: string;
  /** Who asked, as soon as somebody vouched for it. */
  readonly caller?: { readonly type: string; readonly name: string };
  /** RFC 7638 thumbprint of the workload's key, as soon as its proof was verified. */
  readonly thumbprint?: string;
  /** Of the WIT that was issued. */
  readonly tokenId?: string;
  /** Of the WIT that was issued: seconds since the epoch. */
  readonly expiresAt?: number;
  /** The issuer's key that signed it. */
  readonly kid?: string;
  /** On refusal; `unexpected` stands for an error that is not the library's. */
  readonly code?: WimseErrorCode | "unexpected";
}

/** Receives every decision. It must not throw and is not waited for; what it throws is dropped. */
export type EnrolmentAuditSink = (event: EnrolmentEvent) => void;

export function tellEnrolment(sink: EnrolmentAuditSink | undefined, event: EnrolmentEvent): void {
  try {
    dropRejection(sink?.(event)); // an async function passes for a sink too
  } catch {
    // by contract a sink does not throw; a decision that is made stands
  }
}
