import { configurationInvalid } from "./errors.js";

/** Seconds of clock difference that are forgiven by default. */
export const DEFAULT_CLOCK_TOLERANCE = 5;

/** A number of seconds (or bytes) that the caller gave, checked, or the default. */
export function limitOf(value: number | undefined, fallback: number, name: string, most: number, least = 0): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw configurationInvalid(`${name}: a number from ${least} to ${most}`);
  }
  return value;
}

/** The clock tolerance that the caller gave, at most 120 seconds, or the default. */
export function clockToleranceOf(value: number | undefined): number {
  return limitOf(value, DEFAULT_CLOCK_TOLERANCE, "clockTolerance", 120); // WITSVID-3.4.04
}
