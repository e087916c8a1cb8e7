import type { JSONWebKeySet, JWK } from "jose";
import { encodeBase64url } from "../base/base64url.js";
import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { limitOf } from "../base/limits.js";
import type { Runtime } from "../base/runtime.js";
import { supportedAlgorithms, WIT_SVID_ALGORITHMS } from "../crypto/algorithms.js";
import { assertIssuableIdentifier } from "../identifier/parse.js";
import type { KeySource } from "../trust/key-source/key-source.js";
import type { WitProfile } from "../trust/trust-domain.js";
import { issueWit } from "../wit/issue.js";
import { issuerKeySource } from "./issuer-key-source.js";
import { generatedKeys } from "./issuer-keys.js";
import { type IssuerOptions, issuerSettingsOf } from "./issuer-options.js";
import { type IssuerKeyState, type IssuerStatus, keyStateOf, statusOfRing } from "./issuer-status.js";
import { KeyRing } from "./key-ring.js";
import { jwksOf, type SpiffeBundleDocument, spiffeBundleOf } from "./published-keys.js";
import { savedState } from "./saved-state.js";
import { SigningKeys } from "./signing-keys.js";

/** Settings of one WIT. */
export interface IssueOptions {
  /** Seconds, at most `maxLifetime` of the issuer. */
  readonly lifetime?: number;
  /** `nbf`, `jti` and claims of your own. `jti` is random unless given. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** A WIT and what to remember of it. */
export interface IssuedWit {
  readonly wit: string;
  /** Its `jti`: what to revoke it by. */
  readonly tokenId: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** The key that signed it. */
  readonly kid: string;
}

/** Issues WITs of one trust domain, with keys that change without anybody noticing. */
export interface Issuer {
  readonly origin: string;
  readonly profile: WitProfile;
  /** For how long what is published may be kept, seconds. */
  readonly refreshHint: number;
  /** From the publication of a key to its first signature, seconds. */
  readonly publishAhead: number;
  /**
   * Issues a WIT for a workload's public key.
   *
   * @throws TypeError `configuration_invalid`: a `sub` of another trust domain, a lifetime above `maxLifetime`, and all that
   *   `issueWit` refuses
   * @throws WimseError `credential_unavailable`: the key cannot be reached; `issuer_state_unavailable`: the store could not
   *   be reached for `maxStale`, and another issuer may have retired the key
   */
  issue(sub: string, cnf: JWK, options?: IssueOptions): Promise<IssuedWit>;
  /** The keys that verify its WITs, those to come included. */
  jwks(): Promise<JSONWebKeySet>;
  /**
   * The same keys as a SPIFFE bundle (WIT-SVID section 6).
   *
   * @throws TypeError `configuration_invalid`: the profile is not `"wit-svid"`
   */
  spiffeBundle(): Promise<SpiffeBundleDocument>;
  /**
   * Makes a new key and publishes it. It signs from `activeFrom` on; the key before it stays published until its last WIT is
   * over.
   *
   * @throws WimseError `credential_unavailable`, `issuer_state_unavailable`: everything is as before
   */
  rotate(): Promise<IssuerKeyState>;
  /**
   * Takes a key out of what is published, at once: for a key that somebody else may have. If it was the one that signs, the
   * next one takes over at once, or a new one: its WITs are refused where it is not known yet.
   *
   * @throws WimseError `credential_unavailable`, `issuer_state_unavailable`: everything is as before
   */
  withdraw(kid: string): Promise<void>;
  /** The published keys as they are at each moment, for a trust domain in the same process. */
  keySource(): KeySource;
  /** What to look at from outside. No private keys. */
  state(): IssuerStatus;
  /** Stops the timers, and issuing: what nobody rotates any more does not sign. */
  close(): Promise<void>;
}

/** 128 bits. */
const TOKEN_ID_BYTES = 16;

/**
 * Makes the issuer of one trust domain (WIMSE workload credentials section 3, WIT-SVID section 6). Its keys go through
 * four states: pending, published but not in use yet, active, and retiring, when they sign no longer and still verify.
 * A key signs only when it has been published for `publishAhead`, and leaves the key set only when the last WIT that it
 * can have signed is over. So verifiers that ask every `refreshHint` seconds never meet an unknown key.
 *
 * @example
 * ```ts
 * import { generateKey } from "wimse/credential";
 * import { createIssuer } from "wimse/issuer";
 * import { createTrustStore } from "wimse/trust";
 * import { verifyWit } from "wimse/wit";
 *
 * const issuer = await createIssuer({ origin: "wimse://example.com", rotateEvery: 30 * 86_400 });
 * const agentKey = await generateKey();
 * const { wit } = await issuer.issue("wimse://example.com/agent", agentKey.publicJwk, { lifetime: 600 });
 *
 * const trust = createTrustStore([{ origin: issuer.origin, keys: await issuer.jwks() }]);
 * console.log((await verifyWit(wit, { trust })).id.uri); // wimse://example.com/agent
 * console.log((await issuer.rotate()).status); // published
 * await issuer.close();
 * ```
 *
 * @throws TypeError `configuration_invalid`: an option is wrong, or the store holds the state of another issuer
 * @throws WimseError `issuer_state_unavailable`, `credential_unavailable`: the store or the key cannot be reached
 */
export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const settings = issuerSettingsOf(options);
  const { origin, profile, algorithm, store, keys, iss, schedule, refreshHint, maxStale, lifetime, runtime } = settings;
  const ring = await KeyRing.open({
    origin,
    schedule,
    refreshHint,
    keys: new SigningKeys(
      keys ?? generatedKeys(algorithm, store !== undefined),
      store !== undefined,
      profile === "wit-svid" ? WIT_SVID_ALGORITHMS : supportedAlgorithms,
      runtime,
    ),
    saved: savedState(store, origin, runtime),
    shared: store !== undefined,
    maxStale,
    runtime,
  });

