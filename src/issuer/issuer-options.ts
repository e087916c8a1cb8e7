import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { limitOf } from "../base/limits.js";
import { type Runtime, timedRuntimeOf } from "../base/runtime.js";
import { algorithmNamed, WIT_SVID_ALGORITHMS } from "../crypto/algorithms.js";
import { parseOrigin } from "../identifier/parse.js";
import type { WitProfile } from "../trust/trust-domain.js";
import type { IssuerKeys } from "./issuer-keys.js";
import { MOST_KEYS } from "./key-ring.js";
import { type KeySchedule, RELOAD_INTERVAL } from "./key-schedule.js";
import { STORE_TIMEOUT } from "./saved-state.js";
import type { IssuerStore } from "./state.js";

/** Settings of `createIssuer`. Durations are seconds. */
export interface IssuerOptions {
  /** The trust domain whose workloads it names, such as `wimse://example.com`. Required. */
  readonly origin: string;
  /** Default `"wit"`. `"wit-svid"` issues WIT-SVIDs, and publishes SPIFFE bundles. */
  readonly profile?: WitProfile;
  /** Algorithm of the keys that it makes itself. Default `ES256`. */
  readonly algorithm?: string;
  /** Makes and keeps the keys elsewhere, in a key service for instance. Default: keys of this process. */
  readonly keys?: IssuerKeys;
  /** Where the state outlives the process. Default: nowhere; every start then begins with a new key. */
  readonly store?: IssuerStore;
  /** Longest lifetime of a WIT. Default 3600, at most 86400. */
  readonly maxLifetime?: number;
  /** Lifetime of a WIT that is asked for none. Default: `maxLifetime`. */
  readonly lifetime?: number;
  /**
   * For how long verifiers may keep the published keys before they ask again: `spiffe_refresh_hint`, and `max-age` of the
   * identity server. Default 300.
   */
  readonly refreshHint?: number;
  /**
   * From the publication of a key to its first signature. Default: three times `refreshHint`; at least `refreshHint`, and
   * ten seconds more where there is a store, since issuers that share one look there every ten seconds.
   */
  readonly publishAhead?: number;
  /**
   * With a store: for how long it signs without hearing from it, before it fails with `issuer_state_unavailable`, since
   * another issuer may have retired or withdrawn the key. Default and at most `publishAhead`, at least 10; it is less while
   * a key that is published already is to take over.
   */
  readonly maxStale?: number;
  /** Makes a new key that often. Default: only `rotate` does. */
  readonly rotateEvery?: number;
  /** What verifiers' clocks are forgiven: a key is published that much longer. Default and at most 120. */
  readonly clockTolerance?: number;
  /** The claim `iss` of every WIT. Default: none. */
  readonly issuer?: string;
  readonly runtime?: Runtime;
}

/** Settings of an issuer, checked. */
export interface IssuerSettings {
  readonly origin: string;
  readonly profile: WitProfile;
  readonly algorithm: string;
  readonly keys: IssuerKeys | undefined;
  readonly store: IssuerStore | undefined;
  readonly schedule: KeySchedule;
  readonly refreshHint: number;
  /** How long it signs without hearing from its store. */
  readonly maxStale: number;
  /** Of a WIT that is asked for none. */
  readonly lifetime: number;
  readonly iss: string | undefined;
  readonly runtime: Runtime;
}

const OPTION_NAMES = [
  "origin",
  "profile",
  "algorithm",
  "keys",
  "store",
  "maxLifetime",
  "lifetime",
  "refreshHint",
  "publishAhead",
  "maxStale",
  "rotateEvery",
  "clockTolerance",
  "issuer",
  "runtime",
];
const HOUR = 3600;
const DAY = 86400;
const YEAR = 366 * DAY;
const MOST_TOLERANCE = 120;

/** The caller's settings, checked. */
export function issuerSettingsOf(options: IssuerOptions): IssuerSettings {
  refuseUnknownOptions(options, OPTION_NAMES, "createIssuer");
  const { profile = "wit", algorithm = "ES256", store, keys, issuer: iss } = options;
  const { origin } = parseOrigin(options.origin);
  checkProfile(profile, origin, algorithm);
  if (iss !== undefined && typeof iss !== "string") throw configurationInvalid("issuer: a string");
  checkPorts(keys, store);
  const { schedule, refreshHint } = scheduleOf(options);
  const lifetime = limitOf(options.lifetime, schedule.maxLifetime, "lifetime", schedule.maxLifetime, 1);
  const maxStale = maxStaleOf(options, schedule);
  const runtime = timedRuntimeOf(options);
  return { origin, profile, algorithm, keys, store, schedule, refreshHint, maxStale, lifetime, iss, runtime };
}

function checkProfile(profile: WitProfile, origin: string, algorithm: string): void {
  if (profile !== "wit" && profile !== "wit-svid") throw configurationInvalid('profile: "wit" or "wit-svid"');
  if (algorithmNamed(algorithm) === undefined) throw configurationInvalid("algorithm: it is not supported here");
  if (profile === "wit") return;
  if (!origin.startsWith("spiffe://")) throw configurationInvalid("profile: a WIT-SVID names a SPIFFE ID"); // WITSVID-3.1.01
  // WITSVID-4.01
  if (!WIT_SVID_ALGORITHMS.includes(algorithm)) throw configurationInvalid("algorithm: the profile does not have it");
}

function checkPorts(keys: IssuerKeys | undefined, store: IssuerStore | undefined): void {
  if (keys !== undefined && !(typeof keys?.create === "function" && typeof keys.open === "function")) {
    throw configurationInvalid("keys: create and open must be functions");
  }
  if (store !== undefined && !(typeof store?.load === "function" && typeof store.save === "function")) {
    throw configurationInvalid("store: load and save must be functions");
  }
}

function maxStaleOf({ maxStale, store }: IssuerOptions, { publishAhead }: KeySchedule): number {
  if (store === undefined) {
    if (maxStale !== undefined) throw configurationInvalid("maxStale: only with a store");
    return Number.POSITIVE_INFINITY;
  }
  return limitOf(maxStale, publishAhead, "maxStale", publishAhead, RELOAD_INTERVAL);
}

function scheduleOf(options: IssuerOptions): { schedule: KeySchedule; refreshHint: number } {
  const reload = options.store === undefined ? 0 : RELOAD_INTERVAL;
  const behind = options.store === undefined ? 0 : RELOAD_INTERVAL + STORE_TIMEOUT;
  const refreshHint = Math.floor(limitOf(options.refreshHint, 300, "refreshHint", DAY, 1));
  const ahead = Math.max(3 * refreshHint, refreshHint + reload);
  const publishAhead = limitOf(options.publishAhead, ahead, "publishAhead", YEAR, refreshHint + reload); // FED-4.1.01
  const maxLifetime = Math.floor(limitOf(options.maxLifetime, HOUR, "maxLifetime", DAY, 1)); // CREDS-9.3.1.02
  const grace = limitOf(options.clockTolerance, MOST_TOLERANCE, "clockTolerance", MOST_TOLERANCE) + behind;
  const { rotateEvery } = options;
  if (rotateEvery !== undefined) {
    limitOf(rotateEvery, 0, "rotateEvery", YEAR, 1);
    const keysAtOnce = Math.ceil((publishAhead + maxLifetime + grace) / rotateEvery) + 2;
    if (keysAtOnce > MOST_KEYS) {
      throw configurationInvalid(`rotateEvery: more than ${MOST_KEYS} keys would be published at once`);
    }
  }
  return { schedule: { publishAhead, maxLifetime, grace, rotateEvery }, refreshHint };
}
