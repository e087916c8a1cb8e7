import type { HttpRequestView } from "../http/message.js";
import { WitCache } from "../wit/cache.js";
import type { AuthenticatedRequest } from "./authenticated.js";
import { checkPolicy, type VerifyPolicy } from "./policy.js";
import { type Problem, problemOf } from "./problem.js";
import { explainRequest, type VerificationReport } from "./report.js";
import { type VerifyOptions, verifyRequest } from "./verify-request.js";

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
  const verification = { policy: checked, cache: new WitCache(CACHED_WITS), claim: true };
  return Object.freeze({
    verify: (request: Request | HttpRequestView, options?: VerifyOptions) =>
      verifyRequest(request, verification, options),
    explain: (request: Request | HttpRequestView, options?: VerifyOptions) => explainRequest(request, checked, options),
    problem: (error: unknown) => problemOf(error, checked.accepted),
  });
}
