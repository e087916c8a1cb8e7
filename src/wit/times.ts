import { WimseError } from "../base/errors.js";
import type { Trace } from "../base/trace.js";

/** How times are judged. */
export interface TimeRules {
  /** Seconds, applied to every comparison with the clock. */
  readonly clockTolerance: number;
  /** Longest accepted lifetime of a WIT, seconds. */
  readonly maxLifetime: number;
}

/** Refuses a WIT whose time is over: valid while `now < exp + tolerance`. */
export function checkExpiration(
  expiresAt: number,
  now: number,
  { clockTolerance }: Pick<TimeRules, "clockTolerance">,
  trace?: Trace,
): void {
  trace?.begin("wit.expiration", `exp ${expiresAt}, now ${seconds(now)}`);
  // CREDS-5.1.4.08, WITSVID-3.4.03
  if (!(now < expiresAt + clockTolerance)) throw new WimseError("wit_expired", "The WIT has expired", "CREDS-5.1.4.08");
}

/** Refuses a WIT before its time. */
export function checkNotBefore(
  notBefore: number | undefined,
  now: number,
  { clockTolerance }: Pick<TimeRules, "clockTolerance">,
  trace?: Trace,
): void {
  trace?.begin("wit.not_before", notBefore === undefined ? "no nbf" : `nbf ${notBefore}, now ${seconds(now)}`);
  // WITSVID-3.5.02
  if (notBefore !== undefined && !(now >= notBefore - clockTolerance)) {
    throw new WimseError("wit_not_yet_valid", "The WIT is not valid yet", "WITSVID-3.5.02");
  }
}

/** Refuses a WIT that lives longer than policy allows. */
export function checkLifetime(
  expiresAt: number,
  notBefore: number | undefined,
  now: number,
  { clockTolerance, maxLifetime }: TimeRules,
  trace?: Trace,
): void {
  const lifetime = expiresAt - Math.min(now, notBefore ?? now);
  trace?.begin("wit.lifetime", `${seconds(lifetime)} s, at most ${maxLifetime} s`);
  // CREDS-9.3.1.02, WITSVID-3.5.03
  if (lifetime > maxLifetime + clockTolerance) {
    throw new WimseError("wit_lifetime_too_long", "The WIT lives longer than is accepted", "CREDS-9.3.1.02");
  }
}

/** Seconds as a report shows them: to the millisecond. */
export function seconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
