import type { Awaitable, Runtime } from "../../base/runtime.js";
import type { Algorithm } from "../../crypto/algorithms.js";
import type { VerificationKey } from "../../crypto/verifier.js";

/** Where the keys of a trust domain come from. */
export interface KeySource {
  /**
   * The key for a WIT.
   *
   * @throws WimseError `wit_key_not_found`, `wit_key_ambiguous`, `trust_keys_unavailable`
   */
  select(
    kid: string | undefined,
    algorithm: Algorithm,
    options?: { readonly signal?: AbortSignal },
  ): Awaitable<VerificationKey>;
  /** The rules of the tokens that such keys sign, where a SPIFFE trust domain is given no others. */
  readonly profile?: "wit-svid";
  /** Whether a key that was selected before is still one of the domain's. Asked on every request. */
  holds(key: VerificationKey): boolean;
  /** Called by the trust store that is given the source, with the store's clock and timers. */
  start?(runtime: Runtime): void;
  /** Ends everything that goes on in the background. Called by the `close` of the trust store. */
  close?(): Awaitable<void>;
  /** What an operator may want to know. */
  state?(): KeySourceState;
}

/** How a key source fares: for logs, metrics and health checks. Nothing in it comes from a key or a foreign text. */
export interface KeySourceState {
  /** Keys that can be used at present. */
  readonly keys: number;
  /** When the keys at hand were asked for, or last confirmed, in seconds since the epoch. */
  readonly fetchedAt?: number;
  /** When the last attempt failed. Absent as soon as one succeeds. */
  readonly failedAt?: number;
  /** Why it failed: `timed_out`, `unreachable`, `status_503`, … */
  readonly failure?: string;
  /** When the next attempt is due. */
  readonly nextRefreshAt?: number;
  /** When the keys at hand cease to be used if no attempt succeeds until then. */
  readonly staleAt?: number;
  /** What was left out of the key set, and why, such as `keys[2]: the key must not be symmetric`. */
  readonly problems: readonly string[];
}
