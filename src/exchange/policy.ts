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

/** Formats of earlier revisions. */
export type OlderFormat = "wpt-01" | "http-signature-06";

/** What a policy accepts, each format by its name. */
export interface AcceptedProofs {
  readonly wpt: boolean;
  readonly httpSignature: boolean;
  readonly older: ReadonlySet<OlderFormat>;
}

/** What a service demands of requests. `trust`, `audience` and `replay` are decisions that nobody can make for it. */
export interface VerifyPolicy {
  /** The trust domains and their keys. Required. */
  readonly trust: TrustStore;
  /** Who this service is, from configuration (WPT-3.1.7.03). Required. */
  readonly audience: Audience;
  /** Where used proofs are remembered; `"unchecked"` accepts a proof any number of times until it expires. Required. */
  readonly replay: ReplayStore | "unchecked";
  /**
   * Accepted kinds of proof. Default `["http-signature"]`. With `"wpt"` know that a WPT covers neither method, nor
   * query, nor body. A request that carries both, where both are accepted, is judged by both.
   */
  readonly proofs?: readonly ProofKind[];
  /**
   * Older formats to accept beside the present one, each for its kind of proof only. Default: none. `"wpt-01"`: the WPT in
   * a field of its own; `"http-signature-06"`: a signature over `@request-target` in place of path and query.
   */
  readonly compat?: readonly OlderFormat[];
  /** Who may call. Default: every workload of the trusted domains. Asked before the proof's id is claimed. */
  readonly allow?: WorkloadMatcher;
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /** Longest accepted lifetime of a WIT, seconds. Default 86400. */
  readonly maxLifetime?: number;
  /** How far ahead a proof may expire, seconds. Default 300, at most 86400. */
  readonly maxProofLifetime?: number;
  /** Longest content that a signature may cover, bytes. Default 1 MiB. A WPT covers no content, so none is read. */
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
  readonly accepted: AcceptedProofs;
  readonly maxBodyBytes: number;
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
    accepted: acceptedProofsOf(policy),
    maxBodyBytes: maxBodyBytesOf(policy.maxBodyBytes),
    isRevoked: optionalFunction(policy.isRevoked, "isRevoked"),
    audit: optionalFunction(policy.audit, "audit"),
    runtime: runtimeOf(policy),
  };
}

const KINDS: readonly unknown[] = ["http-signature", "wpt"] satisfies ProofKind[];
const OLDER: readonly unknown[] = ["wpt-01", "http-signature-06"] satisfies OlderFormat[];

function acceptedProofsOf({ proofs = ["http-signature"], compat = [] }: VerifyPolicy): AcceptedProofs {
  if (!Array.isArray(proofs) || proofs.length === 0) throw configurationInvalid("proofs: a non-empty array");
  if (!proofs.every((kind) => KINDS.includes(kind))) throw configurationInvalid("proofs: an unknown kind of proof");
  if (!Array.isArray(compat) || !compat.every((format) => OLDER.includes(format))) {
    throw configurationInvalid("compat: an array of formats, of which there are wpt-01 and http-signature-06");
  }
  return { wpt: proofs.includes("wpt"), httpSignature: proofs.includes("http-signature"), older: new Set(compat) };
}

const MEBIBYTE = 1_048_576;

/** The longest content, checked, or the default. */
export function maxBodyBytesOf(value: number | undefined): number {
  return limitOf(value, MEBIBYTE, "maxBodyBytes", Number.MAX_SAFE_INTEGER);
}

/** The caller's replay store; `undefined` for `"unchecked"`. */
export function replayStoreOf(replay: ReplayStore | "unchecked"): ReplayStore | undefined {
  if (replay === "unchecked") return undefined;
  if (typeof replay?.claim !== "function")
    throw configurationInvalid('replay: a replay store or "unchecked" is required');
  return replay;
}

/** A function that may be left out, checked. */
export function optionalFunction<T extends (...args: never[]) => unknown>(
  value: T | undefined,
  name: string,
): T | undefined {
  if (value !== undefined && typeof value !== "function") throw configurationInvalid(`${name}: a function`);
  return value;
}
