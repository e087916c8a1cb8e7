import { WimseError, type WimseErrorCode } from "../base/errors.js";
import type { Trace } from "../base/trace.js";
import type { HttpRequestView } from "../http/message.js";
import type { AcceptedProofs, CheckedPolicy } from "./policy.js";
import { type VerifyOptions, verifyRequest } from "./verify-request.js";

/** One check of a verification. */
export interface ReportedCheck {
  /** What is checked, such as `wpt.audience`. */
  readonly id: string;
  /** The requirement behind it; on a failure the one that was violated. */
  readonly requirement: string;
  readonly outcome: "passed" | "failed" | "not reached";
  /** What was compared: hashes, times, identifiers. Never a token, a signature or a key. */
  readonly detail?: string;
}

/** A verification told check by check, in the order in which they are made. */
export interface VerificationReport {
  readonly outcome: "accepted" | "rejected";
  /** On rejection. */
  readonly code?: WimseErrorCode;
  /** The sender, when every check passed. */
  readonly workload?: string;
  readonly checks: readonly ReportedCheck[];
}

/** Every check of a request in the order in which it is made, with the requirement behind it. */
export const CHECKS: readonly (readonly [id: string, requirement: string])[] = [
  ["request.size", "ID-7.1.03"],
  ["request.form", "CREDS-5.1.1.02"],
  ["request.wit_lines", "CREDS-5.1.1.01"],
  ["request.authorization_lines", "WPT-2.23"],
  ["request.txn_token_lines", "WPT-2.16"],
  ["request.proofs", "CREDS-5.1.10"],
  ["signature.fields", "HSIG-3.34"],
  ["signature.revision", "HSIG-3.05"],
  ["wit.size", "CREDS-5.1.4.02"],
  ["wpt.size", "WPT-2.24"],
  ["wit.shape", "CREDS-5.1.4.02"],
  ["wit.header", "CREDS-5.1.4.02"],
  ["wit.claims", "CREDS-5.1.4.02"],
  ["wit.subject", "CREDS-5.1.4.03"],
  ["wit.trust_domain", "ID-7.3.01"],
  ["wit.type", "CREDS-5.1.4.04"],
  ["wit.algorithm", "CREDS-3.06"],
  ["wit.critical", "CREDS-5.1.4.01"],
  ["wit.key", "CREDS-3.07"],
  ["wit.signature", "CREDS-5.1.4.05"],
  ["wit.expiration", "CREDS-5.1.4.08"],
  ["wit.not_before", "WITSVID-3.5.02"],
  ["wit.lifetime", "CREDS-9.3.1.02"],
  ["wit.issuer", "CREDS-9.1.02"],
  ["wit.confirmation", "CREDS-5.1.4.06"],
  ["wit.profile", "WITSVID-3.1.01"],
  ["wpt.shape", "WPT-2.24"],
  ["wpt.header", "WPT-2.24"],
  ["wpt.claims", "WPT-2.24"],
  ["wpt.type", "WPT-2.27"],
  ["wpt.critical", "CREDS-5.1.4.01"],
  ["wpt.algorithm", "WPT-2.25"],
  ["wpt.claim_types", "WPT-2.29"],
  ["wpt.expiration", "WPT-2.29"],
  ["wpt.not_before", "WPT-3.1.2.02"],
  ["wpt.lifetime", "WPT-2.30"],
  ["wpt.token_id", "WPT-2.12"],
  ["wpt.audience", "WPT-2.28"],
  ["wpt.wit_hash", "WPT-2.31"],
  ["wpt.access_token_hash", "WPT-2.34"],
  ["wpt.txn_token_hash", "WPT-2.33"],
  ["wpt.other_token_hashes", "WPT-2.35"],
  ["wpt.signature", "WPT-2.26"],
  ["signature.parameters", "HSIG-3.30"],
  ["signature.expiration", "HSIG-5.1.05"],
  ["signature.created", "HSIG-5.1.05"],
  ["signature.lifetime", "HSIG-3.24"],
  ["signature.audience", "HSIG-3.2.05"],
  ["signature.coverage", "HSIG-3.01"],
  ["signature.components", "R9421-2.5.03"],
  ["signature.verification", "HSIG-3.42"],
  ["content.size", "HSIG-3.20"],
  ["content.digest", "HSIG-3.20"],
  ["wit.revocation", "CREDS-5.1.4.01"],
  ["workload.allowed", "CREDS-9.2.01"],
  ["proof.replay", "WPT-2.32"],
];

/** Verifies a request in full, without caches and without using its proof up, and tells every check. */
export async function explainRequest(
  request: Request | HttpRequestView,
  policy: CheckedPolicy,
  options?: VerifyOptions,
): Promise<VerificationReport> {
  const details = new Map<string, string | undefined>();
  let last = "";
  const trace: Trace = {
    begin(check, detail) {
      last = check;
      details.set(check, detail ?? details.get(check));
    },
  };
  try {
    const { workload } = await verifyRequest(
      request,
      { policy: { ...policy, audit: undefined }, claim: false },
      options,
      trace,
    );
    return { outcome: "accepted", workload: workload.id.uri, checks: reportOf(details, policy.accepted) };
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    return {
      outcome: "rejected",
      code: error.code,
      checks: reportOf(details, policy.accepted, last, error.requirement),
    };
  }
}

function reportOf(
  begun: ReadonlyMap<string, string | undefined>,
  accepted: AcceptedProofs,
  failed?: string,
  violated?: string,
): ReportedCheck[] {
  return CHECKS.filter(([id]) => begun.has(id) || mayFollow(id, begun, accepted)).map(([id, requirement]) => {
    const detail = begun.get(id);
    const outcome = id === failed ? "failed" : begun.has(id) ? "passed" : "not reached";
    return {
      id,
      requirement: id === failed ? (violated ?? requirement) : requirement,
      outcome,
      ...(detail !== undefined && { detail }),
    };
  });
}

/** Whether a check that was not begun would have been made, had the request come that far. */
function mayFollow(id: string, begun: ReadonlyMap<string, unknown>, accepted: AcceptedProofs): boolean {
  // the WIT's size is looked at before the WPT's: a WIT that is too large leaves open whether there is one
  const withWpt = begun.has("wit.shape") ? begun.has("wpt.size") : accepted.wpt;
  const signed = begun.has("wit.size") ? begun.has("signature.revision") : accepted.httpSignature;
  if (id === "wpt.access_token_hash") return false; // only a WPT of revision 01 has it, and then it was begun or not reached
  // only some trust domains have rules of a profile: where a proof was reached without them, there are none to tell
  if (id === "wit.profile") return !begun.has("wpt.shape") && !begun.has("signature.parameters");
  if (id.startsWith("wpt.")) return withWpt;
  return id.startsWith("signature.") || id.startsWith("content.") ? signed : true;
}
