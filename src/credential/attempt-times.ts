import { limitOf } from "../base/limits.js";
import { drawFraction, type Runtime } from "../base/runtime.js";

/** Shortest wait between two attempts, seconds, however short the credential's life. */
const SHORTEST = 0.25;

/** When to try again, and how long that was to be waited for: a longer wait than that means that the clock went back. */
export interface Appointment {
  readonly at: number;
  readonly delay: number;
}

/** A clock that is set back by less than this is taken for the small correction that it is, seconds. */
const CLOCK_STEP = 60;

/** Whether the time has come; also when the clock was set back, since then nobody knows what the old time meant. */
export function isDue({ at, delay }: Appointment, now: number): boolean {
  return now >= at || at - now > delay + CLOCK_STEP;
}

/**
 * Seconds from now to the renewal of what is good for another `remaining` seconds: between one half and two thirds of
 * them, which leaves at least a third for attempts that fail.
 */
export function renewalDelay(remaining: number, runtime: Runtime): number {
  return Math.max(SHORTEST, remaining * (1 / 2 + drawFraction(runtime) / 6));
}

/** How attempts that fail are spaced. */
export interface BackOff {
  /** Seconds after the first failure; twice as long after each further one. */
  readonly retryDelay: number;
  /** Longest wait, seconds. */
  readonly maxRetryDelay: number;
}

/**
 * The back-off that the caller gave, checked. Without it, the first wait is a second.
 *
 * @param longest the default for `maxRetryDelay`
 */
export function backOffOf(options: Partial<BackOff>, longest: number): BackOff {
  const retryDelay = limitOf(options.retryDelay, 1, "retryDelay", 3600, 0.001);
  const most = Math.max(longest, retryDelay);
  return { retryDelay, maxRetryDelay: limitOf(options.maxRetryDelay, most, "maxRetryDelay", 86400, retryDelay) };
}

/**
 * Seconds to the next attempt after `failures` failed ones. Half of the wait is random. As the end of what is there comes
 * near, no wait is longer than a third of what is left, nor shorter than after a first failure.
 */
export function retryDelayAfter(
  failures: number,
  { retryDelay, maxRetryDelay }: BackOff,
  remaining: number | undefined,
  runtime: Runtime,
): number {
  const full = Math.min(maxRetryDelay, retryDelay * 2 ** Math.min(failures - 1, 32));
  const hurried = remaining !== undefined && remaining > 0 ? Math.min(full, Math.max(retryDelay, remaining / 3)) : full;
  return hurried * (1 / 2 + drawFraction(runtime) / 2);
}

/**
 * Seconds from now after which a server that renews by itself is late: between three quarters and seven eighths of what is
 * left. It has been asked nothing until then.
 */
export function overdueDelay(remaining: number, { retryDelay, maxRetryDelay }: BackOff, runtime: Runtime): number {
  if (!(remaining > 0)) return maxRetryDelay;
  return Math.max(retryDelay, remaining * (3 / 4 + drawFraction(runtime) / 8));
}
