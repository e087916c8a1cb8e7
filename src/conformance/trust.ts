import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { staticSpiffeBundle } from "../trust/key-source/spiffe-bundle.js";
import type { JsonDocument } from "../trust/spiffe-bundle.js";
import { createTrustStore, type TrustStore } from "../trust/store.js";
import type { TrustDomainOptions } from "../trust/trust-domain.js";
import { Unsupported } from "./unsupported.js";

/**
 * The trust store that a JSON object describes: options of trust domains by origin, with `keys` an array of JWKs, or
 * `{"spiffeBundle": …}` with a bundle or its text.
 *
 * @throws TypeError `configuration_invalid`
 * @throws Unsupported keys in a form that this release does not read
 */
export function trustStoreOf(trust: unknown): TrustStore {
  if (!isJsonObject(trust)) throw configurationInvalid("trust: an object of trust domains by origin");
  return createTrustStore(Object.entries(trust).map(trustDomainOf));
}

function trustDomainOf([origin, options]: [string, unknown]): TrustDomainOptions {
  if (!isJsonObject(options)) throw configurationInvalid("trust: a trust domain is an object of options");
  if (Object.hasOwn(options, "origin")) throw configurationInvalid("trust: the origin is the name of the member");
  const { keys } = options;
  if (isJsonObject(keys) && Object.hasOwn(keys, "x509")) throw new Unsupported();
  if (isJsonObject(keys) && Object.hasOwn(keys, "spiffeBundle")) {
    return { ...options, origin, keys: staticSpiffeBundle(keys["spiffeBundle"] as JsonDocument) };
  }
  // Every member is checked when the store is made, and unknown ones are refused.
  return { ...options, origin, keys: { keys: keys as JWK[] } };
}
