import type { JWK } from "jose";
import type { Runtime } from "../../../src/base/runtime.js";
import { type PublicJwk, readPublicJwk } from "../../../src/crypto/public-key.js";
import type { VerificationKey } from "../../../src/crypto/verifier.js";
import type { KeySource } from "../../../src/trust/key-source/key-source.js";
import { type RefreshOptions, refreshTimesOf } from "../../../src/trust/key-source/refresh-times.js";
import {
  type KeyDocument,
  type LoadOptions,
  type RefreshingKeySource,
  refreshingKeys,
} from "../../../src/trust/key-source/refreshing-keys.js";
import { algorithm } from "../../crypto/support.js";
import { clock, issuerKey, NOW, workloadKey } from "../../support/wit-fixtures.js";

const es256 = algorithm("ES256");

/** A clock that a test sets, with the timers that wait for it. */
export interface WatchedRuntime extends Runtime {
  /** Sets the clock, and runs what is due. */
  setTime(now: number): void;
  /** Sets the clock, and runs nothing: the machine slept, or timers stand still. */
  sleepUntil(now: number): void;
  /** When timers are due that were not cancelled and have not run. */
  readonly timers: number[];
}

/** A runtime that stands at {@link NOW}; each draw of randomness is the given byte, repeated. */
export function watchedRuntime(random = 0): WatchedRuntime {
  const inner = clock();
  const timers = new Set<{ readonly at: number }>();
  let shift = 0;
  return {
    now: () => inner.now() + shift,
    randomBytes: (length) => new Uint8Array(length).fill(random),
    schedule(at, run) {
      const timer = { at };
      timers.add(timer);
      const { cancel } = inner.schedule(at, () => timers.delete(timer) && run());
      return {
        cancel() {
          timers.delete(timer);
          cancel();
        },
      };
    },
    setTime(now) {
      shift = 0;
      inner.setTime(now);
    },
    sleepUntil(now) {
      shift = now - inner.now();
    },
    get timers() {
      return Array.from(timers, ({ at }) => at);
    },
  };
}

/** One load that a source has asked for. */
export interface AskedLoad extends LoadOptions<string> {
  answer(keys: readonly PublicJwk[] | "unchanged", more?: Partial<KeyDocument<string>>): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export interface ScriptedSource {
  readonly runtime: WatchedRuntime;
  readonly source: RefreshingKeySource;
  /** Every load so far, oldest first. */
  readonly loads: AskedLoad[];
  /** The load that was asked for last. */
  last(): AskedLoad;
}

/** A source whose loads the test answers. It has been started. */
export function scriptedSource(
  options: RefreshOptions & {
    readonly loadAtStart?: boolean;
    readonly retry?: "back-off" | "next-interval";
    readonly runtime?: WatchedRuntime;
  } = {},
): ScriptedSource {
  const { loadAtStart, retry, runtime = watchedRuntime(), ...times } = options;
  const loads: AskedLoad[] = [];
  const source = refreshingKeys<string>({
    times: refreshTimesOf(times),
    ...(loadAtStart !== undefined && { loadAtStart }),
    ...(retry !== undefined && { retry }),
    load: (told) =>
      new Promise((resolve, reject) => {
        loads.push({
          ...told,
          answer: (keys, more) => settledAfter(() => resolve({ keys, ...more })),
          fail: (error) => settledAfter(() => reject(error)),
        });
      }),
  });
  source.start(runtime);
  const last = (): AskedLoad => {
    const load = loads.at(-1);
    if (load === undefined) throw new Error("nothing was loaded");
    return load;
  };
  return { runtime, source, loads, last };
}

/** Everything that waits for nothing but promises has gone on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await undefined;
}

function settledAfter(act: () => void): Promise<void> {
  act();
  return settled();
}

/** A checked key of a JWK. */
export function checked(jwk: JWK): PublicJwk {
  const reading = readPublicJwk(jwk);
  if (reading.kind !== "usable") throw new Error(reading.reason);
  return reading.key;
}

/** Two different keys; each call makes new objects, as each load does. */
export const keyA = (): PublicJwk => checked({ ...issuerKey.publicJwk, kid: "a" });
export const keyB = (): PublicJwk => checked({ ...workloadKey.publicJwk, kid: "b" });

/** A source that has loaded key a at {@link NOW}. */
export async function loadedSource(options: Parameters<typeof scriptedSource>[0] = {}) {
  const scripted = scriptedSource(options);
  await settled();
  await scripted.last().answer([keyA()]);
  return scripted;
}

/** Looks a key up, for ES256. */
export async function select(source: KeySource, kid?: string, signal?: AbortSignal): Promise<VerificationKey> {
  return source.select(kid, es256, signal && { signal });
}

export { es256, NOW };
