import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { clockToleranceOf, limitOf } from "../base/limits.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { checkTokenSize } from "../crypto/jws.js";
import { trimOws } from "../http/message.js";
import { checkExpiration, checkNotBefore } from "../wit/times.js";
import { type VerifiedWit, verifiedWitFields } from "../wit/verified-wit.js";
import { bindableFieldsOf } from "./bound-tokens.js";
import { checkWpt } from "./check.js";
import type { VerifiedWpt } from "./verified-wpt.js";

/** Settings of {@link verifyWpt}. */
export interface VerifyWptOptions {
  /** Accepted audiences, from configuration, never from the request. Required, not empty. */
  readonly audience: readonly string[];
  /** The value of the request's one `Txn-Token` field, if it has one. */
  readonly txnToken?: string;
  /** Values of the fields that `understoodTokens` names, as far as the request has them once. */
  readonly otherTokens?: Readonly<Record<string, string>>;
  /** Names of the fields that `oth` may list. Default: none. */
  readonly understoodTokens?: readonly string[];
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /** How far ahead the proof may expire, seconds. Default 300, at most 86400. */
  readonly maxProofLifetime?: number;
  readonly runtime?: Runtime;
}

const OPTION_NAMES = [
  "audience",
  "txnToken",
  "otherTokens",
  "understoodTokens",
  "clockTolerance",
  "maxProofLifetime",
  "runtime",
];
const FIVE_MINUTES = 300;

/**
 * Verifies a Workload Proof Token against a verified WIT (draft-ietf-wimse-wpt-02 section 2). It makes no replay check;
 * a verifier made with `createVerifier` does.
 *
 * @example
 * ```ts
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore } from "wimse/trust";
 * import { verifyWit } from "wimse/wit";
 * import { signWpt, verifyWpt } from "wimse/wpt";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const credential = await issuer.credential("wimse://example.com/agent");
 * const audience = "https://tools.example.com/search";
 * const wpt = await signWpt({ audience }, credential);
 *
 * const trust = createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]);
 * const wit = await verifyWit(credential.wit, { trust });
 * const proof = await verifyWpt(wpt, wit, { audience: [audience] });
 * console.log(proof.audience); // https://tools.example.com/search
 * ```
 *
 * @throws WimseError with a `wpt_*` code; `wit_expired`, `wit_not_yet_valid` when the WIT's time is not now
 * @throws TypeError `configuration_invalid`; also when `wit` is not a `VerifiedWit`
 */
export async function verifyWpt(wpt: string, wit: VerifiedWit, options: VerifyWptOptions): Promise<VerifiedWpt> {
  if (typeof wpt !== "string") throw configurationInvalid("verifyWpt: the token is a string");
  refuseUnknownOptions(options, OPTION_NAMES, "verifyWpt");
  const { audience, txnToken } = options;
  if (!isNonEmptyArrayOfStrings(audience)) throw configurationInvalid("verifyWpt: audience is required");
  if (txnToken !== undefined && typeof txnToken !== "string") throw configurationInvalid("txnToken: a string");
  const rules = {
    understoodTokens: understoodTokensOf(options.understoodTokens),
    clockTolerance: clockToleranceOf(options.clockTolerance),
    maxProofLifetime: maxProofLifetimeOf(options.maxProofLifetime),
  };
  const context = {
    audience,
    txnToken: txnToken === undefined ? undefined : trimOws(txnToken),
    fields: Object.entries(options.otherTokens ?? {}),
  };
  if (context.fields.some(([, value]) => typeof value !== "string")) {
    throw configurationInvalid("otherTokens: values are strings");
  }
  const now = runtimeOf(options).now();
  // WPT-2.22: a WIT that was verified some time ago may have expired since
  const { expiresAt, notBefore } = verifiedWitFields(wit);
  checkExpiration(expiresAt, now, rules);
  checkNotBefore(notBefore, now, rules);
  checkTokenSize(wpt, "wpt");
  return checkWpt(wpt, wit, rules, context, now);
}

function isNonEmptyArrayOfStrings(values: readonly string[]): boolean {
  return Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "string");
}

/** The names of fields that `oth` may list, in lower case, checked. */
export function understoodTokensOf(names: readonly string[] = []): ReadonlySet<string> {
  return new Set(bindableFieldsOf(names, "understoodTokens"));
}

/** How far ahead a proof may expire, checked, or the default. */
export function maxProofLifetimeOf(value: number | undefined): number {
  return limitOf(value, FIVE_MINUTES, "maxProofLifetime", 86400, 1);
}
