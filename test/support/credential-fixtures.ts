import { createCredential, type WorkloadCredential } from "../../src/credential/credential.js";
import type { CredentialSourceState } from "../../src/credential/source-state.js";
import { makeWit, NOW, SUBJECT, workloadKey } from "./wit-fixtures.js";

/** A credential of {@link SUBJECT}, or of another workload, that lives this many seconds from {@link NOW} on. */
export function credentialFor(lifetime: number, sub = SUBJECT): Promise<WorkloadCredential> {
  return createCredential(makeWit({ claims: { exp: NOW + lifetime, sub } }), workloadKey.privateJwk);
}

/** A promise and the functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>["resolve"] = () => {};
  let reject: Deferred<T>["reject"] = () => {};
  const promise = new Promise<T>((keep, refuse) => {
    resolve = keep;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

/** Things that happen one after another, each of which can be waited for, before or after it happened. */
export interface Events<T> {
  push(event: T): void;
  /** The next event that nobody has taken yet. */
  next(): Promise<T>;
  /** Events that nobody has taken. */
  readonly left: number;
}

export function events<T>(): Events<T> {
  const queue: T[] = [];
  const waiting: ((event: T) => void)[] = [];
  return {
    push(event) {
      const take = waiting.shift();
      if (take === undefined) queue.push(event);
      else take(event);
    },
    next: () => {
      if (queue.length > 0) return Promise.resolve(queue.shift() as T);
      return new Promise((resolve) => waiting.push(resolve));
    },
    get left() {
      return queue.length;
    },
  };
}

/** The states that a source tells of. */
export function stateEvents(): Events<CredentialSourceState> & { onChange(state: CredentialSourceState): void } {
  const all = events<CredentialSourceState>();
  return Object.assign(all, { onChange: (state: CredentialSourceState) => all.push(state) });
}
