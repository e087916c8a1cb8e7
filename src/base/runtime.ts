import { configurationInvalid } from "./errors.js";

/** The only clock, randomness and timers that the library uses. Replace it in tests. */
export interface Runtime {
  /** Seconds since the epoch; may have a fraction. */
  now(): number;
  /** `length` cryptographically strong random bytes. */
  randomBytes(length: number): Uint8Array;
  /** Runs `run` once at the time `at` (seconds since the epoch), without holding the process open. */
  schedule(at: number, run: () => void): { cancel(): void };
}

/** A value, or a promise of it: what a port may return when it needs no waiting. */
export type Awaitable<T> = T | PromiseLike<T>;

/** Whether a port chose to wait. What is there already is used at once: every `async` frame costs time and memory. */
export function isPending<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === "function";
}

/** Takes note that a promise may reject, where nobody waits for it: an unhandled rejection would end the process. */
export function dropRejection(value: unknown): void {
  if (isPending(value)) value.then(undefined, () => undefined);
}

/** Resolves when everything else that is due has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** `setTimeout` fires at once above this many milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The runtime of the platform: its clock, its random number generator, its timers. */
export const systemRuntime: Runtime = Object.freeze({
  now: () => Date.now() / 1000,
  randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  schedule(at: number, run: () => void) {
    let timer: ReturnType<typeof setTimeout>;
    const arm = (): void => {
      const delay = Math.max(0, at * 1000 - Date.now());
      timer = setTimeout(() => (delay > LONGEST_TIMEOUT ? arm() : run()), Math.min(delay, LONGEST_TIMEOUT));
      // Node keeps a process alive for a pending timer unless it is told not to; browsers return a number.
      (timer as { unref?: () => void }).unref?.();
    };
    arm();
    return { cancel: () => clearTimeout(timer) };
  },
});

/** The runtime that the caller gave, checked, or that of the platform. */
export function runtimeOf(options: { readonly runtime?: Runtime | undefined } | undefined): Runtime {
  const runtime = options?.runtime;
  if (runtime === undefined) return systemRuntime;
  if (typeof runtime?.now !== "function" || typeof runtime.randomBytes !== "function") {
    throw configurationInvalid("runtime: now and randomBytes must be functions");
  }
  return runtime;
}

/** {@link runtimeOf} for what sets timers too. */
export function timedRuntimeOf(options: { readonly runtime?: Runtime | undefined }): Runtime {
  const runtime = runtimeOf(options);
  if (typeof runtime.schedule !== "function") throw configurationInvalid("runtime: schedule must be a function");
  return runtime;
}

/** A random number from 0 up to 1, so that many who started together do not go on together. */
export function drawFraction(runtime: Runtime): number {
  const [high = 0, low = 0] = runtime.randomBytes(2);
  return (high * 256 + low) / 65536;
}
