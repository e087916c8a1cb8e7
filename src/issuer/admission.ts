import { WimseError } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";

/** How much a server does, at the most. */
export interface AdmissionLimits {
  /** Requests per second, over time. */
  readonly perSecond: number;
  /** Requests at once, before the rate counts, and under way at a time. */
  readonly burst: number;
}

/** Runs a request, or refuses it. */
export type Admission = <T>(run: () => Promise<T>) => Promise<T>;

/**
 * Lets through as many requests as the limits say.
 *
 * @returns what runs a request
 */
export function admission({ perSecond, burst }: AdmissionLimits, runtime: Runtime): Admission {
  let free = burst;
  let at = runtime.now();
  let running = 0;
  return async (run) => {
    const now = runtime.now();
    free = Math.min(burst, free + Math.max(0, now - at) * perSecond);
    at = now;
    if (free < 1 || running >= burst) {
      throw new WimseError("enrolment_overloaded", "There are more requests than the server handles");
    }
    free--;
    running++;
    try {
      return await run();
    } finally {
      running--;
    }
  };
}
