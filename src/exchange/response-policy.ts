import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import type { ProfileRules } from "../httpsig/check-profile.js";
import type { ReplayStore } from "../replay/store.js";
import type { TrustStore } from "../trust/store.js";
import type { TimeRules } from "../wit/times.js";
import { requireTrustStore, timeRulesOf } from "../wit/verify.js";
import { maxProofLifetimeOf } from "../wpt/verify.js";
import type { WorkloadMatcher } from "./match.js";
import { maxBodyBytesOf, replayStoreOf } from "./policy.js";

/** What a caller demands of responses. `trust`, `expect` and `replay` are decisions that nobody can make for it. */
export interface ResponsePolicy {
  /** The trust domains and their keys. Required. */
  readonly trust: TrustStore;
  /**
   * Who must have answered: a matcher, or a function that gives the matcher for the URL that was asked (CREDS-1.3.02,
   * ID-5.01, ID-5.02).
   * Required.
   */
  readonly expect: WorkloadMatcher | ((url: URL) => WorkloadMatcher);
  /**
   * Where used signatures are remembered. A response is tied to its request by a nonce that no other request has, so that
   * `"unchecked"` lets nothing through but the same response to the same request. Required.
   */
  readonly replay: ReplayStore | "unchecked";
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /** Longest accepted lifetime of a WIT, seconds. Default 86400. */
  readonly maxLifetime?: number;
  /** Longest accepted lifetime of a signature, seconds. Default 300, at most 86400. */
  readonly maxProofLifetime?: number;
  /** Longest content that is read, bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  readonly runtime?: Runtime;
}

/** A response policy, checked. */
export interface CheckedResponsePolicy {
  readonly trust: TrustStore;
  readonly expect: ResponsePolicy["expect"];
  readonly replay: ReplayStore | undefined;
  readonly witRules: TimeRules;
  readonly rules: ProfileRules;
  readonly maxBodyBytes: number;
  readonly runtime: Runtime;
}

const OPTION_NAMES = [
  "trust",
  "expect",
  "replay",
  "clockTolerance",
  "maxLifetime",
  "maxProofLifetime",
  "maxBodyBytes",
  "runtime",
];

/** Checks a response policy. */
export function checkResponsePolicy(policy: ResponsePolicy): CheckedResponsePolicy {
  if (typeof policy !== "object" || policy === null) throw configurationInvalid("verifyResponse: a policy is required");
  refuseUnknownOptions(policy, OPTION_NAMES, "verifyResponse");
  requireTrustStore(policy.trust);
  if (typeof policy.expect !== "function") throw configurationInvalid("expect: who must have answered is required");
  const witRules = timeRulesOf(policy);
  return {
    trust: policy.trust,
    expect: policy.expect,
    replay: replayStoreOf(policy.replay),
    witRules,
    rules: {
      clockTolerance: witRules.clockTolerance,
      maxProofLifetime: maxProofLifetimeOf(policy.maxProofLifetime),
    },
    maxBodyBytes: maxBodyBytesOf(policy.maxBodyBytes),
    runtime: runtimeOf(policy),
  };
}
