/**
 * Waits for a promise that others wait for too: an aborted `signal` ends this wait with its reason, and the promise goes
 * on.
 */
export function waitFor<T>(promise: PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = (): void => reject(signal?.reason);
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
    const settle =
      <V>(end: (value: V) => void) =>
      (value: V): void => {
        signal?.removeEventListener("abort", giveUp);
        end(value);
      };
    promise.then(settle(resolve), settle(reject)); // heard even when nobody waits any more
  });
}
