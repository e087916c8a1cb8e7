import { WimseError } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { Trace } from "../base/trace.js";
import { isNumericDate } from "../wit/claims.js";

/** Each claim with what is violated when its type is another; `iat` is one of RFC 7519, which makes it a JWT or not. */
const NUMBERS = [
  ["exp", "WPT-2.29"],
  ["nbf", "WPT-3.1.2.02"],
  ["iat", "WPT-2.24"],
] as const;
const LONE_SURROGATE = /\p{Surrogate}/u;
const STRINGS = [
  ["jti", "WPT-2.12"],
  ["wth", "WPT-2.14"],
  ["tth", "WPT-2.33"],
] as const;

/** Checks the types of the claims that a WPT may have. Claims that are not known are left alone (WPT-2.3.04). */
export function checkClaimTypes(claims: JsonObject, trace?: Trace): void {
  trace?.begin("wpt.claim_types");
  for (const [name, requirement] of NUMBERS) {
    const value = claims[name];
    if (value !== undefined && !isNumericDate(value)) throw claimInvalid("A time is not a number", requirement);
  }
  for (const [name, requirement] of STRINGS) {
    const value = claims[name];
    if (value !== undefined && typeof value !== "string") throw claimInvalid("A claim is not a string", requirement);
  }
  const { jti } = claims as { jti?: string };
  // Two lone surrogates are different strings and the same bytes: such an id is not unique once it is hashed.
  if (jti === "" || (jti !== undefined && LONE_SURROGATE.test(jti))) {
    throw claimInvalid("jti is empty, or no text", "WPT-2.12");
  }
  const { aud, oth } = claims;
  // WPT-2.08: one recipient, given as a string or as an array of one
  if (aud !== undefined && typeof aud !== "string" && !isArrayOfOneString(aud)) {
    throw claimInvalid("aud is not one string", "WPT-2.08");
  }
  // WPT-2.18: the older form, one string, cannot be understood
  if (oth !== undefined && !(isJsonObject(oth) && Object.values(oth).every((hash) => typeof hash === "string"))) {
    throw claimInvalid("oth is not an object of hashes", "WPT-2.18");
  }
}

function isArrayOfOneString(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === "string";
}

/** The audience as it was sent; its type was checked. */
export function audienceOf({ aud }: JsonObject): string | undefined {
  return (Array.isArray(aud) ? aud[0] : aud) as string | undefined;
}

/** A URI without query and fragment, which do not count when audiences are compared (WPT-2.28). */
export function withoutQueryAndFragment(uri: string): string {
  const fragment = uri.indexOf("#");
  const absolute = fragment === -1 ? uri : uri.slice(0, fragment);
  const query = absolute.indexOf("?");
  return query === -1 ? absolute : absolute.slice(0, query);
}

function claimInvalid(message: string, requirement: string): WimseError {
  return new WimseError("wpt_claim_invalid", message, requirement);
}
