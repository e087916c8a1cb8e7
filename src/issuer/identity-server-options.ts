import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { clockToleranceOf, limitOf } from "../base/limits.js";
import { isLoopback } from "../base/loopback.js";
import { type Awaitable, type Runtime, runtimeOf } from "../base/runtime.js";
import { supportedAlgorithms, WIT_SVID_ALGORITHMS } from "../crypto/algorithms.js";
import type { WorkloadIdentifier } from "../identifier/parse.js";
import { memoryReplayStore } from "../replay/memory.js";
import type { ReplayStore } from "../replay/store.js";
import type { RevocationCheck } from "../wit/verify.js";
import type { AdmissionLimits } from "./admission.js";
import type { BootstrapCheck, EnrolmentCaller } from "./bootstrap.js";
import type { EnrolmentAuditSink } from "./enrolment-audit.js";
import type { Issuer } from "./issuer.js";

/**
 * Who may be whom: whether this caller may have a WIT for this identifier. Asked at each enrolment and at each renewal,
 * where the caller is the workload itself. Anything but `true`, and an error, refuses.
 */
export type EnrolmentPolicy = (
  caller: EnrolmentCaller,
  requested: WorkloadIdentifier,
  options: { readonly signal?: AbortSignal },
) => Awaitable<boolean>;

/** Settings of `createIdentityServer`. */
export interface IdentityServerOptions {
  /** Required. The server does not close it. */
  readonly issuer: Issuer;
  /** Where clients reach it: `https://id.example.com`, with a path if it has one. Required; plain http for loopback only. */
  readonly url: string;
  /** Who may be whom. Required. */
  readonly policy: EnrolmentPolicy;
  /** What vouches for a workload without a credential. Required; with none, nobody enrols. */
  readonly bootstrap: readonly BootstrapCheck[];
  /** Seconds that a WIT lives. Default: that of the issuer. */
  readonly lifetime?: number;
  /** Consulted at each renewal. Default: nothing is revoked. */
  readonly isRevoked?: RevocationCheck;
  /** Where used proofs are remembered. Default: the memory of this process; several processes need a shared one. */
  readonly replay?: ReplayStore;
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  /**
   * Most enrolments by each of the checks, and as many renewals, per second over time; of the renewals, one workload has a
   * quarter at the most. Default 50, and twice as many at once.
   */
  readonly maxPerSecond?: number;
  /** Receives every decision. Default: none. */
  readonly audit?: EnrolmentAuditSink;
  readonly runtime?: Runtime;
}

/** Settings of an identity server, checked. */
export interface IdentityServerSettings {
  readonly issuer: Issuer;
  readonly url: string;
  readonly policy: EnrolmentPolicy;
  readonly checks: ReadonlyMap<string, BootstrapCheck>;
  readonly lifetime: number | undefined;
  readonly isRevoked: RevocationCheck | undefined;
  readonly replay: ReplayStore;
  readonly clockTolerance: number;
  readonly limits: AdmissionLimits;
  readonly algorithms: ReadonlySet<string>;
  readonly audit: EnrolmentAuditSink | undefined;
  readonly runtime: Runtime;
}

const OPTION_NAMES = [
  "issuer",
  "url",
  "policy",
  "bootstrap",
  "lifetime",
  "isRevoked",
  "replay",
  "clockTolerance",
  "maxPerSecond",
  "audit",
  "runtime",
];
const REPLAY_ENTRIES = 65_536;
const DAY = 86400;

/** The caller's settings, checked. */
export function identityServerSettingsOf(options: IdentityServerOptions): IdentityServerSettings {
  refuseUnknownOptions(options, OPTION_NAMES, "createIdentityServer");
  const { issuer, policy, lifetime, isRevoked, audit } = options;
  if (typeof issuer?.issue !== "function") throw configurationInvalid("issuer: an issuer is required");
  if (typeof policy !== "function")
    throw configurationInvalid("policy: who may be whom is required; it has no default");
  for (const [name, value] of Object.entries({ isRevoked, audit })) {
    if (value !== undefined && typeof value !== "function") throw configurationInvalid(`${name}: a function`);
  }
  const runtime = runtimeOf(options);
  const perSecond = limitOf(options.maxPerSecond, 50, "maxPerSecond", 1_000_000, 0.001);
  limitOf(lifetime, 1, "lifetime", DAY, 1);
  return {
    issuer,
    url: baseUrlOf(options.url),
    policy,
    checks: checksOf(options.bootstrap),
    lifetime,
    isRevoked,
    replay: options.replay ?? memoryReplayStore({ maxEntries: REPLAY_ENTRIES, runtime }),
    clockTolerance: clockToleranceOf(options.clockTolerance),
    limits: { perSecond, burst: Math.max(1, 2 * perSecond) },
    algorithms: new Set(issuer.profile === "wit-svid" ? WIT_SVID_ALGORITHMS : supportedAlgorithms),
    audit,
    runtime,
  };
}

/**
 * The URL of an identity server as both sides write it: no slash at the end.
 *
 * @throws TypeError `configuration_invalid`: plain http to anything but loopback, userinfo, query or fragment
 */
export function baseUrlOf(url: string | URL): string {
  const text = String(url).replace(/\/$/, "");
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const plain = parsed !== undefined && (parsed.href === text || parsed.href === `${text}/`);
  if (!plain || /[?#@]/.test(text)) {
    throw configurationInvalid("url: an https URL in its usual spelling, without userinfo, query and fragment");
  }
  const { protocol, hostname } = parsed;
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    throw configurationInvalid("url: https, but for loopback: WITs and secrets are given out there");
  }
  return text;
}

function checksOf(checks: readonly BootstrapCheck[]): ReadonlyMap<string, BootstrapCheck> {
  if (!Array.isArray(checks)) throw configurationInvalid("bootstrap: an array of checks is required");
  const byType = new Map<string, BootstrapCheck>();
  for (const check of checks) {
    if (typeof check?.type !== "string" || typeof check.check !== "function") {
      throw configurationInvalid("bootstrap: a check has a type and a function check");
    }
    if (check.type === "workload" || byType.has(check.type))
      throw configurationInvalid("bootstrap: a type occurs twice");
    byType.set(check.type, check);
  }
  return byType;
}
