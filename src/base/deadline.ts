import { dropRejection, type Runtime } from "./runtime.js";

/**
 * Runs what waits for somebody else, for so many seconds at most. What it runs is given a signal to stop by; when it does
 * not stop, it is not waited for any longer.
 *
 * @param signal gives up earlier, with its reason
 * @param late the error for the end of the time
 */
export async function withDeadline<T>(
  runtime: Runtime,
  seconds: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  run: (signal: AbortSignal) => PromiseLike<T> | T,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  let stop: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (reason) => {
      reject(reason);
      controller.abort(reason);
    };
  });
  dropRejection(stopped);
  const giveUp = (): void => stop(signal?.reason);
  signal?.addEventListener("abort", giveUp, { once: true });
  const timer = runtime.schedule(runtime.now() + seconds, () => stop(late()));
  try {
    const running = Promise.resolve(run(controller.signal));
    dropRejection(running); // it may fail when nobody waits for it any more
    return await Promise.race([running, stopped]);
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", giveUp);
  }
}
