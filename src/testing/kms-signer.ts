import { generateKey, type Signer, type SignOptions } from "../crypto/signer.js";

/** A {@link Signer} that behaves like a key in a remote service, for tests. */
export interface KmsSigner extends Signer {
  /** How many signatures were asked for, those that failed or were given up included. */
  readonly requests: number;
  /** The next request fails with this error. */
  failNext(error: Error): void;
  /** Requests stay unanswered from now on, until {@link KmsSigner.resume} or their own signal ends them. */
  pause(): void;
  /** Answers what is waiting and what comes. */
  resume(): void;
}

/**
 * Makes a signer that stands for a key management service: its key is new and never visible, it answers asynchronously, it fails
 * on demand, and a request that waits can be given up through `options.signal`.
 *
 * @param algorithm JOSE name, default `ES256`.
 * @throws `configuration_invalid` when this runtime does not have the algorithm.
 */
export async function kmsSigner(algorithm?: string): Promise<KmsSigner> {
  const key = await generateKey(algorithm);
  let requests = 0;
  let failure: Error | undefined;
  let paused = false;
  let waiting: (() => void)[] = [];

  /** Resolves when the service answers; rejects with the signal's reason when that comes first. */
  function answer(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      if (paused) waiting.push(resolve);
      else resolve();
    });
  }

  return Object.freeze({
    algorithm: key.algorithm,
    publicJwk: key.publicJwk,
    get requests() {
      return requests;
    },
    async sign(data: Uint8Array, options?: SignOptions) {
      options?.signal?.throwIfAborted();
      requests++;
      const error = failure;
      failure = undefined;
      await answer(options?.signal);
      if (error) throw error;
      return key.sign(data);
    },
    failNext(error: Error) {
      failure = error;
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  });
}
