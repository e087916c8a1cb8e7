import type { Runtime } from "../../base/runtime.js";
import { LoadFailure } from "./load-failure.js";

/**
 * Waits for `run` no longer than `seconds`, and no longer than until `signal` aborts, whatever `run` does. The signal that
 * `run` is given tells it to stop.
 *
 * @throws LoadFailure `timed_out`, `closed`
 */
export function withDeadline<T>(
  run: (signal: AbortSignal) => Promise<T>,
  { runtime, seconds, signal }: { readonly runtime: Runtime; readonly seconds: number; readonly signal: AbortSignal },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) return reject(new LoadFailure("closed"));
    const controller = new AbortController();
    const stop = (reason: string): void => {
      done();
      reject(new LoadFailure(reason));
      controller.abort();
    };
    const close = (): void => stop("closed");
    const timer = runtime.schedule(runtime.now() + seconds, () => stop("timed_out"));
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", close);
    };
    signal.addEventListener("abort", close, { once: true });
    // Through a promise, so that one that throws at once is no different.
    Promise.resolve(controller.signal).then(run).then(resolve, reject).finally(done);
  });
}

/**
 * Waits for a promise that others wait for too; an aborted signal ends this wait and nothing else.
 *
 * @throws what `aborted` makes
 */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal | undefined, aborted: () => Error): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) return Promise.reject(aborted());
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(aborted());
    signal.addEventListener("abort", abort, { once: true });
    const done = (): void => signal.removeEventListener("abort", abort); // a signal may outlive many requests
    promise.then(resolve, reject).finally(done);
  });
}
