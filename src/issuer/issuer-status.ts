import type { KeyRing } from "./key-ring.js";
import { type KeySchedule, type KeyStatus, rotationAt, statusOf } from "./key-schedule.js";
import type { KeyRecord } from "./state.js";

/** One key, as it may be shown. Times are seconds since the epoch. */
export interface IssuerKeyState {
  readonly kid: string;
  readonly algorithm: string;
  readonly status: KeyStatus;
  readonly publishedAt?: number;
  /** From when on it signs, at the earliest. */
  readonly activeFrom?: number;
  /** When it leaves the key set; left out while no other key has taken over. */
  readonly retireAt?: number;
}

/** The state of an issuer, as it may be shown. */
export interface IssuerStatus {
  readonly keys: readonly IssuerKeyState[];
  /** `spiffe_sequence` of what is published. */
  readonly sequence: number;
  /** When the next key is made; left out where nobody makes one by the clock. */
  readonly nextRotationAt?: number;
  /** What went wrong last, if it has not been mended since: fixed text. */
  readonly failure?: string;
}

export function keyStateOf(key: KeyRecord, keys: readonly KeyRecord[]): IssuerKeyState {
  const { kid, algorithm, publishedAt, activeFrom, retireAt } = key;
  return Object.freeze({
    kid,
    algorithm,
    status: statusOf(key, keys),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(activeFrom !== undefined && { activeFrom }),
    ...(retireAt !== undefined && { retireAt }),
  });
}

export function statusOfRing({ state, failure }: KeyRing, schedule: KeySchedule): IssuerStatus {
  const { keys, sequence } = state;
  const nextRotationAt = rotationAt(keys, schedule);
  return Object.freeze({
    keys: Object.freeze(keys.map((key) => keyStateOf(key, keys))),
    sequence,
    ...(Number.isFinite(nextRotationAt) && { nextRotationAt }),
    ...(failure !== undefined && { failure }),
  });
}
