import { configurationInvalid, WimseError } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import { credentialFields, isWorkloadCredential, type WorkloadCredential } from "./credential.js";

/** Where a workload gets its credential from, again and again, since credentials live for hours. */
export interface CredentialSource {
  /** The credential to use now. */
  current(options?: { readonly signal?: AbortSignal }): Awaitable<WorkloadCredential>;
}

/**
 * The credential to sign with at this moment.
 *
 * @throws WimseError `credential_expired`; `credential_unavailable` when the source has none
 */
export async function currentCredential(
  from: WorkloadCredential | CredentialSource,
  now: number,
  signal?: AbortSignal,
): Promise<WorkloadCredential> {
  const credential = isWorkloadCredential(from) ? from : await askSource(from, signal);
  checkNotExpired(credential, now);
  return credential;
}

async function askSource(source: CredentialSource, signal: AbortSignal | undefined): Promise<WorkloadCredential> {
  if (typeof source?.current !== "function") throw configurationInvalid("A credential or a source of one is required");
  try {
    return await source.current(signal && { signal });
  } catch (error) {
    if (error instanceof WimseError) throw error;
    signal?.throwIfAborted();
    throw new WimseError("credential_unavailable", "The credential source has no credential");
  }
}

/** Refuses to sign with a credential that is over. */
export function checkNotExpired(credential: WorkloadCredential, now: number): void {
  // CREDS-9.5.03, WPT-3.2.03
  if (!(now < credentialFields(credential).expiresAt)) {
    throw new WimseError("credential_expired", "The credential has expired", "CREDS-9.5.03");
  }
}
