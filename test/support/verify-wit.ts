import type { WimseErrorCode } from "../../src/base/errors.js";
import type { TrustDomainOptions } from "../../src/trust/trust-domain.js";
import type { VerifiedWit } from "../../src/wit/verified-wit.js";
import { type VerifyWitOptions, verifyWit } from "../../src/wit/verify.js";
import { clock, expectWimseError, makeTrust, makeWit, type WitChanges } from "./wit-fixtures.js";

const trust = makeTrust();

/** Verifies a token at the time of the fixtures, in the trust of the fixtures. */
export function verify(token: string, options: Partial<VerifyWitOptions> = {}): Promise<VerifiedWit> {
  return verifyWit(token, { trust, runtime: clock(), ...options });
}

/** Expects that a token, or the usual one with these changes, is refused, and that the error says nothing of it. */
export async function expectRefused(
  changes: WitChanges | string,
  code: WimseErrorCode,
  requirement?: string,
  domain?: Partial<TrustDomainOptions>,
): Promise<void> {
  const token = typeof changes === "string" ? changes : makeWit(changes);
  await expectWimseError(verify(token, domain && { trust: makeTrust(domain) }), code, requirement, token);
}
