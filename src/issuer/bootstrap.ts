import { WimseError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";

/** Who asks for a WIT, as far as somebody vouches for it. */
export interface EnrolmentCaller {
  /** What vouches: the `type` of the bootstrap check, such as `enrolment-token` or `jwt`; `workload` at a renewal. */
  readonly type: string;
  /** The label of the token, the `sub` of the JWT, the identifier of the workload. */
  readonly name: string;
  /** All claims of the JWT. */
  readonly claims?: JsonObject;
}

/** What a bootstrap check found out. */
export interface BootstrapGrant {
  readonly caller: EnrolmentCaller;
  /** Uses the secret up, in one step; false when it was used up in the meantime. Called last, before the WIT is issued. */
  claim?(): Awaitable<boolean>;
  /** Takes `claim` back: no WIT was issued. */
  release?(): Awaitable<void>;
}

/** Tells by a secret, or by the token of another issuer, who a workload is that has no credential yet. */
export interface BootstrapCheck {
  /** By which requests name it; unique within a server. */
  readonly type: string;
  /**
   * A first look that costs nothing, such as whether a secret is known at all. What it refuses does not count against the
   * rate, so that strangers cannot use that up. Default: everything gets to `check`.
   */
  recognizes?(value: string): boolean;
  /**
   * @throws WimseError `enrolment_bootstrap_refused`, or another code of docs/identity-server.md that fits; its text is not
   *   passed on. Other errors refuse too
   */
  check(value: string, options: { readonly signal?: AbortSignal }): Awaitable<BootstrapGrant>;
}

/** The one answer to every secret that does not hold, so that nobody learns which of them exist. */
export function bootstrapRefused(): WimseError {
  return new WimseError("enrolment_bootstrap_refused", "What was shown does not vouch for the workload");
}