  async function issue(sub: string, cnf: JWK, wit: IssueOptions = {}): Promise<IssuedWit> {
    refuseUnknownOptions(wit, ["lifetime", "claims", "signal"], "issue");
    // of a text, each character would become a claim
    if (wit.claims !== undefined && !isJsonObject(wit.claims)) throw configurationInvalid("issue: claims is an object");
    // CREDS-3.01: no issuer speaks for another trust domain
    if (assertIssuableIdentifier(sub).origin !== origin) throw configurationInvalid("issue: sub is of another origin");
    // CREDS-9.3.1.02
    const seconds = Math.floor(limitOf(wit.lifetime, lifetime, "lifetime", schedule.maxLifetime, 1));
    const { kid, signer } = await ring.active();
    const jti = wit.claims?.["jti"] ?? encodeBase64url(runtime.randomBytes(TOKEN_ID_BYTES)); // CREDS-5.1.07
    const claims = { iss, ...wit.claims, jti };
    const clock = at(runtime);
    const expiresAt = Math.floor(clock.now()) + seconds;
    const token = await issueWit(
      { sub, cnf, claims },
      { signer, kid, lifetime: seconds, profile, runtime: clock, ...(wit.signal && { signal: wit.signal }) },
    );
    return { wit: token, tokenId: String(jti), expiresAt, kid };
  }

  return Object.freeze({
    origin,
    profile,
    refreshHint,
    publishAhead: schedule.publishAhead,
    issue,
    async jwks() {
      await ring.settle();
      return jwksOf(ring.state.keys);
    },
    async spiffeBundle() {
      if (profile !== "wit-svid") throw configurationInvalid('spiffeBundle: the profile is not "wit-svid"');
      await ring.settle();
      return spiffeBundleOf(ring.state.keys, ring.state.sequence, refreshHint);
    },
    rotate: async () => keyStateOf(await ring.rotate(), ring.state.keys),
    withdraw: (kid: string) => ring.withdraw(kid),
    keySource: () => issuerKeySource(ring),
    state: () => statusOfRing(ring, schedule),
    close: async () => ring.close(),
  });
}

/** The runtime with its clock stopped, so that what is said of a token is what stands in it. */
function at(runtime: Runtime): Runtime {
  const now = runtime.now();
  return { ...runtime, now: () => now };
}
