import { exportJWK, generateKeyPair, type JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";
import { algorithmNamed } from "../crypto/algorithms.js";
import { createSigner, type Signer } from "../crypto/signer.js";

/** A new signing key. */
export interface NewIssuerKey {
  readonly signer: Signer;
  /**
   * What {@link IssuerKeys.open} needs to find the key again, such as its name in a key service. It is saved with the
   * issuer's state. Without it the key lasts as long as the process.
   */
  readonly handle?: JsonObject;
}

/** Where an issuer's keys are made and kept: a key service, for instance. */
export interface IssuerKeys {
  create(options: { readonly signal: AbortSignal }): Awaitable<NewIssuerKey>;
  /** The key of that handle, made here before. */
  open(handle: JsonObject, options: { readonly signal: AbortSignal }): Awaitable<Signer>;
}

/**
 * Keys of this process. They are not extractable, unless they are to be saved with the state.
 *
 * @throws TypeError `configuration_invalid`: the runtime does not have the algorithm
 */
export function generatedKeys(algorithm: string, saved: boolean): IssuerKeys {
  if (algorithmNamed(algorithm) === undefined) throw configurationInvalid("algorithm: it is not supported here");
  return {
    async create() {
      const pair = await generateKeyPair(algorithm, { extractable: saved });
      if (!saved) return { signer: await createSigner(pair, algorithm) };
      const handle = { ...(await exportJWK(pair.privateKey)), alg: algorithm } as JWK & JsonObject;
      return { signer: await createSigner(handle, algorithm), handle };
    },
    open: (handle) => createSigner(handle as JWK),
  };
}
