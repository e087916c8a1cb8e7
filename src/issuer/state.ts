import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";
import { readPublicJwk } from "../crypto/public-key.js";

/** One signing key of an issuer as it is remembered. Times are seconds since the epoch. */
export interface KeyRecord {
  readonly kid: string;
  /** JOSE name of the algorithm that it signs with. */
  readonly algorithm: string;
  readonly publicJwk: JWK;
  /** What `IssuerKeys.open` is given to get at the private key again; secret where it is the key itself. */
  readonly handle?: JsonObject;
  readonly createdAt: number;
  /** Left out: no key set holds it yet. */
  readonly publishedAt?: number;
  /** From when on it may sign, since everybody can know it by then. */
  readonly activeFrom?: number;
  /** How often a restart has put that off. */
  readonly deferrals?: number;
  /** When it began to sign; left out: it has never signed. */
  readonly activatedAt?: number;
  /** The longest lifetime that its WITs can have had, seconds. */
  readonly longestLifetime?: number;
  /** When it leaves the key set; left out: no other key has taken over. */
  readonly retireAt?: number;
}

/** All that an issuer has to remember, as plain JSON. */
export interface IssuerState {
  readonly format: typeof STATE_FORMAT;
  readonly origin: string;
  /** Counts the savings, so that of two writers only one succeeds. */
  readonly revision: number;
  /** `spiffe_sequence` of what is published. */
  readonly sequence: number;
  /** Digest of what is published: another one takes a new sequence number. */
  readonly contents: string;
  /** Seconds for which verifiers may keep what was published last. */
  readonly refreshHint?: number;
  /** Until when verifiers may keep what was published before, when they might keep it for longer. */
  readonly cachedUntil?: number;
  /** In the order in which they were made. */
  readonly keys: readonly KeyRecord[];
}

export const STATE_FORMAT = "wimse-issuer/v1";

/**
 * Where the state of an issuer outlives its process. Several issuers of one trust domain may share a store.
 *
 * With keys that the issuer makes itself, the state holds private keys: whoever can read it can issue. A saving is
 * complete or has not happened.
 */
export interface IssuerStore {
  /** The state that was saved last; `undefined` before the first time. */
  load(options: { readonly signal: AbortSignal }): Awaitable<IssuerState | undefined>;
  /**
   * Saves a state in place of the one with the revision before it, in one step.
   *
   * @returns false when somebody else has saved that revision: nothing was saved
   */
  save(state: IssuerState, options: { readonly signal: AbortSignal }): Awaitable<boolean>;
}

const NUMBERS = [
  "createdAt",
  "publishedAt",
  "activeFrom",
  "deferrals",
  "activatedAt",
  "longestLifetime",
  "retireAt",
] as const;

/**
 * What a store returned, checked.
 *
 * @throws TypeError `configuration_invalid`: no state of this issuer; what is wrong with it is not told in detail, since
 * it may hold private keys
 */
export function readIssuerState(value: unknown, origin: string): IssuerState {
  if (!isJsonObject(value) || value["format"] !== STATE_FORMAT) throw configurationInvalid("store: no issuer's state");
  if (value["origin"] !== origin) throw configurationInvalid("store: the state is that of another trust domain");
  const { revision, sequence, contents, keys } = value;
  const times = [value["refreshHint"], value["cachedUntil"]];
  const numbers =
    isCount(revision) &&
    isCount(sequence) &&
    typeof contents === "string" &&
    times.every((time) => time === undefined || Number.isFinite(time));
  if (!numbers || !Array.isArray(keys) || !keys.every(isKeyRecord)) {
    throw configurationInvalid("store: the issuer's state is damaged");
  }
  // WITSVID-6.1.03
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) {
    throw configurationInvalid("store: two keys of the issuer have one kid");
  }
  return value as unknown as IssuerState;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isKeyRecord(value: unknown): value is KeyRecord {
  if (!isJsonObject(value)) return false;
  const { kid, algorithm, publicJwk, handle, createdAt } = value;
  return (
    typeof kid === "string" &&
    kid !== "" &&
    typeof algorithm === "string" &&
    createdAt !== undefined &&
    NUMBERS.every((name) => value[name] === undefined || Number.isFinite(value[name])) &&
    (handle === undefined || isJsonObject(handle)) &&
    readPublicJwk(publicJwk).kind === "usable"
  );
}
