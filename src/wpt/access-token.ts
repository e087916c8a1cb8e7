import { WimseError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import type { Trace } from "../base/trace.js";
import { sha256Base64url } from "../crypto/digest.js";
import { shown } from "./bound-tokens.js";

// Revision 01 of the WPT had a field of its own, which left `Authorization` to an OAuth access token.

/** The schemes that carry an access token (RFC 6750, RFC 9449). */
const ACCESS_TOKEN = /^(?:bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The access token in an `Authorization` field; `undefined` when there is none in it. */
export function accessTokenIn(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : ACCESS_TOKEN.exec(authorization)?.[1];
}

/** Checks that `ath` is the hash of the access token, and that neither comes without the other. */
export function checkAccessToken({ ath }: JsonObject, authorization: string | undefined, trace?: Trace): void {
  const token = accessTokenIn(authorization);
  trace?.begin("wpt.access_token_hash", token === undefined ? "no access token" : `ath ${shown(ath)}`);
  if (token === undefined ? ath !== undefined : ath !== sha256Base64url(token)) {
    // WPT-2.34: of the other tokens, the one that had a claim of its own then
    throw new WimseError("wpt_access_token_hash_mismatch", "ath is not the hash of the access token", "WPT-2.34");
  }
}

/** The claim that binds an access token. */
export function accessTokenHashClaim(authorization: string | undefined): JsonObject {
  const token = accessTokenIn(authorization);
  return token === undefined ? {} : { ath: sha256Base64url(token) };
}
