import { refuseUnknownOptions, WimseError, withStatus } from "../base/errors.js";
import { type Awaitable, dropRejection, isPending } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import { checkRequestHead, type HttpRequestView, requestViewOf } from "../http/message.js";
import type { ReplayStore } from "../replay/store.js";
import { domainOf } from "../trust/store.js";
import type { WitCache } from "../wit/cache.js";
import { checkWit } from "../wit/check.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import { checkRevocation } from "../wit/verify.js";
import { checkWpt } from "../wpt/check.js";
import type { VerifiedWpt } from "../wpt/verified-wpt.js";
import { auditAccepted, auditRejected } from "./audit.js";
import {
  type AuthenticatedRequest,
  type AuthenticatedWorkload,
  sealAuthenticatedRequest,
  sealAuthenticatedWorkload,
} from "./authenticated.js";
import type { CheckedPolicy } from "./policy.js";
import { readPresentation } from "./presentation.js";
import { statusOf } from "./problem.js";

/** Options of one verification. */
export interface VerifyOptions {
  /** Aborts waiting for keys, for the revocation check and for the replay store. */
  readonly signal?: AbortSignal;
}

/** How the requests of one verifier are verified. */
export interface Verification {
  readonly policy: CheckedPolicy;
  /** WITs verified before; left out to verify in full. */
  readonly cache?: WitCache;
  /** Whether proofs are used up. */
  readonly claim: boolean;
}

/**
 * Verifies a request: cheap checks first, state last. What reaches the replay store has passed everything else, so that
 * nobody can use up the proofs of another.
 *
 * @throws WimseError with `status`
 */
export async function verifyRequest(
  request: Request | HttpRequestView,
  verification: Verification,
  options?: VerifyOptions,
  trace?: Trace,
): Promise<AuthenticatedRequest> {
  if (options !== undefined) refuseUnknownOptions(options, ["signal"], "verify");
  const signal = options?.signal;
  const view = requestViewOf(request);
  const { policy } = verification;
  let wit: VerifiedWit | undefined;
  try {
    const path = checkRequestHead(view, trace);
    const { wit: token, wpt, txnToken } = readPresentation(view, trace);
    const now = policy.runtime.now();

    // What is there already is not awaited: see isPending.
    const known = knownWit(token, verification, now, signal);
    wit = isPending(known) ? await known : known;
    wit ??= await newWit(token, verification, now, signal, trace); // WPT-2.22

    const audience = audienceOf(policy, view.method, path); // WPT-3.1.7.02, WPT-3.1.7.04
    const context = { audience, txnToken, fields: view.headers };
    const checked = checkWpt(wpt, wit, policy.wptRules, context, now, trace);
    const proof = isPending(checked) ? await checked : checked;

    trace?.begin("wit.revocation", policy.isRevoked === undefined ? "not consulted" : "consulted");
    if (policy.isRevoked !== undefined) await checkRevocation(wit, policy.isRevoked, signal);
    const workload = sealAuthenticatedWorkload(wit);
    checkAllowed(workload, policy, trace);

    trace?.begin("proof.replay", policy.replay === undefined ? "unchecked" : "not claimed by an explanation");
    if (policy.replay !== undefined && verification.claim) {
      const claimed = claimProof(policy.replay, wit, proof, policy, signal);
      if (isPending(claimed)) await claimed;
    }
    const authenticated = sealAuthenticatedRequest(workload, proof);
    if (policy.audit !== undefined) auditAccepted(policy.audit, policy.runtime.now(), view, authenticated);
    return authenticated;
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    if (policy.audit !== undefined) auditRejected(policy.audit, policy.runtime.now(), view, error, wit);
    throw error.status === undefined ? withStatus(error, statusOf(error.code)) : error;
  }
}

/**
 * The caller's audience for this target. A function that throws stands for no audience, since what it was given is the
 * sender's; one that answers with no list of names is the caller's mistake.
 */
function audienceOf({ audience }: CheckedPolicy, method: string, path: string): readonly string[] {
  try {
    return audience({ method, path });
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === "configuration_invalid") throw error;
    return [];
  }
}

/** A WIT that was verified before, if nothing that time can change stands against it. */
function knownWit(
  token: string,
  { policy, cache }: Verification,
  now: number,
  signal: AbortSignal | undefined,
): Awaitable<VerifiedWit | undefined> {
  const wit = cache?.get(token);
  if (cache === undefined || wit === undefined) return undefined;
  const domain = domainOf(policy.trust, wit.id.origin, signal);
  if (isPending(domain)) {
    return domain.then((found) => (cache.stillValid(token, wit, found, policy.witRules, now) ? wit : undefined));
  }
  return cache.stillValid(token, wit, domain, policy.witRules, now) ? wit : undefined;
}

async function newWit(
  token: string,
  { policy, cache }: Verification,
  now: number,
  signal: AbortSignal | undefined,
  trace: Trace | undefined,
): Promise<VerifiedWit> {
  const wit = await checkWit(token, policy.trust, policy.witRules, now, { signal, trace });
  cache?.set(token, wit);
  return wit;
}

function checkAllowed(workload: AuthenticatedWorkload, { allow }: CheckedPolicy, trace?: Trace): void {
  trace?.begin("workload.allowed", workload.id.uri);
  if (allow === undefined) return;
  let answer: unknown;
  try {
    answer = allow(workload);
    dropRejection(answer);
  } catch {
    // fail closed; a foreign error may say anything and is not passed on
  }
  // ID-4.3.03, CREDS-9.2.01, ID-7.3.03
  if (answer !== true) throw new WimseError("workload_not_authorized", "The workload may not do this", "CREDS-9.2.01");
}

/** WPT-2.32, WPT-3.1.4.01, CREDS-9.3.4.01, WITSVID-7.2.04. The WIT's own jti is no part of it: WITSVID-3.3.04. */
function claimProof(
  replay: ReplayStore,
  wit: VerifiedWit,
  proof: VerifiedWpt,
  { wptRules }: CheckedPolicy,
  signal: AbortSignal | undefined,
): Awaitable<void> {
  const entry = {
    scope: wit.id.uri,
    id: `wpt:${proof.tokenId}`,
    expiresAt: proof.expiresAt + wptRules.clockTolerance,
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
