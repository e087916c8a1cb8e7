import { WimseError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import type { Trace } from "../base/trace.js";
import type { WorkloadIdentifier } from "../identifier/parse.js";

/** The SPIFFE profile of the WIT names its key always. */
export function requireKeyId(kid: string | undefined): void {
  // WITSVID-2.1.01
  if (kid === undefined) throw new WimseError("wit_malformed", "A WIT-SVID has a kid header", "WITSVID-2.1.01");
}

/**
 * The rules that a WIT-SVID adds to those of a WIT (WITSVID-1.01). Its narrower list of algorithms is that of the trust domain and has
 * been checked with them (WITSVID-2.3.01, WITSVID-3.2.04).
 */
export function checkWitSvidRules(id: WorkloadIdentifier, claims: JsonObject, trace?: Trace): void {
  trace?.begin("wit.profile", "wit-svid");
  // WITSVID-3.1.01
  if (id.scheme !== "spiffe") {
    throw new WimseError("wit_subject_invalid", "The sub of a WIT-SVID is a SPIFFE ID", "WITSVID-3.1.01");
  }
  // WITSVID-3.8.01
  if (Object.hasOwn(claims, "aud")) {
    throw new WimseError("wit_audience_forbidden", "A WIT-SVID has no aud claim", "WITSVID-3.8.01");
  }
}
