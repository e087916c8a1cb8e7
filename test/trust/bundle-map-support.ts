import { type SpiffeBundleMapOptions, spiffeBundleMap } from "../../src/trust/bundle-map-store.js";
import type { TrustDomain } from "../../src/trust/trust-domain.js";
import { a, b, c, publisher, responded } from "./bundle-support.js";
import { watchedRuntime } from "./key-source/support.js";

export const A = "spiffe://example.org";
export const B = "spiffe://partner.example";

/** A map of these trust domains: keys, and the sequence number if there is one. */
export function mapOf(domains: Record<string, readonly [keys: readonly object[], sequence?: number]>): object {
  return {
    trust_domains: Object.fromEntries(
      Object.entries(domains).map(([name, [keys, sequence]]) => [
        name,
        { keys, spiffe_refresh_hint: 1, ...(sequence !== undefined && { spiffe_sequence: sequence }) },
      ]),
    ),
  };
}

export const BOTH = mapOf({ "example.org": [[a]], "partner.example": [[{ ...b, kid: "a" }, c]] });

export function polled(content: unknown, options: SpiffeBundleMapOptions = {}, place = "https://bundles.example/map") {
  const published = publisher(content);
  const runtime = watchedRuntime();
  const store = spiffeBundleMap(place, { fetch: published.fetch, readFile: published.readFile, runtime, ...options });
  const domain = async (origin: string): Promise<TrustDomain> => {
    const found = await store.get(origin);
    if (found === undefined) throw new Error("the trust domain is not there");
    return found;
  };
  return { published, runtime, store, domain, asked: published.asked };
}

export const NOT_FOUND = "wit_key_not_found";

export async function outcome(selecting: Promise<unknown>): Promise<string> {
  return selecting.then(
    () => "found",
    (error: { code: string }) => error.code,
  );
}

export async function next({ published, runtime, store }: ReturnType<typeof polled>, content: unknown): Promise<void> {
  published.content = content;
  runtime.setTime(store.state().nextRefreshAt ?? 0);
  await responded();
}
