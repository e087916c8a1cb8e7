import { configurationInvalid, refuseUnknownOptions } from "../../base/errors.js";
import { inTurns } from "../../base/in-pieces.js";
import { member, parseJsonBytes } from "../../base/json.js";
import { limitOf } from "../../base/limits.js";
import type { Runtime } from "../../base/runtime.js";
import { sha256Base64url } from "../../crypto/digest.js";
import { documentUrl, fetchDocument } from "./fetch-document.js";
import { freshnessOf } from "./freshness.js";
import { LoadFailure } from "./load-failure.js";
import { REFRESH_OPTIONS, type RefreshOptions, refreshTimesOf } from "./refresh-times.js";
import { type KeyDocument, type RefreshingKeySource, refreshingKeys } from "./refreshing-keys.js";
import { usableKeys, verifiesWits } from "./usable-keys.js";

/** Settings of {@link remoteJwks}. */
export interface RemoteJwksOptions extends RefreshOptions {
  /** What fetches the set. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Allows `http:` URLs of this machine: `localhost`, `127.0.0.0/8`, `[::1]`. Default false. */
  readonly allowInsecureLoopback?: boolean;
  /** Most bytes of the set. Default 262144 (256 KiB), at most 16777216. */
  readonly maxBytes?: number;
  /** Most entries of the set, usable or not. Default 100, at most 10000. */
  readonly maxKeys?: number;
  /** Whether the set is fetched as soon as a trust store is given the source, or at its first use. Default true. */
  readonly loadAtStart?: boolean;
  /** Clock, timers and the source of jitter. Default: those of the trust store. */
  readonly runtime?: Runtime;
}

const OPTION_NAMES = [
  ...REFRESH_OPTIONS,
  "fetch",
  "allowInsecureLoopback",
  "maxBytes",
  "maxKeys",
  "loadAtStart",
  "runtime",
];
/** By what a set is known to be the same as before. */
interface Version {
  readonly etag: string | undefined;
  readonly digest: string;
}

const MEDIA_TYPES = "application/jwk-set+json, application/json";
/** Longer entity tags are not worth remembering. */
const LONGEST_ETAG = 256;

/**
 * A JWK Set (RFC 7517 section 5) that its issuer publishes at a URL. The URL comes from configuration, like the trust
 * domain that the source is given to; nothing in a token leads to one (CREDS-3.03).
 *
 * @example
 * ```ts
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore, remoteJwks } from "wimse/trust";
 * import { verifyWit } from "wimse/wit";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const keys = remoteJwks("https://id.example.com/jwks.json", {
 *   fetch: async () => Response.json(issuer.jwks), // leave this out to fetch for real
 * });
 * const trust = createTrustStore([{ origin: "wimse://example.com", keys }]);
 *
 * const { wit } = await issuer.credential("wimse://example.com/agent");
 * console.log((await verifyWit(wit, { trust })).id.uri); // wimse://example.com/agent
 * console.log(keys.state().keys); // 1
 * await trust.close();
 * ```
 *
 * The set is fetched when a trust store is given the source, and again before it is out of date: its `Cache-Control:
 * max-age` says when, within `minRefreshInterval` and `maxRefreshInterval`, or `refreshInterval` where it says nothing. No
 * request waits for that. A `kid` that the set does not have causes one fetch, for which the request waits, but none within
 * `cooldown`, and none again for a `kid` that was looked for in vain until the next refresh. While fetches fail, the keys
 * at hand stay in use for `maxStale` beyond their age. A key that is no longer in the set is refused as soon as a fetch has
 * shown that, and with it the WITs that it signed, verified before or not. docs/key-sources.md tells all of this in order.
 *
 * Entries that cannot verify a WIT are left out. So are those that are wrong in themselves (private, symmetric, weak, off
 * their curve), and all that share a `kid`; the state reports them. Redirects are followed within the origin of the URL,
 * up to three. The content type is not looked at.
 *
 * A source belongs to one trust store, whose `close` ends it. Its timers hold no process open. `select` throws WimseError
 * `wit_key_not_found` where the set has no such key, and `trust_keys_unavailable` where it could not be fetched.
 *
 * @param url `https:`, without user name and password
 * @throws TypeError `configuration_invalid`
 */
export function remoteJwks(url: string | URL, options: RemoteJwksOptions = {}): RefreshingKeySource {
  refuseUnknownOptions(options, OPTION_NAMES, "remoteJwks");
  const { allowInsecureLoopback = false, loadAtStart = true, fetch: given } = options;
  for (const [name, value] of Object.entries({ allowInsecureLoopback, loadAtStart })) {
    if (typeof value !== "boolean") throw configurationInvalid(`${name}: a boolean`);
  }
  const send = given ?? globalThis.fetch;
  if (typeof send !== "function") throw configurationInvalid("fetch: a function");
  const target = documentUrl(url, "remoteJwks", { allowInsecureLoopback });
  const maxBytes = limitOf(options.maxBytes, 2 ** 18, "maxBytes", 2 ** 24, 2);
  const maxKeys = limitOf(options.maxKeys, 100, "maxKeys", 10_000, 1);
  return refreshingKeys<Version>({
    times: refreshTimesOf(options),
    loadAtStart,
    runtime: options.runtime,
    async load({ signal, version }) {
      const { bytes, headers } = await fetchDocument(target, {
        fetch: send,
        maxBytes,
        accept: MEDIA_TYPES,
        redirects: "same-origin",
        allowInsecureLoopback,
        etag: version?.etag,
        signal,
      });
      const freshFor = freshnessOf(headers);
      const fresh = freshFor === undefined ? {} : { freshFor };
      if (bytes === undefined) return { keys: "unchanged", ...fresh, ...(version && { version }) };
      const read: Version = { etag: etagOf(headers), digest: sha256Base64url(bytes) };
      const keys =
        read.digest === version?.digest ? { keys: "unchanged" as const } : await readJwks(bytes, maxKeys, signal);
      return { ...keys, ...fresh, version: read };
    },
  });
}

async function readJwks(
  bytes: Uint8Array,
  maxKeys: number,
  signal: AbortSignal,
): Promise<Pick<KeyDocument, "keys" | "problems">> {
  const set = parseJsonBytes(bytes);
  const keys = set && member(set, "keys");
  if (!Array.isArray(keys)) throw new LoadFailure("malformed");
  if (keys.length > maxKeys) throw new LoadFailure("too_many_keys");
  return inTurns(usableKeys(keys, verifiesWits), signal);
}

function etagOf(headers: Headers): string | undefined {
  const etag = headers.get("etag");
  return etag !== null && etag.length <= LONGEST_ETAG ? etag : undefined;
}
