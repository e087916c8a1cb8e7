import { configurationInvalid, refuseUnknownOptions, WimseError } from "../../base/errors.js";
import { inTurns } from "../../base/in-pieces.js";
import { type Runtime, runtimeOf } from "../../base/runtime.js";
import { sha256Base64url } from "../../crypto/digest.js";
import { successorOf } from "../bundle-succession.js";
import { holdsKey, keySetOf, selectKey } from "../select-key.js";
import { type JsonDocument, parseSpiffeBundle, type SpiffeBundle, spiffeBundleReading } from "../spiffe-bundle.js";
import {
  type DistantDocument,
  DOCUMENT_OPTIONS,
  type DocumentOptions,
  documentSource,
  rereadingOf,
} from "./document-source.js";
import type { KeySource, KeySourceState } from "./key-source.js";
import { LoadFailure } from "./load-failure.js";
import { REFRESH_OPTIONS, type RefreshOptions } from "./refresh-times.js";
import { type LoadOptions, type RefreshingKeySource, refreshingKeys } from "./refreshing-keys.js";

/**
 * Settings of {@link spiffeBundle}. `maxBytes` is 1048576 (1 MiB) by default. For a file, `refreshInterval` is 10 and
 * `cooldown` 1 by default: reading one costs little.
 */
export interface SpiffeBundleOptions extends RefreshOptions, DocumentOptions {
  /** Whether the bundle is loaded as soon as a trust store is given the source, or at its first use. Default true. */
  readonly loadAtStart?: boolean;
  /** Clock, timers and the source of jitter. Default: those of the trust store. */
  readonly runtime?: Runtime;
}

/** How a bundle fares. */
export interface SpiffeBundleState extends KeySourceState {
  /** The highest `spiffe_sequence` that was seen, in digits. A bundle with a lower one is not taken. */
  readonly sequence?: string;
}

/** The keys for WIT-SVIDs of a SPIFFE bundle. */
export interface SpiffeBundleSource extends KeySource {
  readonly profile: "wit-svid";
  start(runtime: Runtime): void;
  close(): void;
  state(): SpiffeBundleState;
}

const OPTION_NAMES = [...REFRESH_OPTIONS, ...DOCUMENT_OPTIONS, "loadAtStart", "runtime"];
const MOST_BYTES = 2 ** 20;

/**
 * The keys of a SPIFFE trust domain, from its bundle: the bundle itself, a file that is read again and again, or an
 * endpoint of the profile `https_web` (SPIFFE Federation section 5.2.1). Whose bundle it is, the trust store is told by the
 * origin beside it, and never by the bundle or the URL (FED-5.1.01, FED-7.2.01).
 *
 * A text that begins with a brace is a bundle, one that begins with `https:` or `file:` a URL, any other the path of a
 * file. {@link parseSpiffeBundle} says which keys are taken; one without any lets nobody in.
 *
 * An endpoint is polled every `spiffe_refresh_hint` seconds (within `minRefreshInterval` and `maxRefreshInterval`), or every
 * `refreshInterval`, 300 by default; a little sooner, so that many clients do not come at once. It may redirect to any
 * https URL. After a poll that failed, the next one is made at its time (FED-6.2.01), and the keys at hand are used for
 * `maxStale` seconds more; where there are none yet, the attempts follow each other after a growing back-off. So it is when
 * a bundle has a lower `spiffe_sequence` than one before: it is not taken.
 *
 * @example
 * ```ts
 * import { createTrustStore, spiffeBundle } from "wimse/trust";
 *
 * const trust = createTrustStore([
 *   { origin: "spiffe://example.org", keys: spiffeBundle('{"keys": [], "spiffe_sequence": 1}') },
 *   { origin: "spiffe://partner.example", keys: spiffeBundle("https://bundles.partner.example/", { loadAtStart: false }) },
 *   { origin: "spiffe://sidecar.example", keys: spiffeBundle("/run/spiffe/bundle.json", { loadAtStart: false }) },
 * ]);
 * const domain = await trust.get("spiffe://example.org");
 * console.log(domain?.profile, domain?.keys.state?.()); // wit-svid { keys: 0, problems: [], sequence: "1" }
 * await trust.close();
 * ```
 *
 * @throws TypeError `configuration_invalid`: an option is wrong, a URL is not https or has userinfo, or a bundle that is
 * given itself is malformed
 */
