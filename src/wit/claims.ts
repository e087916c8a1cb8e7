import { WimseError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";

/** The claim `exp`, seconds since the epoch. */
export function readExpiration({ exp }: JsonObject): number {
  if (exp === undefined) {
    // CREDS-5.1.06, CREDS-9.3.1.01, WITSVID-3.4.01, WITSVID-3.4.02
    throw new WimseError("wit_expiration_missing", "The WIT has no exp claim", "CREDS-5.1.06");
  }
  if (!isNumericDate(exp)) throw claimInvalid("exp is not a number", "CREDS-5.1.06");
  return exp;
}

/** The claim `nbf`, seconds since the epoch, when there is one (WITSVID-3.5.01). */
export function readNotBefore({ nbf }: JsonObject): number | undefined {
  if (nbf !== undefined && !isNumericDate(nbf)) throw claimInvalid("nbf is not a number", "CREDS-5.1.4.01");
  return nbf;
}

/** Checks the types of the claims that are carried along: `iat`, `iss`, `jti`. Claims not known here are left alone. */
export function checkInformationalClaims({ iat, iss, jti }: JsonObject): void {
  if (iss !== undefined && typeof iss !== "string") throw claimInvalid("iss is not a string", "CREDS-5.1.04");
  if (jti !== undefined && typeof jti !== "string") throw claimInvalid("jti is not a string", "CREDS-5.1.07");
  // WITSVID-3.6.01, WITSVID-3.6.02: a number, and beyond that not looked at
  if (iat !== undefined && !isNumericDate(iat)) throw claimInvalid("iat is not a number", "CREDS-5.1.4.01");
}

/** Whether a value is a NumericDate (RFC 7519 section 2): a number that did not overflow. */
export function isNumericDate(value: unknown): value is number {
  return Number.isFinite(value);
}

function claimInvalid(what: string, requirement: string): WimseError {
  return new WimseError("wit_claim_invalid", `The WIT's claim ${what}`, requirement);
}
