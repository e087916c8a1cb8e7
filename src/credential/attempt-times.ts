import type { Runtime } from "../base/runtime.js";

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

/** A number from 0 up to 1, so that many workloads that started together do not renew together. */
export function jitter(runtime: Runtime): number {
  const [a = 0, b = 0] = runtime.randomBytes(2);
  return (a * 256 + b) / 65536;
}

/**
 * Seconds from now to the renewal of what is good for another `remaining` seconds: between one half and two thirds of
 * them, which leaves at least a third for attempts that fail.
 */
export function renewalDelay(remaining: number, runtime: Runtime): number {
  return Math.max(SHORTEST, remaining * (1 / 2 + jitter(runtime) / 6));
}

/** How attempts that fail are spaced. */
export interface BackOff {
  /** Seconds after the first failure; twice as long after each further one. */
  readonly retryDelay: number;
  /** Longest wait, seconds. */
  readonly maxRetryDelay: number;
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
  return hurried * (1 / 2 + jitter(runtime) / 2);
}

/**
 * Seconds from now after which a server that renews by itself is late: between three quarters and seven eighths of what is
 * left. It has been asked nothing until then.
 */
export function overdueDelay(remaining: number, { retryDelay, maxRetryDelay }: BackOff, runtime: Runtime): number {
  if (!(remaining > 0)) return maxRetryDelay;
  return Math.max(retryDelay, remaining * (3 / 4 + jitter(runtime) / 8));
}
