const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** A duration in its largest unit that gives at least two of them: `59 minutes`, `90 seconds`, `36 hours`. */
export function durationInWords(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const [name, length] = UNITS.find(([, unit]) => whole >= 2 * unit) ?? ["second", 1];
  const count = Math.floor(whole / length);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** What a time claim says to someone who reads it at the time `now`; `undefined` for claims that are no times. */
export function timeInWords(claim: string, value: unknown, now: number): string | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const past = value <= now;
  const words = durationInWords(value - now);
  switch (claim) {
    case "exp":
      return past ? `expired ${words} ago` : `expires in ${words}`;
    case "nbf":
      return past ? `valid since ${words} ago` : `not valid for another ${words}`;
    case "iat":
      return past ? `issued ${words} ago` : `issued ${words} in the future`;
    default:
      return undefined;
  }
}

/** The latest time that a Date can hold, seconds since the epoch. */
const LAST_DATE = 8.64e12;

/** A time in ISO 8601; `undefined` when there is no such date. */
export function isoTime(seconds: number): string | undefined {
  return Math.abs(seconds) <= LAST_DATE
    ? new Date(Math.floor(seconds) * 1000).toISOString().replace(".000", "")
    : undefined;
}
