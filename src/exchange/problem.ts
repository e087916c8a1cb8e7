import { WimseError, type WimseErrorCode } from "../base/errors.js";

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
  trust_keys_unavailable: 503,
  replay_store_unavailable: 503,
};

/** The HTTP status for a code: 401 for what the challenge `WPT` can mend, 400 for the rest that a sender did wrong. */
export function statusOf(code: WimseErrorCode): number {
  // WPT-2.1.01; CREDS-5.2.01, CREDS-5.2.02, WPT-2.1.04: errors of the WIT are none of the WPT
  return STATUS[code] ?? (code.startsWith("wpt_") ? 401 : 400);
}

/**
 * What a peer is told: a stable type and a fixed title for the code. Which keys, audiences or limits there are stays
 * inside; an error that is not one of ours becomes a plain 500.
 */
export function problemOf(error: unknown): Problem {
  const known = error instanceof WimseError;
  const status = known ? (error.status ?? statusOf(error.code)) : 500;
  const headers: [string, string][] = [
    ["Content-Type", "application/problem+json"],
    ["Cache-Control", "no-store"],
  ];
  if (status === 401) headers.push(["WWW-Authenticate", "WPT"]); // WPT-2.1.02, WPT-2.1.03
  const type = known ? `urn:wimse:problem:${error.code}` : "about:blank";
  const title = known ? titleOf(error.code) : "Internal Server Error";
  return { status, headers, body: JSON.stringify({ type, title, status }) }; // WPT-2.1.05
}

function titleOf(code: WimseErrorCode): string {
  const words = code.replaceAll("_", " ").replace(/^(wit|wpt)\b/, (noun) => noun.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
