import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { clockToleranceOf, limitOf } from "../base/limits.js";
import { type Awaitable, type Runtime, runtimeOf } from "../base/runtime.js";
import { checkTokenSize } from "../crypto/jws.js";
import type { TrustStore } from "../trust/store.js";
import { checkWit } from "./check.js";
import type { TimeRules } from "./times.js";
import type { VerifiedWit } from "./verified-wit.js";

/** Settings of {@link verifyWit}. */
export interface VerifyWitOptions {
  /** The trust domains and their keys. Required. */
  readonly trust: TrustStore;
  /** Seconds of clock difference forgiven for `exp` and `nbf`. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /** Longest accepted lifetime, seconds. Default 86400 (24 hours). */
  readonly maxLifetime?: number;
  /** Consulted last, on every call. Default: nothing is revoked. */
  readonly isRevoked?: RevocationCheck;
  readonly runtime?: Runtime;
  /** Aborts waiting for keys. */
  readonly signal?: AbortSignal;
}

/** Whether a WIT was revoked. Its answer is not cached; when it throws, the WIT is refused. */
export type RevocationCheck = (wit: VerifiedWit, options: { readonly signal?: AbortSignal }) => Awaitable<boolean>;

const OPTION_NAMES = ["trust", "clockTolerance", "maxLifetime", "isRevoked", "runtime", "signal"];
const DAY = 86400;

/**
 * Verifies a Workload Identity Token (WIMSE workload credentials section 5.1.4) with the keys of the trust domain in
 * its `sub`. A WIT is not a bearer token: whoever sent it must also prove possession of the key in it.
 *
 * @example
 * ```ts
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore } from "wimse/trust";
 * import { verifyWit } from "wimse/wit";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const { wit } = await issuer.credential("wimse://example.com/agent");
 * const trust = createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]);
 * const verified = await verifyWit(wit, { trust });
 * console.log(verified.id.uri); // wimse://example.com/agent
 * ```
 *
 * @throws WimseError with a `wit_*` code or `trust_keys_unavailable`
 * @throws TypeError `configuration_invalid`
 */
export async function verifyWit(wit: string, options: VerifyWitOptions): Promise<VerifiedWit> {
  if (typeof wit !== "string") throw configurationInvalid("verifyWit: the token is a string");
  refuseUnknownOptions(options, OPTION_NAMES, "verifyWit");
  const { trust, isRevoked, signal } = options;
  requireTrustStore(trust);
  const rules = timeRulesOf(options);
  const runtime = runtimeOf(options);
  checkTokenSize(wit, "wit");
  const verified = await checkWit(wit, trust, rules, runtime, { signal });
  await checkRevocation(verified, isRevoked, signal);
  return verified;
}

/** Refuses a policy without a trust store: it has no default. */
export function requireTrustStore(trust: TrustStore): void {
  if (typeof trust?.get !== "function") throw configurationInvalid("trust: a trust store is required");
}

/** The caller's time rules for WITs, checked. */
export function timeRulesOf(options: { clockTolerance?: number; maxLifetime?: number }): TimeRules {
  return {
    clockTolerance: clockToleranceOf(options.clockTolerance),
    maxLifetime: limitOf(options.maxLifetime, DAY, "maxLifetime", Number.MAX_SAFE_INTEGER, 1),
  };
}

/** Asks the caller's revocation check. One that fails refuses the WIT. */
export async function checkRevocation(
  wit: VerifiedWit,
  isRevoked: RevocationCheck | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (isRevoked === undefined) return;
  let revoked: boolean;
  try {
    revoked = await isRevoked(wit, signal ? { signal } : {});
  } catch {
    revoked = true; // fail closed; a foreign error may say anything and is not passed on
  }
  if (revoked !== false) throw new WimseError("wit_revoked", "The WIT was revoked, or its revocation is unknown");
}
