/**
 * Listens to a verification, check by check, in the order in which they are made. Verification code calls
 * `trace?.begin(…)` before each check, so that nothing is computed when nobody listens; a check has passed when the
 * next one begins or the verification returns, and failed when it throws.
 */
export interface Trace {
  /** `detail` holds hashes, times and identifiers; never a token, a signature or a key. */
  begin(check: string, detail?: string): void;
}
