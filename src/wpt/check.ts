import { asciiBytes } from "../base/bytes.js";
import { WimseError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import { type Awaitable, isPending } from "../base/runtime.js";
import { shortened } from "../base/shortened.js";
import type { Trace } from "../base/trace.js";
import { checkCriticalHeaders, decodeClaims, decodeHeader, isMediaType, splitCompactJws } from "../crypto/jws.js";
import type { HeaderLine } from "../http/message.js";
import { seconds } from "../wit/times.js";
import { type VerifiedWit, type VerifiedWitFields, verifiedWitFields } from "../wit/verified-wit.js";
import { checkAccessToken } from "./access-token.js";
import { checkOtherTokens, checkTxnToken, shown } from "./bound-tokens.js";
import { audienceOf, checkClaimTypes, withoutQueryAndFragment } from "./claims.js";
import { sealVerifiedWpt, type VerifiedWpt, type VerifiedWptFields } from "./verified-wpt.js";

/** How every WPT is judged. */
export interface WptRules {
  /** Names of the fields that `oth` may list, in lower case. */
  readonly understoodTokens: ReadonlySet<string>;
  readonly clockTolerance: number;
  readonly maxProofLifetime: number;
}

/** What one WPT has to fit. */
export interface WptContext {
  readonly audience: readonly string[];
  readonly txnToken: string | undefined;
  /** In revision 01 the `Authorization` field, whose access token `ath` has to bind; later there is no such claim. */
  readonly authorization?: string | undefined;
  /** Whether the WPT is of revision 01. */
  readonly older?: boolean;
  /** The header lines among which the tokens of `oth` are found. */
  readonly fields: readonly HeaderLine[];
}

/** Verifies a WPT, everything that costs little before the signature. */
export function checkWpt(
  token: string,
  wit: VerifiedWit,
  rules: WptRules,
  context: WptContext,
  now: number,
  trace?: Trace,
): Awaitable<VerifiedWpt> {
  const witFields = verifiedWitFields(wit); // WPT-2.22: no WPT without a verified WIT
  const { confirmation, confirmationKey, hash } = witFields;
  const parts = splitCompactJws(token, "wpt", trace);
  // What is said of a header depends on its text and on the WIT alone, and senders repeat theirs.
  const header = parts.header === witFields.acceptedWptHeader && !trace ? undefined : decodeHeader(parts, "wpt", trace);
  const claims = decodeClaims(parts, "wpt", trace);
  if (header !== undefined) checkHeader(header, confirmation.algorithm, trace);
  checkClaimTypes(claims, trace);
  const expiresAt = checkTimes(claims, rules, now, trace);
  const tokenId = readTokenId(claims, trace);
  const audience = checkAudience(claims, context.audience, trace);
  checkWitHash(claims, hash, trace);
  if (context.older) checkAccessToken(claims, context.authorization, trace);
  checkTxnToken(claims, context.txnToken, trace);
  const otherTokens = checkOtherTokens(claims, rules.understoodTokens, context.fields, trace);

  trace?.begin("wpt.signature", confirmation.thumbprint);
  const proof = { tokenId, audience, expiresAt, txnToken: context.txnToken, otherTokens };
  const verified = confirmationKey.verify(asciiBytes(parts.signingInput), parts.signature);
  if (isPending(verified)) return verified.then((answer) => conclude(answer, witFields, parts.header, proof));
  return conclude(verified, witFields, parts.header, proof);
}

function conclude(verified: boolean, wit: VerifiedWitFields, header: string, proof: VerifiedWptFields): VerifiedWpt {
  // WPT-2.26, WITSVID-5.01
  if (!verified) throw new WimseError("wpt_signature_invalid", "The WPT was not signed with the WIT's key", "WPT-2.26");
  wit.acceptedWptHeader = header;
  return sealVerifiedWpt(proof);
}

function checkHeader(header: JsonObject, algorithm: string, trace?: Trace): void {
  trace?.begin("wpt.type");
  // WPT-2.07, WPT-2.27
  if (!isMediaType(header["typ"], "wpt+jwt")) {
    throw new WimseError("wpt_type_mismatch", "The typ header is not wpt+jwt", "WPT-2.27");
  }
  checkCriticalHeaders(header, "wpt", trace);
  trace?.begin("wpt.algorithm", algorithm);
  // WPT-2.25, WPT-2.05, WPT-2.06, CREDS-5.1.14: equal as strings, without aliases
  if (header["alg"] !== algorithm) {
    throw new WimseError("wpt_algorithm_mismatch", "The WPT's alg is not that of the WIT's key", "WPT-2.25");
  }
}

function checkTimes(claims: JsonObject, rules: WptRules, now: number, trace?: Trace): number {
  const { clockTolerance, maxProofLifetime } = rules;
  const { exp, nbf } = claims as { exp?: number; nbf?: number }; // types were checked
  trace?.begin("wpt.expiration", `exp ${exp ?? "missing"}, now ${seconds(now)}`);
  // WPT-2.10, WPT-2.29, CREDS-9.3.2.01
  if (exp === undefined) throw new WimseError("wpt_expiration_missing", "The WPT has no exp claim", "WPT-2.29");
  // WPT-2.29, WPT-3.1.2.02, CREDS-9.3.2.02
  if (!(now < exp + clockTolerance)) throw new WimseError("wpt_expired", "The WPT has expired", "WPT-2.29");
  trace?.begin("wpt.not_before", nbf === undefined ? "no nbf" : `nbf ${nbf}, now ${seconds(now)}`);
  // WPT-3.1.2.02
  if (nbf !== undefined && !(now >= nbf - clockTolerance)) {
    throw new WimseError("wpt_not_yet_valid", "The WPT is not valid yet", "WPT-3.1.2.02");
  }
  trace?.begin("wpt.lifetime", `${seconds(exp - now)} s left, at most ${maxProofLifetime} s`);
  // WPT-2.30, WPT-2.11
  if (exp - now > maxProofLifetime + clockTolerance) {
    throw new WimseError("wpt_lifetime_too_long", "The WPT lives longer than is accepted", "WPT-2.30");
  }
  return exp;
}

function readTokenId({ jti }: JsonObject, trace?: Trace): string {
  trace?.begin("wpt.token_id");
  // WPT-2.12, WPT-2.32
  if (jti === undefined) throw new WimseError("wpt_token_id_missing", "The WPT has no jti claim", "WPT-2.12");
  return jti as string;
}

function checkAudience(claims: JsonObject, accepted: readonly string[], trace?: Trace): string {
  const audience = audienceOf(claims);
  trace?.begin("wpt.audience", `${shortened(audience ?? "missing")}; accepted: ${accepted.join(", ")}`);
  // WPT-2.08, WPT-2.28, WPT-3.1.7.01, WITSVID-7.2.03: byte for byte, query and fragment left out
  const claimed = audience === undefined ? undefined : withoutQueryAndFragment(audience);
  if (audience === undefined || !accepted.some((value) => value === claimed)) {
    throw new WimseError("wpt_audience_mismatch", "The WPT is not for this recipient", "WPT-2.28");
  }
  return audience;
}

function checkWitHash({ wth }: JsonObject, hash: string, trace?: Trace): void {
  trace?.begin("wpt.wit_hash", `wth ${shown(wth)}, WIT ${hash}`);
  // WPT-2.31, WPT-2.14
  if (wth !== hash) throw new WimseError("wpt_wit_hash_mismatch", "The WPT was made for another WIT", "WPT-2.31");
}
