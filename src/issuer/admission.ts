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

/** Counts the requests of one kind. */
export class Counter {
  readonly #limits: AdmissionLimits;
  #free: number;
  #at: number;
  #running = 0;

  constructor(limits: AdmissionLimits, now: number) {
    this.#limits = limits;
    this.#free = limits.burst;
    this.#at = now;
  }

  /** Whether it is as if it were new. */
  isIdle(now: number): boolean {
    this.#refill(now);
    return this.#running === 0 && this.#free === this.#limits.burst;
  }

  async run<T>(now: number, run: () => Promise<T>): Promise<T> {
    this.#refill(now);
    if (this.#free < 1 || this.#running >= this.#limits.burst) {
      throw new WimseError("enrolment_overloaded", "There are more requests than the server handles");
    }
    this.#free--;
    this.#running++;
    try {
      return await run();
    } finally {
      this.#running--;
    }
  }

  #refill(now: number): void {
    this.#free = Math.min(this.#limits.burst, this.#free + Math.max(0, now - this.#at) * this.#limits.perSecond);
    this.#at = now;
  }
}

/**
 * Lets through as many requests as the limits say.
 *
 * @returns what runs a request
 */
export function admission(limits: AdmissionLimits, runtime: Runtime): Admission {
  const counter = new Counter(limits, runtime.now());
  return (run) => counter.run(runtime.now(), run);
}

/**
 * Lets through as many requests of each subject as the limits say. Only for subjects that are known to be who they say,
 * since each takes memory while it is busy.
 *
 * @param counters where they are counted, those that asked last at the end
 */
export function admissionBySubject(
  limits: AdmissionLimits,
  runtime: Runtime,
  counters: Map<string, Counter> = new Map(),
): (subject: string) => Admission {
  return (subject) => (run) => {
    const now = runtime.now();
    const counter = counters.get(subject) ?? new Counter(limits, now);
    for (const [name, other] of counters) {
      if (!other.isIdle(now)) break;
      counters.delete(name);
    }
    counters.delete(subject);
    counters.set(subject, counter);
    return counter.run(now, run);
  };
}
