import { isConfigurationError, refuseUnknownOptions, WimseError, withStatus } from "../base/errors.js";
import { type Awaitable, dropRejection, isPending } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import { checkRequestHead, type HttpRequestView } from "../http/message.js";
import { requestViewOf } from "../http/views.js";
import { demandsSignedResponse } from "../httpsig/check-request-signature.js";
import { domainOf } from "../trust/store.js";
import type { TrustDomain } from "../trust/trust-domain.js";
import type { WitCache } from "../wit/cache.js";
import { checkWit } from "../wit/check.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import { checkRevocation } from "../wit/verify.js";
import { auditAccepted, auditRejected } from "./audit.js";
import {
  type AuthenticatedRequest,
  type AuthenticatedWorkload,
  sealAuthenticatedRequest,
  sealAuthenticatedWorkload,
} from "./authenticated.js";
import { checkProofs, coveredTokens, proofOf, usedProofs, type VerifiedProofs } from "./check-proofs.js";
import type { CheckedPolicy } from "./policy.js";
import { type Presentation, readPresentation } from "./presentation.js";
import { statusFor } from "./problem.js";
import { claimProofs } from "./replay-claim.js";
import { checkStillValid } from "./still-valid.js";
import { verifiedContent } from "./verified-content.js";

/** Options of one verification. */
export interface VerifyOptions {
  /** Aborts waiting for keys, for the content, for the revocation check and for the replay store. */
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
    const presentation = readPresentation(view, policy.accepted, trace);

    // What is there already is not awaited: see isPending.
    const known = knownWit(presentation.wit, verification, signal);
    wit = isPending(known) ? await known : known;
    wit ??= await newWit(presentation.wit, verification, signal, trace); // WPT-2.22, HSIG-3.41

    const now = policy.runtime.now(); // only now: keys may take their time to come
    const audience = audienceOf(policy, view.method, path); // WPT-3.1.7.02, WPT-3.1.7.04
    const checked = checkProofs(presentation, view, wit, audience, policy, now, trace);
    const proofs = isPending(checked) ? await checked : checked;

    // HSIG-3.42: before anybody is asked, or told, about the request
    const content = proofs.signature && verifiedContent(view, { maxBodyBytes: policy.maxBodyBytes, signal }, trace);
    const body = isPending(content) ? await content : content;
    if (isPending(content)) {
      const { trust, witRules, runtime } = policy;
      const verifyAnew = (): Promise<VerifiedWit> => newWit(presentation.wit, verification, signal, undefined);
      const head = { wit, signatureExpiresAt: proofs.signature?.expiresAt };
      await checkStillValid(head, { trust, witRules, runtime, signal, verifyAnew });
    }

    trace?.begin("wit.revocation", policy.isRevoked === undefined ? "not consulted" : "consulted");
    if (policy.isRevoked !== undefined) await checkRevocation(wit, policy.isRevoked, signal);
    const workload = sealAuthenticatedWorkload(wit);
    checkAllowed(workload, policy, trace);

    trace?.begin("proof.replay", policy.replay === undefined ? "unchecked" : "not claimed by an explanation");
    if (policy.replay !== undefined && verification.claim) {
      const claimed = claimProofs(policy.replay, wit, usedProofs(proofs), policy.wptRules.clockTolerance, signal);
      if (isPending(claimed)) await claimed;
    }
    const authenticated = authenticatedRequest(workload, proofs, presentation, view, body, policy);
    if (policy.audit !== undefined) auditAccepted(policy.audit, policy.runtime.now(), view, authenticated);
    return authenticated;
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    if (policy.audit !== undefined) auditRejected(policy.audit, policy.runtime.now(), view, error, wit);
    throw withStatus(error, statusFor(error, policy.accepted));
  }
}

function authenticatedRequest(
  workload: AuthenticatedWorkload,
  proofs: VerifiedProofs,
  presentation: Presentation,
  view: HttpRequestView,
  body: Uint8Array | undefined,
  { wptRules }: CheckedPolicy,
): AuthenticatedRequest {
  const { signature } = proofs;
  const { understoodTokens } = wptRules;
  // Where header lines are looked at, at once: a view is in the hands of the caller.
  const tokens = understoodTokens.size > 0 ? coveredTokens(proofs, presentation, view, understoodTokens) : undefined;
  return sealAuthenticatedRequest({
    workload,
    proof: () => proofOf(proofs, presentation),
    tokens: () =>
      tokens === undefined
        ? coveredTokens(proofs, presentation, view, understoodTokens)
        : { ...tokens, others: new Map(tokens.others) },
    body,
    responseSignatureRequired:
      presentation.signature !== undefined && demandsSignedResponse(presentation.signature.received),
    question: signature && { view, nonce: signature.nonce, revision: signature.revision },
  });
}

/**
 * The caller's audience for this target. A function that throws stands for no audience, since what it was given is the
 * sender's; one that answers with no list of names is the caller's mistake.
 */
function audienceOf({ audience }: CheckedPolicy, method: string, path: string): readonly string[] {
  try {
    return audience({ method, path });
  } catch (error) {
    if (isConfigurationError(error)) throw error;
    return [];
  }
}

/** A WIT that was verified before, if nothing that time can change stands against it. */
function knownWit(
  token: string,
  { policy, cache }: Verification,
  signal: AbortSignal | undefined,
): Awaitable<VerifiedWit | undefined> {
  const wit = cache?.get(token);
  if (cache === undefined || wit === undefined) return undefined;
  const ifValid = (domain: TrustDomain | undefined): VerifiedWit | undefined =>
    cache.stillValid(token, wit, domain, policy.witRules, policy.runtime.now()) ? wit : undefined;
  const domain = domainOf(policy.trust, wit.id.origin, signal);
  return isPending(domain) ? domain.then(ifValid) : ifValid(domain);
}

async function newWit(
  token: string,
  { policy, cache }: Verification,
  signal: AbortSignal | undefined,
  trace: Trace | undefined,
): Promise<VerifiedWit> {
  const wit = await checkWit(token, policy.trust, policy.witRules, policy.runtime, { signal, trace });
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
