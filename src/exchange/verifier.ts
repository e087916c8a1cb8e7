import { WimseError, withStatus } from "../base/errors.js";
import { type HttpRequestView, pathOf, requestViewOf } from "../http/message.js";
import { WitCache } from "../wit/cache.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import type { AuditEvent } from "./audit.js";
import type { AuthenticatedRequest } from "./authenticated.js";
import { type CheckedPolicy, checkPolicy, type VerifyPolicy } from "./policy.js";
import { type Problem, problemOf, statusOf } from "./problem.js";
import { explainRequest, type VerificationReport } from "./report.js";
import { verifyRequest } from "./verify-request.js";

/** Options of one verification. */
export interface VerifyOptions {
  /** Aborts waiting for keys, for the revocation check and for the replay store. */
  readonly signal?: AbortSignal;
}

/** Verifies requests by one policy. */
export interface Verifier {
  /**
   * Verifies the WIT and the proof of a request, and uses the proof up.
   *
   * @throws WimseError with `status`; see `docs/errors.md`
   */
  verify(request: Request | HttpRequestView, options?: VerifyOptions): Promise<AuthenticatedRequest>;
  /** Tells every check that {@link Verifier.verify} would make, in order, with its outcome. Uses nothing up. */
  explain(request: Request | HttpRequestView, options?: VerifyOptions): Promise<VerificationReport>;
  /** The answer to a request that was refused, as RFC 9457 problem details with the challenge that this policy has. */
  problem(error: unknown): Problem;
}

/** Verified WITs that a verifier remembers. */
const CACHED_WITS = 10_000;

/**
 * Makes a verifier. The policy is checked now; the verifier owns the cache of the WITs that it verified.
 *
 * @example
 * ```ts
 * import { createVerifier, memberOf, signRequest, targetUriAt } from "wimse";
 * import { memoryReplayStore } from "wimse/replay";
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore } from "wimse/trust";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const verifier = createVerifier({
 *   trust: createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]),
 *   audience: targetUriAt("https://tools.example.com"),
 *   replay: memoryReplayStore({ maxEntries: 100_000 }),
 *   proofs: ["wpt"],
 *   allow: memberOf("wimse://example.com"),
 * });
 *
 * const credential = await issuer.credential("wimse://example.com/agent");
 * const { request } = await signRequest(new Request("https://tools.example.com/search"), credential, { proof: "wpt" });
 * const { workload } = await verifier.verify(request);
 * console.log(workload.id.uri); // wimse://example.com/agent
 * ```
 *
 * @throws TypeError `configuration_invalid`
 */
export function createVerifier(policy: VerifyPolicy): Verifier {
  const checked = checkPolicy(policy);
  const cache = new WitCache(CACHED_WITS);
  return Object.freeze({
    verify: (request: Request | HttpRequestView, options?: VerifyOptions) => verify(request, checked, cache, options),
    explain: async (request: Request | HttpRequestView, options?: VerifyOptions) =>
      explainRequest(requestViewOf(request), checked, options?.signal),
    problem: problemOf,
  });
}

async function verify(
  request: Request | HttpRequestView,
  policy: CheckedPolicy,
  cache: WitCache,
  options: VerifyOptions | undefined,
): Promise<AuthenticatedRequest> {
  const view = requestViewOf(request);
  let wit: VerifiedWit | undefined;
  const onWit = (verified: VerifiedWit): void => {
    wit = verified;
  };
  try {
    const authenticated = await verifyRequest(view, { policy, cache, signal: options?.signal, claim: true, onWit });
    tell(policy, view, { outcome: "accepted", workload: authenticated.workload.id.uri, proof: authenticated.proof });
    return authenticated;
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    const { code, requirement } = error;
    tell(policy, view, {
      outcome: "rejected",
      code,
      ...(requirement !== undefined && { requirement }),
      ...(wit !== undefined && { workload: wit.id.uri }),
    });
    throw error.status === undefined ? withStatus(error, statusOf(code)) : error;
  }
}

function tell(
  { audit, runtime }: CheckedPolicy,
  view: HttpRequestView,
  event: Omit<AuditEvent, "at" | "target">,
): void {
  if (audit === undefined) return;
  try {
    audit({ at: runtime.now(), target: { method: view.method, path: safePath(view) }, ...event });
  } catch {
    // by contract a sink does not throw; a decision that is made stands
  }
}

function safePath(view: HttpRequestView): string {
  try {
    return pathOf(view);
  } catch {
    return "";
  }
}
