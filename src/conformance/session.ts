import type { JsonObject } from "../base/json.js";
import { type Runtime, systemRuntime } from "../base/runtime.js";
import type { VerifyPolicy } from "../exchange/policy.js";
import { createVerifier, type Verifier } from "../exchange/verifier.js";
import type { HttpRequestView } from "../http/message.js";
import { memoryReplayStore } from "../replay/memory.js";
import type { ReplayStore } from "../replay/store.js";
import type { TrustStore } from "../trust/store.js";
import { timeOf } from "./input.js";
import { compatFor, matcherOf, policyOf, proofsFor } from "./policy.js";
import { trustStoreOf } from "./trust.js";

/** What lasts from one request to the next, until a reset. */
export interface Session {
  /** The clock, which stands where the last context put it. */
  readonly runtime: Runtime;
  /** The trust store of a context, after its clock was set. */
  trustFor(context: JsonObject): TrustStore;
  /** The verifier of a context, after its clock was set. It is the same one, with its cache, for the same context. */
  verifierFor(context: JsonObject, view: HttpRequestView): Verifier;
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
  const trustFor = (context: JsonObject): TrustStore => {
    time = timeOf(context, "now");
    const { trust } = context;
    return remembered(trustStores, JSON.stringify(trust) ?? "", () => trustStoreOf(trust));
  };

  return {
    runtime,
    trustFor,
    verifierFor(context, view) {
      const policy = policyOf(context);
      const proofs = proofsFor(policy, view);
      const compat = compatFor(policy, view);
      const trust = trustFor(context);
      return remembered(verifiers, JSON.stringify([context["trust"], policy]), () => {
        const { allow, replay: kind = "memory", ...values } = policy;
        const matcher = matcherOf(allow);
        // Data of unknown types: createVerifier checks every member, as it does for callers without a compiler.
        return createVerifier({
          ...values,
          proofs,
          compat,
          trust,
          runtime,
          replay: kind === "memory" ? sharedReplay() : kind,
          ...(matcher && { allow: matcher }),
        } as VerifyPolicy);
      });
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
