import { WimseError } from "../base/errors.js";
import { isPending, type Runtime } from "../base/runtime.js";
import { domainOf, type TrustStore } from "../trust/store.js";
import { isStillTrusted } from "../wit/cache.js";
import { checkExpiration, type TimeRules } from "../wit/times.js";
import type { VerifiedWit } from "../wit/verified-wit.js";

/** What was verified before the content had arrived. */
export interface VerifiedHead {
  readonly wit: VerifiedWit;
  /** When the signature ends, seconds since the epoch; `undefined` where no signature covers content. */
  readonly signatureExpiresAt: number | undefined;
}

/** By what it is judged again. */
export interface StillValidRules {
  readonly trust: TrustStore;
  readonly witRules: TimeRules;
  readonly runtime: Runtime;
  readonly signal: AbortSignal | undefined;
  /** Verifies the WIT anew, when its key or its trust domain is no longer what it was. */
  verifyAnew(): Promise<unknown>;
}

/**
 * Content may take its time to arrive: what was valid before may be over (HSIG-5.1.05), and the key of the WIT withdrawn
 * (CREDS-3.04).
 *
 * @throws WimseError `wit_expired`, `signature_expired`, and whatever stands against the WIT now
 */
export async function checkStillValid(
  { wit, signatureExpiresAt }: VerifiedHead,
  { trust, witRules, runtime, signal, verifyAnew }: StillValidRules,
): Promise<void> {
  const domain = domainOf(trust, wit.id.origin, signal);
  if (!isStillTrusted(wit, isPending(domain) ? await domain : domain)) await verifyAnew();
  const now = runtime.now();
  checkExpiration(wit.expiresAt, now, witRules);
  if (signatureExpiresAt !== undefined && !(now < signatureExpiresAt + witRules.clockTolerance)) {
    throw new WimseError("signature_expired", "The signature expired before the content had arrived", "HSIG-5.1.05");
  }
}
