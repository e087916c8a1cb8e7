import type { WimseErrorCode } from "../base/errors.js";
import type { RequestTarget } from "./audience.js";
import type { Proof } from "./authenticated.js";

/** One decision about a request, fit for a log: it holds no token (WPT-3.1.5.01), no signature and no key. */
export interface AuditEvent {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly outcome: "accepted" | "rejected";
  /** What was asked for, as the sender wrote it. */
  readonly target: RequestTarget;
  /** The sender, as soon as its WIT was verified; on a rejection its possession of the key may be unproven. */
  readonly workload?: string;
  /** On acceptance. */
  readonly proof?: Proof;
  /** On rejection. */
  readonly code?: WimseErrorCode;
  /** On rejection: the requirement that was violated. */
  readonly requirement?: string;
}

/** Receives every decision, in order. It must not throw and is not waited for; what it throws is dropped. */
export type AuditSink = (event: AuditEvent) => void;
