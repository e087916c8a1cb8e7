import type { WimseError, WimseErrorCode } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";
import { shortened } from "../base/shortened.js";
import { type HttpRequestView, pathOf } from "../http/message.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import type { RequestTarget } from "./audience.js";
import type { AuthenticatedRequest, Proof } from "./authenticated.js";

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

/** Tells of a request that was let in. */
export function auditAccepted(sink: AuditSink, at: number, view: HttpRequestView, request: AuthenticatedRequest): void {
  const { workload } = request;
  const { id, audience } = request.proof;
  const proof = { ...request.proof, id: shortened(id), audience: shortened(audience) };
  tell(sink, { at, outcome: "accepted", target: targetOf(view), workload: workload.id.uri, proof });
}

/** Tells of a request that was refused. */
export function auditRejected(
  sink: AuditSink,
  at: number,
  view: HttpRequestView,
  { code, requirement }: WimseError,
  wit: VerifiedWit | undefined,
): void {
  const workload = wit && { workload: wit.id.uri };
  tell(sink, {
    at,
    outcome: "rejected",
    target: targetOf(view),
    ...workload,
    code,
    ...(requirement && { requirement }),
  });
}

function tell(sink: AuditSink, event: AuditEvent): void {
  try {
    dropRejection(sink(event)); // an async function passes for a sink too
  } catch {
    // by contract a sink does not throw; a decision that is made stands
  }
}

function targetOf(view: HttpRequestView): RequestTarget {
  try {
    return { method: view.method, path: pathOf(view) };
  } catch {
    return { method: view.method, path: "" }; // the target itself was refused
  }
}
