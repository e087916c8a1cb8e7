import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import { type Algorithm, algorithms } from "../crypto/algorithms.js";
import { fitsAlgorithm, readPublicJwk } from "../crypto/public-key.js";
import { importVerificationKey, type VerificationKey } from "../crypto/verifier.js";
import { parameterInvalid } from "./parameters.js";

/** The algorithms of that name, in JOSE or in the registry of RFC 9421. Neither has `none` or an HMAC here. */
export function algorithmsNamed(name: string): readonly Algorithm[] {
  // R9421-3.3.7.02, R9421-7.3.3.01
  const named = algorithms.filter((algorithm) => algorithm.name === name || algorithm.httpSignature === name);
  if (named.length === 0) throw configurationInvalid("algorithm: not one that is known here");
  return named;
}

/**
 * The key, ready for the one algorithm that the caller, the key and the signature agree on (R9421-3.2.05);
 * `undefined` when caller and key do not.
 *
 * @param name the algorithm that the caller wants
 * @param alg the parameter of the signature. It may confirm the algorithm, never choose it.
 */
export function verificationKeyFor(
  jwk: JWK,
  name: string | undefined,
  alg: string | undefined,
): Awaitable<VerificationKey> | undefined {
  const reading = readPublicJwk(jwk);
  if (reading.kind !== "usable") throw configurationInvalid(`key: ${reading.reason}`);
  const possible = (name === undefined ? algorithms : algorithmsNamed(name)).filter((algorithm) =>
    fitsAlgorithm(reading.key, algorithm),
  );
  // R9421-7.3.4.01, R9421-7.3.6.01
  if (reading.key.kty === "RSA" && possible.length > 1) {
    throw configurationInvalid("algorithm: an RSA key does not say it; name one");
  }
  const [algorithm] = possible;
  if (algorithm === undefined) return undefined;
  // R9421-3.2.05, R9421-3.3.7.01
  if (alg !== undefined && alg !== algorithm.httpSignature) {
    throw parameterInvalid("The alg parameter is not the algorithm of the key", "R9421-3.2.05");
  }
  return importVerificationKey(reading.key, algorithm); // R9421-3.3.4.01, R9421-3.3.5.01, R9421-3.3.6.01
}
