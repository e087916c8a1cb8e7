import { withDeadline } from "../../base/deadline.js";
import type { Runtime } from "../../base/runtime.js";

/** Why keys could not be loaded: words of our own, so that a state can show them. */
export class LoadFailure extends Error {
  /** Such as `timed_out`, `unreachable`, `status_404`, `too_large`, `malformed`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The keys could not be loaded: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Loads for so many seconds at most, and no longer than until `signal` aborts.
 *
 * @throws LoadFailure `timed_out`; the reason of the signal
 */
export function withLoadDeadline<T>(
  load: (signal: AbortSignal) => Promise<T>,
  { runtime, seconds, signal }: { readonly runtime: Runtime; readonly seconds: number; readonly signal: AbortSignal },
): Promise<T> {
  return withDeadline(runtime, seconds, signal, () => new LoadFailure("timed_out"), load);
}
