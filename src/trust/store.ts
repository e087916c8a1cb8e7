import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { type Awaitable, dropRejection, isPending, type Runtime, runtimeOf } from "../base/runtime.js";
import { createTrustDomain, type TrustDomain, type TrustDomainOptions } from "./trust-domain.js";
import { keysUnavailable } from "./unavailable.js";

/** The trust domains of a service, by origin. */
export interface TrustStore {
  /** The domain with exactly this origin; `undefined` when it is not trusted. */
  get(origin: string, options?: { readonly signal?: AbortSignal }): Awaitable<TrustDomain | undefined>;
}

/** Settings of {@link createTrustStore}. */
export interface TrustStoreOptions {
  /** Clock, timers and the source of jitter for key sources that refresh. Default: the platform's. */
  readonly runtime?: Runtime;
}

/**
 * Binds each trust domain to the keys of its issuers (WIMSE workload credentials section 3). A WIT is verified with
 * the keys of the origin in its `sub`, found in constant time, and with no others. Key sources that refresh, such as
 * `remoteJwks`, are started here, and ended by `close`.
 *
 * @example
 * ```ts
 * import { createTrustStore } from "wimse/trust";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const trust = createTrustStore([{ origin: "wimse://example.com", keys: issuer.jwks }]);
 * console.log(await trust.get("wimse://example.org")); // undefined: nobody said that it is trusted
 * await trust.close();
 * ```
 *
 * @throws TypeError `configuration_invalid`: an option is wrong, an origin occurs twice, a key is weak, private or
 * off its curve, or a `kid` occurs twice in one domain
 */
export function createTrustStore(
  domains: readonly TrustDomainOptions[],
  options: TrustStoreOptions = {},
): TrustStore & { close(): Promise<void> } {
  refuseUnknownOptions(options, ["runtime"], "createTrustStore");
  const runtime = runtimeOf(options);
  if (!Array.isArray(domains)) throw configurationInvalid("createTrustStore: an array of trust domains");
  const byOrigin = new Map<string, TrustDomain>();
  for (const domain of domains.map(createTrustDomain)) {
    if (byOrigin.has(domain.origin)) throw configurationInvalid(`${domain.origin}: configured twice`);
    byOrigin.set(domain.origin, domain);
  }
  const sources = [...byOrigin.values()].map(({ keys }) => keys);
  const close = async (): Promise<void> => {
    await Promise.all(sources.map(async (source) => source.close?.()));
  };
  try {
    for (const source of sources) source.start?.(runtime);
  } catch (error) {
    dropRejection(close()); // nothing goes on for a store that was not made
    throw error;
  }
  return Object.freeze({
    get: (origin: string) => byOrigin.get(origin), // CREDS-3.01, ID-4.2.01: scheme and trust domain together
    close,
  });
}

/**
 * The trust domain of an origin. A store that fails has no keys to give: its error is not passed on.
 *
 * @throws WimseError `trust_keys_unavailable`
 */
export function domainOf(trust: TrustStore, origin: string, signal?: AbortSignal): Awaitable<TrustDomain | undefined> {
  try {
    const domain = trust.get(origin, signal && { signal });
    return isPending(domain) ? domain.then(undefined, refuseUnavailable) : domain;
  } catch (error) {
    return refuseUnavailable(error);
  }
}

/** The end of every failure to get at keys. */
export function refuseUnavailable(error: unknown): never {
  if (error instanceof WimseError) throw error;
  throw keysUnavailable();
}
