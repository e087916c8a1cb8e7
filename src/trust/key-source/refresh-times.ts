import { configurationInvalid } from "../../base/errors.js";
import { limitOf } from "../../base/limits.js";

/** When keys are loaded, and how long those at hand may be used. All times in seconds. */
export interface RefreshOptions {
  /** How long keys are fresh where whoever publishes them does not say. Default 300, from 1 to 604800 (a week). */
  readonly refreshInterval?: number;
  /** The least that the publisher's word is taken for. Default 30, or `refreshInterval` if that is less. */
  readonly minRefreshInterval?: number;
  /** The most that the publisher's word is taken for. Default 3600, or `refreshInterval` if that is more. */
  readonly maxRefreshInterval?: number;
  /**
   * How long after the beginning of a load an unknown `kid`, or the want of any keys, may not cause another one; and the
   * least time until the next attempt after a failure. Default 10, from 0 to 3600.
   */
  readonly cooldown?: number;
  /**
   * How long keys that are no longer fresh may still be used while every attempt to load them fails. For so long a key that
   * was withdrawn can stay in use when somebody keeps the new set away. Default 21600 (6 hours), from 0 to 2592000.
   */
  readonly maxStale?: number;
  /** How long a load may take, from the beginning to the last byte. Default 5, from 0.1 to 120. */
  readonly timeout?: number;
}

/** {@link RefreshOptions}, checked. */
export type RefreshTimes = Required<RefreshOptions>;

/** The names of {@link RefreshOptions}. */
export const REFRESH_OPTIONS: readonly (keyof RefreshOptions)[] = [
  "refreshInterval",
  "minRefreshInterval",
  "maxRefreshInterval",
  "cooldown",
  "maxStale",
  "timeout",
];

const HOUR = 3600;
const WEEK = 168 * HOUR;
const MONTH = 720 * HOUR;

/**
 * What the caller said of times, completed.
 *
 * @throws TypeError `configuration_invalid`
 */
export function refreshTimesOf(options: RefreshOptions): RefreshTimes {
  const refreshInterval = limitOf(options.refreshInterval, 300, "refreshInterval", WEEK, 1);
  const least = Math.min(30, refreshInterval);
  const most = Math.max(HOUR, refreshInterval);
  const minRefreshInterval = limitOf(options.minRefreshInterval, least, "minRefreshInterval", WEEK, 1);
  const maxRefreshInterval = limitOf(options.maxRefreshInterval, most, "maxRefreshInterval", WEEK, 1);
  if (minRefreshInterval > maxRefreshInterval) {
    throw configurationInvalid("minRefreshInterval: no more than maxRefreshInterval");
  }
  return {
    refreshInterval,
    minRefreshInterval,
    maxRefreshInterval,
    cooldown: limitOf(options.cooldown, 10, "cooldown", HOUR),
    maxStale: limitOf(options.maxStale, 6 * HOUR, "maxStale", MONTH),
    timeout: limitOf(options.timeout, 5, "timeout", 120, 0.1),
  };
}

/** Seconds for which keys are fresh: the publisher's word within the bounds, or the interval. */
export function freshSeconds(freshFor: number | undefined, times: RefreshTimes): number {
  if (freshFor === undefined || Number.isNaN(freshFor)) return times.refreshInterval;
  return Math.min(times.maxRefreshInterval, Math.max(times.minRefreshInterval, freshFor));
}

/** Part of the time for which keys are fresh after which they are refreshed: from 70 to 90 in the hundred. */
export function refreshDelay(fresh: number, random: number): number {
  return fresh * (0.7 + 0.2 * random);
}

/** Seconds until the next attempt after failures: the cooldown, doubled each time, up to the refresh interval. */
export function retryDelay(failures: number, times: RefreshTimes, random: number): number {
  const first = Math.max(1, times.cooldown);
  const doubled = Math.min(first * 2 ** (failures - 1), Math.max(first, times.refreshInterval));
  return doubled * (1 + 0.25 * random);
}
