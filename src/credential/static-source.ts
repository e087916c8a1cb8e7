import { refuseUnknownOptions, WimseError } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { credentialFields, type WorkloadCredential } from "./credential.js";
import { type CredentialSource, checkNotExpired } from "./source.js";
import { type CredentialSourceState, describe, statusOf } from "./source-state.js";

/** A source with one credential. */
export interface StaticSource extends CredentialSource {
  current(options?: { readonly signal?: AbortSignal }): WorkloadCredential;
  state(): CredentialSourceState;
  close(): Promise<void>;
}

/**
 * A source of one credential that somebody else renews, or nobody: it has a state, and an end, like the others.
 *
 * `current()` throws WimseError `credential_expired` from the credential's expiry on, and `credential_unavailable` once the
 * source is closed.
 *
 * @example
 * ```ts
 * import { staticSource } from "wimse/credential";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const source = staticSource(await issuer.credential("wimse://example.com/agent"));
 * console.log(source.state().status, String(source.current())); // ready wimse://example.com/agent
 * ```
 *
 * @throws TypeError `configuration_invalid`: it is no credential
 */
export function staticSource(
  credential: WorkloadCredential,
  options: { readonly runtime?: Runtime } = {},
): StaticSource {
  credentialFields(credential);
  const runtime = runtimeOf(options);
  let closed = false;
  refuseUnknownOptions(options, ["runtime"], "staticSource");
  return Object.freeze({
    current({ signal }: { readonly signal?: AbortSignal } = {}) {
      signal?.throwIfAborted();
      if (closed) throw new WimseError("credential_unavailable", "The credential source is closed");
      checkNotExpired(credential, runtime.now());
      return credential;
    },
    state: () =>
      Object.freeze({
        status: closed ? ("closed" as const) : statusOf(credential, runtime.now()),
        ...(!closed && describe(credential)),
        failures: 0,
      }),
    close: async () => {
      closed = true;
    },
  });
}
