import type { Awaitable, Runtime } from "./runtime.js";

/**
 * Runs what waits for somebody else, for so many seconds at most. What it runs is given a signal to stop by; when it does
 * not stop, it is not waited for any longer. It begins when the caller has gone on, and not at all if it was given up by
 * then.
 *
 * @param signal gives up earlier, with its reason
 * @param late the error for the end of the time
 */
export async function withDeadline<T>(
  runtime: Runtime,
  seconds: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  run: (signal: AbortSignal) => Awaitable<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = controller.signal;
  const timer = runtime.schedule(runtime.now() + seconds, () => controller.abort(late()));
  const giveUp = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", giveUp, { once: true });
  const begin = async (): Promise<T> => {
    await undefined;
    stop.throwIfAborted();
    return run(stop);
  };
  try {
    return await waitFor(begin(), stop); // which hears of the end before `run` does
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * Waits for a promise that others may wait for too: an aborted signal ends this wait, and the promise goes on.
 *
 * @param aborted the error for that; the reason of the signal unless it is given
 */
export function waitFor<T>(
  promise: PromiseLike<T>,
  signal: AbortSignal | undefined,
  aborted: () => unknown = () => signal?.reason,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = (): void => reject(aborted());
    const done = (): void => signal?.removeEventListener("abort", giveUp); // a signal may outlive many waits
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
    Promise.resolve(promise).then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error); // heard even when nobody waits any more
      },
    );
  });
}
