/**
 * A directive of `Cache-Control` (RFC 9111 section 5.2): a token, perhaps with a token or a quoted string as its argument.
 * What is none is stepped over up to the next comma.
 */
const DIRECTIVE = /[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)(?:=("(?:[^"\\]|\\.)*"|[^\s",]*))?[ \t]*(?=,|$)|[^,]*)(?:,|$)/gy;

/**
 * Seconds for which a response is fresh by its own word (RFC 9111 section 4.2): `max-age`, less the `Age` that it has
 * reached in caches. 0 when it is not to be kept or the word cannot be understood; `undefined` when nothing is said.
 * `Expires` is not looked at: it would be judged by two clocks.
 */
export function freshnessOf(headers: Headers): number | undefined {
  const directives = headers.get("cache-control");
  const maxAge = directives === null ? undefined : maxAgeOf(directives);
  return maxAge === undefined ? undefined : Math.max(0, maxAge - ageOf(headers));
}

function maxAgeOf(directives: string): number | undefined {
  let least: number | undefined;
  for (const [, directive, argument = ""] of directives.matchAll(DIRECTIVE)) {
    const name = directive?.toLowerCase();
    if (name === "no-store" || name === "no-cache") return 0;
    if (name !== "max-age") continue;
    // RFC 9111 section 4.2.1: of several the safest; one that is no number is as good as none left
    const digits = /^(?:(\d+)|"(\d+)")$/.exec(argument);
    const seconds = digits === null ? 0 : Number(digits[1] ?? digits[2]);
    least = Math.min(least ?? seconds, seconds);
  }
  return least;
}

function ageOf(headers: Headers): number {
  const age = headers.get("age") ?? "";
  return /^\d+$/.test(age) ? Number(age) : 0;
}
