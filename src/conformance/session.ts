import type { JsonObject } from "../base/json.js";
import { type Runtime, systemRuntime } from "../base/runtime.js";
import type { WorkloadMatcher } from "../exchange/match.js";
import type { VerifyPolicy } from "../exchange/policy.js";
import { type CheckedResponsePolicy, checkResponsePolicy, type ResponsePolicy } from "../exchange/response-policy.js";
import { createVerifier, type Verifier } from "../exchange/verifier.js";
import { memoryReplayStore } from "../replay/memory.js";
import type { ReplayStore } from "../replay/store.js";
import type { TrustStore } from "../trust/store.js";
import { timeOf } from "./input.js";
import { matcherOf, policyOf } from "./policy.js";
import { trustStoreOf } from "./trust.js";

/** What lasts from one request to the next, until a reset. */
export interface Session {
  /** The clock, which stands where the last context put it. */
  readonly runtime: Runtime;
  /** The trust store of a context, after its clock was set. */
  trustFor(context: JsonObject): TrustStore;
  /** The verifier of a context, after its clock was set. It is the same one, with its cache, for the same context. */
  verifierFor(context: JsonObject): Verifier;
  /** The demands of a context on responses, after its clock was set. */
  responsePolicyFor(context: JsonObject, expect: WorkloadMatcher): CheckedResponsePolicy;
  /** Forgets used proofs and verified WITs. */
  reset(): void;
}

/** Two senders of a suite may each use up tens of thousands of proofs between two resets. */
const REPLAY_ENTRIES = 2 ** 17;
/** Contexts whose verifier is kept; the oldest goes. */
const KEPT = 64;

/** Makes a session that remembers nothing yet. */
export function createSession(): Session {
  let time = 0;
  const runtime: Runtime = { ...systemRuntime, now: () => time };
  const trustStores = new Map<string, TrustStore>();
  const verifiers = new Map<string, Verifier>();
  let replay: ReplayStore | undefined;

  /** Made at its first use: a store counts time from where its clock stands then. */
  const sharedReplay = (): ReplayStore => {
    replay ??= memoryReplayStore({ maxEntries: REPLAY_ENTRIES, runtime });
    return replay;
  };
  /** The store that `replay` of a policy names; what names none is left for the library to refuse. */
  const replayFor = (kind: unknown = "memory"): unknown => (kind === "memory" ? sharedReplay() : kind);
  const trustFor = (context: JsonObject): TrustStore => {
    time = timeOf(context, "now");
    const { trust } = context;
    return remembered(trustStores, JSON.stringify(trust) ?? "", () => trustStoreOf(trust));
  };

  return {
    runtime,
    trustFor,
    verifierFor(context) {
      const policy = policyOf(context);
      const trust = trustFor(context);
      return remembered(verifiers, JSON.stringify([context["trust"], policy]), () => {
        const { allow, replay, ...values } = policy;
        const matcher = matcherOf(allow);
        // Data of unknown types: createVerifier checks every member, as it does for callers without a compiler.
        return createVerifier({
          ...values,
          trust,
          runtime,
          replay: replayFor(replay),
          ...(matcher && { allow: matcher }),
        } as VerifyPolicy);
      });
    },
    responsePolicyFor(context, expect) {
      const { replay, clockTolerance, maxLifetime, maxProofLifetime, maxBodyBytes } = policyOf(context);
      const values = { clockTolerance, maxLifetime, maxProofLifetime, maxBodyBytes };
      const trust = trustFor(context);
      return checkResponsePolicy({ ...values, trust, expect, runtime, replay: replayFor(replay) } as ResponsePolicy);
    },
    reset() {
      trustStores.clear();
      verifiers.clear();
      replay = undefined;
    },
  };
}

function remembered<T>(kept: Map<string, T>, key: string, make: () => T): T {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= KEPT) kept.delete(oldest);
  kept.set(key, made);
  return made;
}
