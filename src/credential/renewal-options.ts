import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { limitOf } from "../base/limits.js";
import { type Awaitable, type Runtime, timedRuntimeOf } from "../base/runtime.js";
import { type BackOff, backOffOf } from "./attempt-times.js";
import type { WorkloadCredential } from "./credential.js";
import { expectedIdentifier, observerOf } from "./source-options.js";
import type { CredentialSourceState } from "./source-state.js";

/** What {@link RenewingSourceOptions.obtain} is given. */
export interface ObtainOptions {
  /** Aborted when the attempt has taken too long, and when the source is closed. */
  readonly signal: AbortSignal;
  /** The runtime of the source. */
  readonly runtime: Runtime;
  /** The credential that the source has, which may be over; return it when there is nothing newer. */
  readonly current: WorkloadCredential | undefined;
}

/** Settings that every source which renews has. */
export interface RenewalOptions {
  /** Whom the credential must stand for. Default: whomever the first one stands for. */
  readonly id?: string;
  /** Called after every attempt, and when the source is closed. What it throws is ignored. */
  readonly onChange?: (state: CredentialSourceState) => void;
  /** Clock, timers, and randomness for jitter. Default: the platform's. */
  readonly runtime?: Runtime;
}

/** Settings of `renewingSource`. */
export interface RenewingSourceOptions extends RenewalOptions {
  /** Gets a credential from wherever it comes. Never called again before its last promise is settled or timed out. */
  readonly obtain: (options: ObtainOptions) => Awaitable<WorkloadCredential>;
  /** Seconds that one attempt may take. Default 30. */
  readonly timeout?: number;
  /** Seconds to the next attempt after a failure; twice as long after each further one. Default 1. */
  readonly retryDelay?: number;
  /** Longest wait between failed attempts, seconds. Default 60. */
  readonly maxRetryDelay?: number;
  /** Longest wait between attempts that succeed, seconds. Default: none, the credential's lifetime decides. */
  readonly interval?: number;
}

/** {@link RenewingSourceOptions}, checked. */
export interface RenewalSettings extends Pick<RenewingSourceOptions, "obtain" | "onChange"> {
  readonly id: string | undefined;
  readonly timeout: number;
  readonly backOff: BackOff;
  readonly interval: number;
  readonly runtime: Runtime;
}

const OPTION_NAMES = [
  "obtain",
  "id",
  "timeout",
  "retryDelay",
  "maxRetryDelay",
  "interval",
  "onChange",
  "runtime",
] satisfies (keyof RenewingSourceOptions)[];

const YEAR = 365 * 86400;

/**
 * What the caller said of a source that renews, completed.
 *
 * @throws TypeError `configuration_invalid`
 */
export function renewalSettingsOf(options: RenewingSourceOptions): RenewalSettings {
  refuseUnknownOptions(options, OPTION_NAMES, "renewingSource");
  const { obtain } = options;
  if (typeof obtain !== "function") throw configurationInvalid("renewingSource: obtain is a function");
  const onChange = observerOf(options.onChange);
  return {
    obtain,
    runtime: timedRuntimeOf(options),
    timeout: limitOf(options.timeout, 30, "timeout", 3600, 0.001),
    backOff: backOffOf(options, 60),
    interval: limitOf(options.interval, YEAR, "interval", YEAR, 0.001),
    ...(onChange && { onChange }),
    id: expectedIdentifier(options.id, "id"),
  };
}
