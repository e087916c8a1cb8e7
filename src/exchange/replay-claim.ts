import { WimseError } from "../base/errors.js";
import { type Awaitable, isPending } from "../base/runtime.js";
import type { ReplayStore } from "../replay/store.js";
import type { VerifiedWit } from "../wit/verified-wit.js";

/** A proof that is used up by being accepted. */
export interface UsedProof {
  readonly kind: "wpt" | "http-signature" | "response-signature";
  /** Unique among the proofs of one sender. */
  readonly id: string;
  readonly expiresAt: number;
}

/**
 * Uses up the proofs of one message, all of them or none, in the scope of its sender. The WIT's own jti is no part of it:
 * WITSVID-3.3.04. WPT-2.32, WPT-3.1.4.01, CREDS-9.3.4.01, WITSVID-7.2.04, HSIG-3.38, HSIG-3.39, HSIG-5.1.06, HSIG-6.4.01
 */
export function claimProofs(
  replay: ReplayStore,
  wit: VerifiedWit,
  proofs: readonly UsedProof[],
  clockTolerance: number,
  signal: AbortSignal | undefined,
): Awaitable<void> {
  const scope = wit.id.uri;
  const entries = proofs.map(({ kind, id, expiresAt }) => ({
    scope,
    id: `${kind}:${id}`,
    expiresAt: expiresAt + clockTolerance,
  }));
  const requireUnused = (unused: boolean): void => {
    if (unused !== true) throw replayed(proofs);
  };
  try {
    const unused = replay.claim(entries, signal && { signal });
    return isPending(unused) ? unused.then(requireUnused, refuseUnavailable) : requireUnused(unused);
  } catch (error) {
    return refuseUnavailable(error);
  }
}

/** Of several proofs the signature gives the reason: it stands for the request. */
function replayed(proofs: readonly UsedProof[]): WimseError {
  return proofs.every(({ kind }) => kind === "wpt")
    ? new WimseError("wpt_replayed", "The WPT was used before", "WPT-2.32")
    : new WimseError("signature_replayed", "The signature was used before", "HSIG-3.39");
}

function refuseUnavailable(error: unknown): never {
  if (error instanceof WimseError) throw error;
  throw new WimseError("replay_store_unavailable", "The replay store gave no answer", "WPT-2.32");
}
