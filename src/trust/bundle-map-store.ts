import { configurationInvalid, isWimseError, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { inTurns } from "../base/in-pieces.js";
import { type Awaitable, type Runtime, runtimeOf } from "../base/runtime.js";
import { type Algorithm, algorithms } from "../crypto/algorithms.js";
import { sha256Base64url } from "../crypto/digest.js";
import type { VerificationKey } from "../crypto/verifier.js";
import { parseOrigin } from "../identifier/parse.js";
import { type MapInUse, nextMapInUse, qualifiedKid } from "./bundle-map-succession.js";
import {
  type DistantDocument,
  DOCUMENT_OPTIONS,
  type DocumentOptions,
  documentSource,
  rereadingOf,
} from "./key-source/document-source.js";
import type { KeySource, KeySourceState } from "./key-source/key-source.js";
import { LoadFailure } from "./key-source/load-failure.js";
import { REFRESH_OPTIONS, type RefreshOptions } from "./key-source/refresh-times.js";
import { type LoadOptions, type RefreshingKeySource, refreshingKeys } from "./key-source/refreshing-keys.js";
import { sourceOfBundle } from "./key-source/spiffe-bundle.js";
import { refuseUnknownKey } from "./select-key.js";
import type { JsonDocument } from "./spiffe-bundle.js";
import { parseSpiffeBundleMap, type SpiffeBundleMap, spiffeBundleMapReading } from "./spiffe-bundle-map.js";
import type { TrustStore } from "./store.js";
import { createTrustDomain, type TrustDomain } from "./trust-domain.js";

/**
 * Settings of {@link spiffeBundleMap}. `maxBytes` is 4194304 (4 MiB) by default. For a file, `refreshInterval` is 10 and
 * `cooldown` 1 by default: reading one costs little.
 */
export interface SpiffeBundleMapOptions extends RefreshOptions, DocumentOptions {
  /** The names of the trust domains that are taken of the map. Default: all that it has. */
  readonly domains?: readonly string[];
  /** Clock, timers and the source of jitter. Default: the platform's. */
  readonly runtime?: Runtime;
}

/** How a bundle map fares. */
export interface SpiffeBundleMapState extends KeySourceState {
  /** Trust domains that are known at present. */
  readonly domains: number;
}

/** The trust domains of a SPIFFE bundle map. */
export interface SpiffeBundleMapStore extends TrustStore {
  state(): SpiffeBundleMapState;
  close(): Promise<void>;
}

const OPTION_NAMES = [...REFRESH_OPTIONS, ...DOCUMENT_OPTIONS, "domains", "runtime"];
const MOST_BYTES = 2 ** 22;
const ORIGIN_PREFIX = "spiffe://";

/** Takes a trust domain of a map, by its name. */
type Filter = (name: string) => boolean;

/**
 * The trust domains of a SPIFFE bundle map (SPIFFE Trust Domain and Bundle section 5), each with the keys of its own bundle
 * and the rules of WIT-SVIDs: the map itself, a file that is read again and again, or an https URL.
 *
 * The map is taken as a whole or not at all. It is loaded again every `refreshInterval` seconds, whatever the refresh hints
 * of its bundles say; a trust domain that is not in it any more is trusted no longer. A bundle with a lower
 * `spiffe_sequence` than the one that is there for the same trust domain is not taken, and the state tells of it; after
 * `maxStale` without a newer one, the keys at hand are not used any more.
 *
 * Until the first load, a look-up waits; when that fails, nobody can say which trust domains there are, and every one of the
 * scheme `spiffe`, or of `domains`, is refused with `trust_keys_unavailable`.
 *
 * @example
 * ```ts
 * import { spiffeBundleMap } from "wimse/trust";
 *
 * const trust = spiffeBundleMap('{"trust_domains": {"example.org": {"keys": []}, "partner.example": {"keys": []}}}', {
 *   domains: ["example.org"],
 * });
 * console.log((await trust.get("spiffe://example.org"))?.profile); // wit-svid
 * console.log(await trust.get("spiffe://partner.example")); // undefined
 * await trust.close();
 * ```
 *
 * @throws TypeError `configuration_invalid`: an option is wrong, a URL is not https or has userinfo, or a map that is given
 * itself is malformed
 */
export function spiffeBundleMap(map: JsonDocument | URL, options: SpiffeBundleMapOptions = {}): SpiffeBundleMapStore {
  refuseUnknownOptions(options, OPTION_NAMES, "spiffeBundleMap");
  const { domains, ...rest } = options;
  const runtime = runtimeOf(options);
  const isWanted = filterOf(domains);
  const source = documentSource(map, "spiffeBundleMap", MOST_BYTES, options);
  return source.kind === "inline"
    ? staticMap(source.document, isWanted)
    : refreshingMap(source, { ...rest, runtime }, isWanted);
}

function filterOf(domains: readonly string[] | undefined): Filter {
  if (domains === undefined) return () => true;
  if (!Array.isArray(domains)) throw configurationInvalid("domains: an array of names of trust domains");
  const names = new Set(domains.map((name: unknown) => parseOrigin(`${ORIGIN_PREFIX}${name}`).trustDomain));
  return (name) => names.has(name);
}

/** There is nothing that a map which is given itself could be behind of. */
const GIVEN = { now: 0, maxStale: 0 };

function staticMap(document: JsonDocument, isWanted: Filter): SpiffeBundleMapStore {
  const { bundles, problems, keys } = nextMapInUse(undefined, givenMap(document, isWanted), GIVEN);
  const domains = new Map([...bundles].map(([name, bundle]) => [name, domainOf(name, sourceOfBundle(bundle))]));
  const state = Object.freeze({ domains: domains.size, keys: keys.length, problems });
  return Object.freeze({
    get: (origin: string) => domains.get(nameIn(origin) ?? ""),
    state: () => state,
    close: async () => {},
  });
}

function givenMap(document: JsonDocument, isWanted: Filter): SpiffeBundleMap {
  try {
    return wanted(parseSpiffeBundleMap(document), isWanted);
  } catch (error) {
    throw error instanceof WimseError ? configurationInvalid(`SPIFFE bundle map: ${error.message}`) : error;
  }
}

function wanted(map: SpiffeBundleMap, isWanted: Filter): SpiffeBundleMap {
  return new Map([...map].filter(([name]) => isWanted(name)));
}

/** BUNDLE-3.01: the name under which a bundle stands in the map says whose it is, and nothing else does. */
function domainOf(name: string, keys: KeySource): TrustDomain {
  return createTrustDomain({ origin: `${ORIGIN_PREFIX}${name}`, keys });
}

function nameIn(origin: string): string | undefined {
  return typeof origin === "string" && origin.startsWith(ORIGIN_PREFIX)
    ? origin.slice(ORIGIN_PREFIX.length)
    : undefined;
}

/** The map that was accepted last, and by what its text is known again. */
interface Version extends Pick<MapInUse, "bundles" | "behind"> {
  readonly digest: string;
}

function refreshingMap(
  source: DistantDocument,
  { runtime, ...options }: RefreshOptions & { readonly runtime: Runtime },
  isWanted: Filter,
): SpiffeBundleMapStore {
  const rereading = rereadingOf(source, options);
  /** By name; each stays the same object for as long as it is in the map, so that cached WITs stay good. */
  let domains: ReadonlyMap<string, TrustDomain> | undefined;
  const keys: RefreshingKeySource = refreshingKeys<Version>({
    ...rereading,
    async load({ signal, version, runtime: clock }: LoadOptions<Version>) {
      const bytes = await source.read(signal);
      const digest = sha256Base64url(bytes);
      // Where a bundle is behind, the same map says something else as time goes by.
      if (version?.digest === digest && version.behind.size === 0) return { keys: "unchanged" as const, version };
      const map = wanted(await parsedMap(bytes, signal), isWanted);
      const next = nextMapInUse(version, map, { now: clock.now(), maxStale: rereading.times.maxStale });
      if (!signal.aborted) domains = withDomains(domains, next.bundles.keys(), keys);
      // BUNDLE-5.1.1.05: no hint of a bundle says when to come again
      return {
        keys: next.keys,
        problems: next.problems,
        version: { bundles: next.bundles, behind: next.behind, digest },
      };
    },
  });
  keys.start(runtime);
  return Object.freeze({
    get(origin: string, waiting: { readonly signal?: AbortSignal } = {}): Awaitable<TrustDomain | undefined> {
      const name = nameIn(origin);
      if (name === undefined || !isWanted(name)) return undefined; // whether the map is there or not
      if (domains !== undefined) return domains.get(name);
      return firstLoad(keys, waiting).then(() => domains?.get(name));
    },
    state: () => Object.freeze({ ...keys.state(), domains: domains?.size ?? 0 }),
    close: async () => keys.close(),
  });
}

async function parsedMap(bytes: Uint8Array, signal: AbortSignal): Promise<SpiffeBundleMap> {
  try {
    return await inTurns(spiffeBundleMapReading(bytes), signal);
  } catch {
    throw new LoadFailure("malformed");
  }
}

function withDomains(
  previous: ReadonlyMap<string, TrustDomain> | undefined,
  names: Iterable<string>,
  keys: RefreshingKeySource,
): ReadonlyMap<string, TrustDomain> {
  return new Map(Array.from(names, (name) => [name, previous?.get(name) ?? domainOf(name, keysIn(name, keys))]));
}

/** The keys of one trust domain of the map. */
function keysIn(name: string, keys: RefreshingKeySource): KeySource {
  return Object.freeze({
    profile: "wit-svid" as const,
    select: (kid: string | undefined, algorithm: Algorithm, waiting?: { readonly signal?: AbortSignal }) =>
      kid === undefined ? refuseUnknownKey() : keys.select(qualifiedKid(name, kid), algorithm, waiting),
    holds: (key: VerificationKey) => keys.holds(key),
    state: () => keys.state(),
  });
}

/** No trust domain has an empty name, so that there is no such key. Asking for it leads to a load, or waits for one. */
const NO_KEY = qualifiedKid("", "");
const [ANY_ALGORITHM] = algorithms as readonly [Algorithm];

/**
 * Waits until there is a map.
 *
 * @throws WimseError `trust_keys_unavailable`
 */
async function firstLoad(keys: RefreshingKeySource, waiting: { readonly signal?: AbortSignal }): Promise<void> {
  try {
    await keys.select(NO_KEY, ANY_ALGORITHM, waiting);
  } catch (error) {
    if (!isWimseError(error, "wit_key_not_found")) throw error;
  }
}
