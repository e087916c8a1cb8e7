import { encodeBase64url } from "../base/base64url.js";
import { withDeadline } from "../base/deadline.js";
import { configurationInvalid, isConfigurationError, WimseError } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import { createSigner, type Signer } from "../crypto/signer.js";
import type { IssuerKeys } from "./issuer-keys.js";
import type { KeyRecord } from "./state.js";

/** Seconds that a key service may take to make or to open a key. */
const KEY_TIMEOUT = 10;
const KID_BYTES = 12;
const MATERIAL = ["kty", "crv", "x", "y", "n", "e", "pub"] as const;

/** The private keys behind the records of an issuer, each opened once. */
export class SigningKeys {
  readonly #keys: IssuerKeys;
  /** Whether the keys have to be found again by another process. */
  readonly #saved: boolean;
  readonly #algorithms: readonly string[];
  readonly #runtime: Runtime;
  readonly #signers = new Map<string, Signer>();

  constructor(keys: IssuerKeys, saved: boolean, algorithms: readonly string[], runtime: Runtime) {
    this.#keys = keys;
    this.#saved = saved;
    this.#algorithms = algorithms;
    this.#runtime = runtime;
  }

  /**
   * Makes a key.
   *
   * @throws WimseError `credential_unavailable`
   */
  async make(): Promise<KeyRecord> {
    const made = await this.#ask((signal) => this.#keys.create({ signal }));
    const signer = await createSigner(made?.signer);
    const { handle } = made;
    if (this.#saved && handle === undefined) throw configurationInvalid("keys: a key that is saved needs a handle");
    this.#requireAlgorithm(signer.algorithm);
    // WITSVID-6.1.02, WITSVID-6.1.03: random, so that no two keys ever share one
    const kid = encodeBase64url(this.#runtime.randomBytes(KID_BYTES));
    this.#signers.set(kid, signer);
    const { kid: _kid, ...publicJwk } = signer.publicJwk;
    const createdAt = this.#runtime.now();
    return { kid, algorithm: signer.algorithm, publicJwk, createdAt, ...(handle && { handle }) };
  }

  /**
   * The signer of a key. A key that turns out to be another one is of no use.
   *
   * @throws WimseError `credential_unavailable`
   * @throws TypeError `configuration_invalid`: the profile does not have its algorithm
   */
  async signerOf({ kid, handle, publicJwk, algorithm }: KeyRecord): Promise<Signer> {
    const known = this.#signers.get(kid);
    if (known !== undefined) return known;
    this.#requireAlgorithm(algorithm);
    if (handle === undefined) throw unavailable();
    const opened = await this.#ask((signal) => this.#keys.open(handle, { signal }));
    const signer = await createSigner(opened, algorithm);
    if (!MATERIAL.every((name) => signer.publicJwk[name] === publicJwk[name])) throw unavailable();
    this.#signers.set(kid, signer);
    return signer;
  }

  /** Whether a key can be used. */
  async opens(record: KeyRecord): Promise<boolean> {
    try {
      await this.signerOf(record);
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets the keys that are no longer there. */
  keepOnly(records: readonly KeyRecord[]): void {
    for (const kid of this.#signers.keys()) {
      if (!records.some((record) => record.kid === kid)) this.#signers.delete(kid);
    }
  }

  #requireAlgorithm(name: string): void {
    if (this.#algorithms.includes(name)) return;
    throw configurationInvalid("keys: a key of an algorithm that the profile does not have");
  }

  async #ask<T>(run: (signal: AbortSignal) => PromiseLike<T> | T): Promise<T> {
    try {
      return await withDeadline(this.#runtime, KEY_TIMEOUT, undefined, unavailable, run);
    } catch (error) {
      if (isConfigurationError(error)) throw error;
      throw unavailable(); // what a key service says may tell of its keys
    }
  }
}

function unavailable(): WimseError {
  return new WimseError("credential_unavailable", "The issuer's key is unavailable");
}
