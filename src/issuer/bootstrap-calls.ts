import { withDeadline } from "../base/deadline.js";
import { WimseError, type WimseErrorCode } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import { type BootstrapCheck, type BootstrapGrant, bootstrapRefused } from "./bootstrap.js";

/** Seconds that a bootstrap check or a policy may take: what waits without end keeps others out. */
export const DECISION_TIMEOUT = 10;

/** What a check may say beside "no". */
const SAID: ReadonlySet<WimseErrorCode> = new Set([
  "enrolment_denied",
  "enrolment_overloaded",
  "issuer_state_unavailable",
  "trust_keys_unavailable",
  "replay_store_unavailable",
]);

/** Whether what was shown passes the first look. */
export function isRecognized(check: BootstrapCheck, value: string): boolean {
  try {
    return check.recognizes === undefined || check.recognizes(value) === true;
  } catch {
    return false;
  }
}

/** What a check says of what was shown. */
export async function granted(
  check: BootstrapCheck,
  value: string,
  signal: AbortSignal,
  runtime: Runtime,
): Promise<BootstrapGrant> {
  const ask = (end: AbortSignal) => check.check(value, { signal: end });
  const grant = await inOwnWords(() => withDeadline(runtime, DECISION_TIMEOUT, signal, bootstrapRefused, ask));
  // A check speaks for itself: none makes a caller that a policy takes for a workload, or for another check's.
  if (grant?.caller?.type !== check.type || typeof grant.caller.name !== "string") throw bootstrapRefused();
  return grant;
}

/** Uses up what was shown. */
export async function claimGrant(grant: BootstrapGrant): Promise<void> {
  if (grant.claim === undefined) return;
  if ((await inOwnWords(async () => grant.claim?.())) !== true) throw bootstrapRefused();
}

/** Takes that back. */
export async function releaseGrant(grant: BootstrapGrant): Promise<void> {
  try {
    await grant.release?.();
  } catch {
    // then the secret stays used up; why there is no WIT is what has to be told
  }
}

/** What a check returns, or its refusal without its text: a check of the caller's own may quote secrets. */
async function inOwnWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WimseError && SAID.has(error.code)) {
      throw new WimseError(error.code, "What was shown cannot be judged, or not accepted");
    }
    throw bootstrapRefused();
  }
}
