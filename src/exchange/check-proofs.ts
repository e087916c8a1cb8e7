import { type Awaitable, isPending } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import { singleFieldValue } from "../http/fields.js";
import type { HttpRequestView } from "../http/message.js";
import { coversField, type VerifiedSignature } from "../httpsig/check-profile.js";
import { checkRequestSignature } from "../httpsig/check-request-signature.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import { accessTokenIn } from "../wpt/access-token.js";
import { checkWpt } from "../wpt/check.js";
import type { VerifiedWpt } from "../wpt/verified-wpt.js";
import type { CoveredTokens, Proof } from "./authenticated.js";
import type { CheckedPolicy } from "./policy.js";
import type { Presentation } from "./presentation.js";
import type { UsedProof } from "./replay-claim.js";

/** The proofs of a request, verified: at least one of them. */
export interface VerifiedProofs {
  readonly wpt: VerifiedWpt | undefined;
  readonly signature: VerifiedSignature | undefined;
}

/** Verifies every proof that a request presents, with the same WIT. */
export function checkProofs(
  presentation: Presentation,
  view: HttpRequestView,
  wit: VerifiedWit,
  audience: readonly string[],
  policy: CheckedPolicy,
  now: number,
  trace?: Trace,
): Awaitable<VerifiedProofs> {
  const wpt = presentation.wpt && checkPresentedWpt(presentation, view, wit, audience, policy, now, trace);
  const signatureAfter = (verified: VerifiedWpt | undefined): Awaitable<VerifiedProofs> => {
    if (presentation.signature === undefined) return { wpt: verified, signature: undefined };
    const rules = policy.wptRules;
    const signature = checkRequestSignature(presentation.signature, view, wit, rules, audience, now, trace);
    return isPending(signature)
      ? signature.then((done) => ({ wpt: verified, signature: done }))
      : { wpt: verified, signature };
  };
  return isPending(wpt) ? wpt.then(signatureAfter) : signatureAfter(wpt);
}

function checkPresentedWpt(
  { wpt, txnToken, authorization }: Presentation,
  view: HttpRequestView,
  wit: VerifiedWit,
  audience: readonly string[],
  policy: CheckedPolicy,
  now: number,
  trace?: Trace,
): Awaitable<VerifiedWpt> | undefined {
  if (wpt === undefined) return undefined;
  const context = { audience, txnToken, fields: view.headers, older: wpt.revision === "wpt-01", authorization };
  return checkWpt(wpt.token, wit, policy.wptRules, context, now, trace);
}

/** The proofs as a replay store knows them. */
export function usedProofs({ wpt, signature }: VerifiedProofs): UsedProof[] {
  const used: UsedProof[] = [];
  if (signature) used.push({ kind: "http-signature", id: signature.nonce, expiresAt: signature.expiresAt });
  if (wpt) used.push({ kind: "wpt", id: wpt.tokenId, expiresAt: wpt.expiresAt });
  return used;
}

/** The proof that stands for the request: the signature, where there is one. */
export function proofOf({ wpt, signature }: VerifiedProofs, presentation: Presentation): Proof {
  if (signature !== undefined) {
    const { revision, nonce: id, boundTo: audience, expiresAt } = signature;
    return { type: "http-signature", revision, id, audience, expiresAt };
  }
  const { tokenId: id, audience, expiresAt } = wpt as VerifiedWpt; // one of them there is
  return { type: "wpt", revision: presentation.wpt?.revision ?? "wpt-02", id, audience, expiresAt };
}

/** The tokens of a request that one of its proofs covers. */
export function coveredTokens(
  { wpt, signature }: VerifiedProofs,
  { txnToken, authorization, wpt: presentedWpt }: Presentation,
  { headers }: HttpRequestView,
  understoodTokens: ReadonlySet<string>,
): CoveredTokens {
  const others = new Map(wpt?.otherTokens);
  for (const name of understoodTokens) {
    const isSigned = signature !== undefined && coversField(signature, name);
    const value = isSigned ? singleFieldValue(headers, name) : undefined;
    if (value !== undefined) others.set(name, value);
  }
  // HSIG-3.09: where a WPT was verified, `Authorization` is that WPT. WPT-2.2.04
  const isCovered =
    presentedWpt === undefined
      ? signature !== undefined
      : presentedWpt.revision === "wpt-01" && accessTokenIn(authorization) !== undefined;
  return {
    ...(txnToken !== undefined && { txnToken }),
    ...(isCovered && authorization !== undefined && { authorization }),
    others,
  };
}
