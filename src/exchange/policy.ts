import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { limitOf } from "../base/limits.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import type { ReplayStore } from "../replay/store.js";
import type { TrustStore } from "../trust/store.js";
import type { TimeRules } from "../wit/times.js";
import { type RevocationCheck, requireTrustStore, timeRulesOf } from "../wit/verify.js";
import type { WptRules } from "../wpt/check.js";
import { maxProofLifetimeOf, understoodTokensOf } from "../wpt/verify.js";
import { type Audience, audienceFunction, type RequestTarget } from "./audience.js";
import type { AuditSink } from "./audit.js";
import type { WorkloadMatcher } from "./match.js";

/** The kinds of proof of possession. */
export type ProofKind = "http-signature" | "wpt";

/** What a service demands of requests. `trust`, `audience` and `replay` are decisions that nobody can make for it. */
export interface VerifyPolicy {
  /** The trust domains and their keys. Required. */
  readonly trust: TrustStore;
  /** Who this service is, from configuration (WPT-3.1.7.03). Required. */
  readonly audience: Audience;
  /** Where used proofs are remembered; `"unchecked"` accepts a proof any number of times until it expires. Required. */
  readonly replay: ReplayStore | "unchecked";
  /**
   * Accepted kinds of proof. Default `["http-signature"]`, which this release does not verify yet: say `["wpt"]`, and
   * know that a WPT covers neither method, nor query, nor body.
   */
  readonly proofs?: readonly ProofKind[];
  /** Older formats to accept. Default: none; this release has none. */
  readonly compat?: readonly ("wpt-01" | "http-signature-06")[];
  /** Who may call. Default: every workload of the trusted domains. Asked before the proof's id is claimed. */
  readonly allow?: WorkloadMatcher;
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /** Longest accepted lifetime of a WIT, seconds. Default 86400. */
  readonly maxLifetime?: number;
  /** How far ahead a proof may expire, seconds. Default 300, at most 86400. */
  readonly maxProofLifetime?: number;
  /** Longest content that is read for a digest, bytes. Default 1 MiB. A WPT covers no content, so none is read. */
  readonly maxBodyBytes?: number;
  /** Names of header fields that `oth` may list. Default: none. */
  readonly understoodTokens?: readonly string[];
  /** Consulted for every request, also when the WIT was verified before. Default: nothing is revoked. */
  readonly isRevoked?: RevocationCheck;
  /** Receives every decision. Default: none. */
  readonly audit?: AuditSink;
  readonly runtime?: Runtime;
}

/** A policy, checked. */
export interface CheckedPolicy {
  readonly trust: TrustStore;
  readonly audience: (target: RequestTarget) => readonly string[];
  readonly replay: ReplayStore | undefined;
  readonly allow: WorkloadMatcher | undefined;
  readonly witRules: TimeRules;
  readonly wptRules: WptRules;
  readonly isRevoked: RevocationCheck | undefined;
  readonly audit: AuditSink | undefined;
  readonly runtime: Runtime;
}

const OPTION_NAMES = [
  "trust",
  "audience",
  "replay",
  "proofs",
  "compat",
  "allow",
  "clockTolerance",
  "maxLifetime",
  "maxProofLifetime",
  "maxBodyBytes",
  "understoodTokens",
  "isRevoked",
  "audit",
  "runtime",
];

/** Checks a policy once, when a verifier is made, so that no request meets a policy that cannot be right. */
export function checkPolicy(policy: VerifyPolicy): CheckedPolicy {
  if (typeof policy !== "object" || policy === null) throw configurationInvalid("createVerifier: a policy is required");
  refuseUnknownOptions(policy, OPTION_NAMES, "createVerifier");
  requireTrustStore(policy.trust);
  checkProofs(policy);
  limitOf(policy.maxBodyBytes, 0, "maxBodyBytes", Number.MAX_SAFE_INTEGER);
  const witRules = timeRulesOf(policy);
  return {
    trust: policy.trust,
    audience: audienceFunction(policy.audience),
    replay: replayStoreOf(policy.replay),
    allow: optionalFunction(policy.allow, "allow"),
    witRules,
    wptRules: {
      understoodTokens: understoodTokensOf(policy.understoodTokens),
      clockTolerance: witRules.clockTolerance,
      maxProofLifetime: maxProofLifetimeOf(policy.maxProofLifetime),
    },
    isRevoked: optionalFunction(policy.isRevoked, "isRevoked"),
    audit: optionalFunction(policy.audit, "audit"),
    runtime: runtimeOf(policy),
  };
}

function checkProofs({ proofs = ["http-signature"], compat = [] }: VerifyPolicy): void {
  if (!Array.isArray(proofs) || proofs.length === 0) throw configurationInvalid("proofs: a non-empty array");
  for (const kind of proofs) {
    if (kind === "http-signature") {
      throw configurationInvalid('proofs: this release does not verify HTTP message signatures; say proofs: ["wpt"]');
    }
    if (kind !== "wpt") throw configurationInvalid("proofs: an unknown kind of proof");
  }
  if (!Array.isArray(compat) || compat.length > 0) {
    throw configurationInvalid("compat: this release accepts no older formats");
  }
}

function replayStoreOf(replay: ReplayStore | "unchecked"): ReplayStore | undefined {
  if (replay === "unchecked") return undefined;
  if (typeof replay?.claim !== "function")
    throw configurationInvalid('replay: a replay store or "unchecked" is required');
  return replay;
}

function optionalFunction<T extends (...args: never[]) => unknown>(value: T | undefined, name: string): T | undefined {
  if (value !== undefined && typeof value !== "function") throw configurationInvalid(`${name}: a function`);
  return value;
}
