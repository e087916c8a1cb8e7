import { WimseError, type WimseErrorCode } from "../base/errors.js";
import { REQUEST_SIGNATURE_WANTED } from "../httpsig/profile.js";
import type { AcceptedProofs } from "./policy.js";

/** An HTTP answer to a request that was refused. */
export interface Problem {
  readonly status: number;
  readonly headers: [name: string, value: string][];
  /** `application/problem+json` (RFC 9457). */
  readonly body: string;
}

const STATUS: Partial<Record<WimseErrorCode, number>> = {
  proof_missing: 401,
  proof_not_accepted: 401,
  wit_revoked: 403,
  workload_not_authorized: 403,
  request_too_large: 431,
  body_too_large: 413,
  response_signature_unavailable: 501,
  response_malformed: 502, // of another service that was asked
  response_signature_required: 502,
  response_workload_unexpected: 502,
  response_encoding_unsupported: 502,
  credential_expired: 503, // of the service, which cannot sign its response
  credential_unavailable: 503,
  trust_keys_unavailable: 503,
  trust_bundle_malformed: 503,
  replay_store_unavailable: 503,
};

/** The HTTP status for a code: 401 for what the challenge `WPT` can mend, 400 for the rest that a sender did wrong. */
export function statusOf(code: WimseErrorCode): number {
  // WPT-2.1.01; CREDS-5.2.01, CREDS-5.2.02, WPT-2.1.04: errors of the WIT are none of the WPT
  return STATUS[code] ?? (code.startsWith("wpt_") ? 401 : 400);
}

/** The status of an answer by this policy: where no WPT is accepted, there is no challenge to go with a 401. */
export function statusFor(error: WimseError, accepted: AcceptedProofs): number {
  const status = error.status ?? statusOf(error.code);
  return status === 401 && !accepted.wpt ? 400 : status; // HSIG-3.6.01, HSIG-3.6.02
}

/**
 * What a peer is told: a stable type and a fixed title for the code. Which keys, audiences or limits there are stays
 * inside; an error that is not one of ours becomes a plain 500.
 */
export function problemOf(error: unknown, accepted: AcceptedProofs): Problem {
  const known = error instanceof WimseError;
  const status = known ? statusFor(error, accepted) : 500;
  const headers: [string, string][] = [
    ["Content-Type", "application/problem+json"],
    ["Cache-Control", "no-store"],
  ];
  if (status === 401) headers.push(["WWW-Authenticate", "WPT"]); // WPT-2.1.02, WPT-2.1.03
  if (known && accepted.httpSignature && wantsSignature(error.code)) {
    headers.push(["Accept-Signature", REQUEST_SIGNATURE_WANTED]); // HSIG-3.5.10
  }
  const type = known ? `urn:wimse:problem:${error.code}` : "about:blank";
  const title = known ? titleOf(error.code) : "Internal Server Error";
  return { status, headers, body: JSON.stringify({ type, title, status }) }; // WPT-2.1.05
}

/** Whether a signature, or one that covers what it should, could mend the request. */
function wantsSignature(code: WimseErrorCode): boolean {
  return code === "wit_missing" || code.startsWith("proof_") || code.startsWith("signature_");
}

/** A fixed title: what an error says beside its code is not for peers. */
export function titleOf(code: WimseErrorCode): string {
  const words = code.replaceAll("_", " ").replace(/^(wit|wpt)\b/, (noun) => noun.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