export function spiffeBundle(bundle: JsonDocument | URL, options: SpiffeBundleOptions = {}): SpiffeBundleSource {
  refuseUnknownOptions(options, OPTION_NAMES, "spiffeBundle");
  const { loadAtStart = true, runtime } = options;
  if (typeof loadAtStart !== "boolean") throw configurationInvalid("loadAtStart: a boolean");
  if (runtime !== undefined) runtimeOf(options);
  const source = documentSource(bundle, "spiffeBundle", MOST_BYTES, options);
  return source.kind === "inline" ? staticSpiffeBundle(source.document) : refreshingBundle(source, options);
}

/**
 * A bundle that is given itself, and does not change.
 *
 * @throws TypeError `configuration_invalid`
 */
export function staticSpiffeBundle(document: JsonDocument): SpiffeBundleSource {
  try {
    return sourceOfBundle(parseSpiffeBundle(document));
  } catch (error) {
    throw error instanceof WimseError ? configurationInvalid(`SPIFFE bundle: ${error.message}`) : error;
  }
}

/** The keys of a bundle that was read. */
export function sourceOfBundle({ witKeys, problems, sequence }: SpiffeBundle): SpiffeBundleSource {
  const keys = keySetOf(witKeys);
  const state = Object.freeze({ keys: witKeys.length, problems, ...digitsOf(sequence) });
  return Object.freeze({
    profile: "wit-svid",
    select: (kid, algorithm) => selectKey(keys, kid, algorithm),
    holds: (key) => holdsKey(keys, key),
    start: () => undefined,
    close: () => undefined,
    state: () => state,
  } satisfies SpiffeBundleSource);
}

/** The bundle that was accepted last, and by what its text is known again. */
interface Version {
  readonly bundle: SpiffeBundle;
  readonly digest: string;
}

function refreshingBundle(
  source: DistantDocument,
  { loadAtStart = true, runtime, ...options }: SpiffeBundleOptions,
): SpiffeBundleSource {
  let highest: bigint | undefined;
  const keys: RefreshingKeySource = refreshingKeys<Version>({
    ...rereadingOf(source, options), // BUNDLE-6.1.01: five minutes without a hint
    loadAtStart,
    runtime,
    async load({ signal, version }: LoadOptions<Version>) {
      const bytes = await source.read(signal);
      const digest = sha256Base64url(bytes);
      const known = version?.digest === digest ? version : undefined;
      const bundle = known?.bundle ?? (await acceptable(version?.bundle, bytes, signal));
      if (!signal.aborted) highest = bundle.sequence ?? highest;
      // FED-4.1.04; a file is not polled by the word of what is in it
      const fresh = source.kind === "url" && bundle.refreshHint !== undefined ? { freshFor: bundle.refreshHint } : {};
      if (known !== undefined) return { keys: "unchanged" as const, version: known, ...fresh };
      // FED-4.2.01, BUNDLE-4.1.3.03: whatever it has, nothing at all included
      return { keys: bundle.witKeys, problems: bundle.problems, version: { bundle, digest }, ...fresh };
    },
  });
  return Object.freeze({
    profile: "wit-svid",
    select: (kid, algorithm, waiting) => keys.select(kid, algorithm, waiting),
    holds: (key) => keys.holds(key),
    start: (given) => keys.start(given),
    close: () => keys.close(),
    state: () => Object.freeze({ ...keys.state(), ...digitsOf(highest) }),
  } satisfies SpiffeBundleSource);
}

async function acceptable(
  previous: SpiffeBundle | undefined,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<SpiffeBundle> {
  const bundle = successorOf(previous, await parsed(bytes, signal));
  if (bundle === undefined) throw new LoadFailure("sequence_went_back"); // FED-4.2.02
  return bundle;
}

async function parsed(bytes: Uint8Array, signal: AbortSignal): Promise<SpiffeBundle> {
  try {
    return await inTurns(spiffeBundleReading(bytes), signal);
  } catch {
    throw new LoadFailure("malformed");
  }
}

function digitsOf(sequence: bigint | undefined): Pick<SpiffeBundleState, "sequence"> {
  return sequence === undefined ? {} : { sequence: String(sequence) };
}
