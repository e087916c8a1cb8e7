import { calculateJwkThumbprint } from "jose";
import { WimseError } from "../base/errors.js";
import { deepFreeze, isJsonObject, type JsonObject } from "../base/json.js";
import type { Trace } from "../base/trace.js";
import { algorithmNamed } from "../crypto/algorithms.js";
import { type PublicJwk, readPublicJwk } from "../crypto/public-key.js";
import { importVerificationKey, type VerificationKey } from "../crypto/verifier.js";
import type { TrustDomain } from "../trust/trust-domain.js";
import type { Confirmation } from "./verified-wit.js";

/** Reads the key that a WIT is bound to: `cnf.jwk` with `alg` (RFC 7800 section 3.2). */
export async function readConfirmation(
  { cnf }: JsonObject,
  domain: TrustDomain,
  trace?: Trace,
): Promise<{ confirmation: Confirmation; confirmationKey: VerificationKey }> {
  trace?.begin("wit.confirmation");
  // CREDS-5.1.08, WITSVID-3.2.01, WITSVID-3.2.02
  if (!isJsonObject(cnf)) throw confirmationInvalid("The WIT has no cnf", "CREDS-5.1.08");
  const { jwk } = cnf;
  // CREDS-5.1.09, WITSVID-3.2.03
  if (!isJsonObject(jwk)) throw confirmationInvalid("The WIT has no cnf.jwk", "CREDS-5.1.09");
  // CREDS-5.1.4.06, CREDS-5.1.12, CREDS-5.1.13; CREDS-5.1.15, CREDS-5.1.16, CREDS-5.1.17: asymmetric signatures only
  const algorithm = algorithmNamed(jwk["alg"]);
  if (algorithm === undefined) {
    throw confirmationInvalid("The alg of cnf.jwk is no signature algorithm that is known", "CREDS-5.1.4.06");
  }
  // CREDS-3.06, WITSVID-3.2.04, HSIG-3.1.05
  if (!domain.algorithms.has(algorithm.name)) {
    throw confirmationInvalid("The alg of cnf.jwk is not one that the trust domain allows", "CREDS-3.06");
  }
  const verdict = readPublicJwk(jwk); // refuses a key that does not fit its alg, too
  if (verdict.kind !== "usable") throw confirmationInvalid("cnf.jwk is not a sound public key", "CREDS-5.1.09");
  const { key } = verdict;
  if (!isForProofs(key)) throw confirmationInvalid("cnf.jwk is not for signatures", "CREDS-5.1.09");
  const confirmationKey = await importVerificationKey(key, algorithm);
  const thumbprint = await calculateJwkThumbprint(key);
  return { confirmation: deepFreeze({ algorithm: algorithm.name, jwk: key, thumbprint }), confirmationKey };
}

/** Whether the labels of a key let it verify proofs (RFC 7517 sections 4.2 and 4.3). */
export function isForProofs({ use, key_ops }: PublicJwk): boolean {
  return use !== "enc" && (key_ops === undefined || key_ops.includes("verify"));
}

function confirmationInvalid(message: string, requirement: string): WimseError {
  return new WimseError("wit_confirmation_invalid", message, requirement);
}
