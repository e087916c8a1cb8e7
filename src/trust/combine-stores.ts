import { configurationInvalid } from "../base/errors.js";
import { type Awaitable, isPending } from "../base/runtime.js";
import type { TrustStore } from "./store.js";
import type { TrustDomain } from "./trust-domain.js";

/** A store that may have something going on in the background. */
type ClosableStore = TrustStore & { close?(): Awaitable<void> };

/**
 * Several trust stores as one: a trust domain is the one of the first store that knows its origin. Keys are never put
 * together from two stores. A store that cannot answer ends the look-up with its error, since it might have known; so put
 * stores that may have to wait behind those that know at once.
 *
 * @example
 * ```ts
 * import { combineTrustStores, createTrustStore, spiffeBundleMap } from "wimse/trust";
 *
 * const trust = combineTrustStores([
 *   createTrustStore([{ origin: "wimse://example.com", keys: { keys: [] } }]),
 *   spiffeBundleMap('{"trust_domains": {"example.org": {"keys": []}}}'),
 * ]);
 * console.log((await trust.get("spiffe://example.org"))?.profile); // wit-svid
 * await trust.close(); // closes all of them
 * ```
 *
 * @throws TypeError `configuration_invalid`
 */
export function combineTrustStores(stores: readonly ClosableStore[]): TrustStore & { close(): Promise<void> } {
  if (!Array.isArray(stores) || !stores.every((store) => typeof store?.get === "function")) {
    throw configurationInvalid("combineTrustStores: an array of trust stores");
  }
  const all: readonly ClosableStore[] = [...stores];
  return Object.freeze({
    get: (origin: string, options?: { readonly signal?: AbortSignal }) => firstDomain(all, 0, origin, options),
    close: async () => {
      await Promise.all(all.map(async (store) => store.close?.()));
    },
  });
}

/** The domain in the first store from `index` on that knows it. Nothing waits where nothing has to. */
function firstDomain(
  stores: readonly ClosableStore[],
  index: number,
  origin: string,
  options: { readonly signal?: AbortSignal } | undefined,
): Awaitable<TrustDomain | undefined> {
  const store = stores[index];
  if (store === undefined) return undefined;
  const others = (): Awaitable<TrustDomain | undefined> => firstDomain(stores, index + 1, origin, options);
  const domain = store.get(origin, options);
  return isPending(domain) ? domain.then((found) => found ?? others()) : (domain ?? others());
}
