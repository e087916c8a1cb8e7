import { WimseError } from "../base/errors.js";

/** The keys of a trust domain that is configured cannot be had. */
export function keysUnavailable(): WimseError {
  return new WimseError("trust_keys_unavailable", "The keys of the trust domain are unavailable", "CREDS-3.01");
}
