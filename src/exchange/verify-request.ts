import { WimseError } from "../base/errors.js";
import { type Awaitable, isPending } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import { singleFieldValue } from "../http/fields.js";
import { checkRequestHead, type HttpRequestView } from "../http/message.js";
import type { ReplayStore } from "../replay/store.js";
import { askTrust } from "../trust/store.js";
import type { TrustDomain } from "../trust/trust-domain.js";
import type { WitCache } from "../wit/cache.js";
import { checkWit } from "../wit/check.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import { checkRevocation } from "../wit/verify.js";
import { checkWpt } from "../wpt/check.js";
import type { VerifiedWpt } from "../wpt/verified-wpt.js";
import {
  type AuthenticatedRequest,
  type AuthenticatedWorkload,
  sealAuthenticatedRequest,
  sealAuthenticatedWorkload,
} from "./authenticated.js";
import type { CheckedPolicy } from "./policy.js";
import { readPresentation } from "./presentation.js";

/** How one request is verified. */
export interface Verification {
  readonly policy: CheckedPolicy;
  /** WITs verified before; left out to verify in full. */
  readonly cache?: WitCache | undefined;
  readonly trace?: Trace | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether the proof is used up. */
  readonly claim: boolean;
  /** Told of the workload as soon as its WIT is verified. */
  readonly onWit?: ((wit: VerifiedWit) => void) | undefined;
}

/**
 * Verifies a request: cheap checks first, state last. What reaches the replay store has passed everything else, so that
 * nobody can use up the proofs of another.
 */
export async function verifyRequest(view: HttpRequestView, verification: Verification): Promise<AuthenticatedRequest> {
  const { policy, trace, signal } = verification;
  const path = checkRequestHead(view, trace);
  const { wit: token, wpt, txnToken } = readPresentation(view, trace);
  const now = policy.runtime.now();

  const wit = (await knownWit(token, verification, now)) ?? (await newWit(token, verification, now)); // WPT-2.22
  verification.onWit?.(wit);
  const proof = await checkWpt(
    wpt,
    wit,
    {
      audience: policy.audience({ method: view.method, path }), // WPT-3.1.7.02, WPT-3.1.7.04
      txnToken,
      understoodTokens: policy.understoodTokens,
      fieldValue: (name) => singleFieldValue(view, name),
      clockTolerance: policy.timeRules.clockTolerance,
      maxProofLifetime: policy.maxProofLifetime,
    },
    now,
    trace,
  );

  trace?.begin("wit.revocation", policy.isRevoked === undefined ? "not consulted" : "consulted");
  if (policy.isRevoked !== undefined) await checkRevocation(wit, policy.isRevoked, signal);
  const workload = sealAuthenticatedWorkload(wit);
  checkAllowed(workload, policy, trace);
  trace?.begin("proof.replay", policy.replay === undefined ? "unchecked" : "not claimed by an explanation");
  if (policy.replay !== undefined && verification.claim) await claimProof(policy.replay, wit, proof, verification);
  return sealAuthenticatedRequest(workload, proof);
}

/** A WIT that was verified before, if nothing that time can change stands against it. */
function knownWit(token: string, verification: Verification, now: number): Awaitable<VerifiedWit | undefined> {
  const { policy, cache, signal } = verification;
  const wit = cache?.get(token);
  if (cache === undefined || wit === undefined) return undefined;
  const check = (domain: TrustDomain | undefined): VerifiedWit | undefined =>
    cache.stillValid(token, wit, domain, policy.timeRules, now) ? wit : undefined;
  const domain = askTrust(() => policy.trust.get(wit.id.origin, signal && { signal }));
  return isPending(domain) ? domain.then(check) : check(domain);
}

async function newWit(token: string, verification: Verification, now: number): Promise<VerifiedWit> {
  const { policy, cache, trace, signal } = verification;
  const wit = await checkWit(token, policy.trust, policy.timeRules, now, { signal, trace });
  cache?.set(token, wit);
  return wit;
}

function checkAllowed(workload: AuthenticatedWorkload, { allow }: CheckedPolicy, trace?: Trace): void {
  trace?.begin("workload.allowed", workload.id.uri);
  if (allow === undefined) return;
  let allowed = false;
  try {
    allowed = allow(workload) === true; // ID-4.3.03, CREDS-9.2.01, ID-7.3.03
  } catch {
    // fail closed; a foreign error may say anything and is not passed on
  }
  if (!allowed) throw new WimseError("workload_not_authorized", "The workload may not do this", "CREDS-9.2.01");
}

/** WPT-2.32, WPT-3.1.4.01, CREDS-9.3.4.01, WITSVID-7.2.04. The WIT's own jti is no part of it: WITSVID-3.3.04. */
function claimProof(
  replay: ReplayStore,
  wit: VerifiedWit,
  proof: VerifiedWpt,
  { policy, signal }: Verification,
): Awaitable<void> {
  const entry = {
    scope: wit.id.uri,
    id: `wpt:${proof.tokenId}`,
    expiresAt: proof.expiresAt + policy.timeRules.clockTolerance,
  };
  try {
    const unused = replay.claim([entry], signal && { signal });
    return isPending(unused) ? unused.then(requireUnused, refuseUnavailable) : requireUnused(unused);
  } catch (error) {
    return refuseUnavailable(error);
  }
}

function requireUnused(unused: boolean): void {
  if (unused !== true) throw new WimseError("wpt_replayed", "The WPT was used before", "WPT-2.32");
}

function refuseUnavailable(error: unknown): never {
  if (error instanceof WimseError) throw error;
  throw new WimseError("replay_store_unavailable", "The replay store gave no answer", "WPT-2.32");
}
