import { generateKeyPair, type JWK } from "jose";
import { utf8Bytes } from "../base/bytes.js";
import { configurationInvalid, isConfigurationError, WimseError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";
import { type Algorithm, algorithmNamed, algorithms } from "./algorithms.js";
import type { KeyObjectLike } from "./node-crypto.js";
import { keyObjectKey, type PrivateKey, privateJwkKey, webCryptoKey } from "./private-key.js";
import { fitsAlgorithm, type PublicJwk, readPublicJwk } from "./public-key.js";
import { importVerificationKey, signatureLength } from "./verifier.js";

export type { KeyObjectLike } from "./node-crypto.js";

/**
 * A private key that signs without being seen: one of this process, or one in a key management service.
 *
 * `sign` resolves with the signature as JOSE has it: for ECDSA that is `r || s`, not DER. It rejects when the key cannot
 * be reached, or with the signal's reason when `options.signal` is aborted.
 */
export interface Signer {
  /** JOSE name of the algorithm that every signature is made with. */
  readonly algorithm: string;
  /** The public key, with `alg`. */
  readonly publicJwk: JWK;
  sign(data: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
}

/** Options of {@link Signer.sign}. */
export interface SignOptions {
  /** Gives up waiting for the signature. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link createSigner} makes a signer of. */
export type SigningKey = CryptoKey | CryptoKeyPair | KeyObjectLike | JWK | Signer;

/** Signed once for every new signer. Neither a JWS nor a signature base looks like it. */
const TRIAL = utf8Bytes("wimse: trial signature");

/**
 * Makes a signer of a key. The key stays inside it: neither JSON nor `util.inspect` shows more than its public half.
 *
 * @param key a private JWK; a `CryptoKey`, extractable or not; a `CryptoKeyPair`; a `KeyObject` of Node; or a
 *   {@link Signer} of your own, which is checked and wrapped.
 * @param algorithm JOSE name. Default: `alg` of the JWK, or what the key says: its curve, or the hash of a `CryptoKey`;
 *   `Ed25519` for keys of that curve. An RSA key without either has no default, because `RS256` and `PS256` are equally
 *   likely to be meant.
 * @param publicJwk the public half; needed only for a `CryptoKey` that is not extractable on runtimes that do not tell.
 * @throws `configuration_invalid` when the key is not a sound private signing key, when it does not fit the algorithm,
 *   or when the public half belongs to another key.
 */
export async function createSigner(key: SigningKey, algorithm?: string, publicJwk?: JWK): Promise<Signer> {
  if (isSigner(key)) return checkedSigner(key, algorithm);
  const privateKey = await readPrivateKey(key);
  const checked = readOwnPublicKey(publicJwk ?? (await attempt(() => privateKey.publicHalf())));
  const chosen = chooseAlgorithm(privateKey, checked, algorithm);
  const sign = await attempt(async () => privateKey.signWith(chosen));
  // A public half that is not the key's own would only be found out by the peer.
  const verificationKey = await importVerificationKey(checked, chosen);
  const trial = await attempt(async () => sign(TRIAL));
  if (!(await verificationKey.verify(TRIAL, trial))) {
    throw configurationInvalid("key: the private and the public half do not belong together");
  }
  return makeSigner(checked, chosen, async (data) => sign(data));
}

/**
 * Makes a new key that cannot be extracted, and its signer.
 *
 * @param algorithm JOSE name, default `ES256` (CREDS-5.1.18). RSA keys have 2048 bits.
 * @throws `configuration_invalid` when this runtime does not have the algorithm.
 */
export async function generateKey(algorithm = "ES256"): Promise<Signer> {
  if (!algorithmNamed(algorithm)) throw unknownAlgorithm();
  return createSigner(await generateKeyPair(algorithm), algorithm);
}

/**
 * The signature that a signer makes. What a signer of the caller's own says when it fails is not passed on: nobody knows
 * what it quotes.
 *
 * @throws WimseError `credential_unavailable`; the signal's reason when it is aborted
 */
export async function signatureOf(
  signer: Signer,
  data: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  try {
    return await signer.sign(data, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof WimseError || isConfigurationError(error)) throw error;
    throw new WimseError("credential_unavailable", "The signer made no signature");
  }
}

function isSigner(key: SigningKey): key is Signer {
  return isJsonObject(key) && "sign" in key && typeof key.sign === "function";
}

function unknownAlgorithm(): Error {
  return configurationInvalid(`algorithm: must be one of ${algorithms.map(({ name }) => name).join(", ")}`);
}

/** Runs what a key does; what a backend says about a key is not repeated. */
async function attempt<T>(run: () => Awaitable<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isConfigurationError(error)) throw error;
    throw configurationInvalid("key: this runtime cannot use it");
  }
}

async function readPrivateKey(key: unknown): Promise<PrivateKey> {
  if (!isJsonObject(key))
    throw configurationInvalid("key: must be a CryptoKey, CryptoKeyPair, KeyObject, JWK or Signer");
  return attempt(() => {
    if (isCryptoKey(key)) return webCryptoKey(key);
    if (isCryptoKey(key["privateKey"]) && isCryptoKey(key["publicKey"])) {
      return webCryptoKey(key["privateKey"], key["publicKey"]);
    }
    if (typeof key["export"] === "function") return keyObjectKey(key as unknown as KeyObjectLike);
    return privateJwkKey(key as JWK);
  });
}

/** By name and not by class: keys cross realms. */
function isCryptoKey(value: unknown): value is CryptoKey {
  return Object.prototype.toString.call(value) === "[object CryptoKey]";
}

function readOwnPublicKey(jwk: JWK | undefined): PublicJwk {
  if (jwk === undefined) throw configurationInvalid("key: this runtime cannot tell its public half; pass publicJwk");
  const reading = readPublicJwk(jwk);
  if (reading.kind !== "usable") throw configurationInvalid(`key: ${reading.reason}`);
  if (reading.key.use === "enc") throw configurationInvalid("key: it is not for signatures"); // RFC 7517 section 4.2
  return reading.key;
}

function chooseAlgorithm(privateKey: PrivateKey, publicKey: PublicJwk, name: string | undefined): Algorithm {
  if (name !== undefined && !algorithmNamed(name)) throw unknownAlgorithm();
  const possible = algorithms.filter((algorithm) => fitsAlgorithm(publicKey, algorithm) && privateKey.fits(algorithm));
  const chosen = name === undefined ? possible[0] : possible.find((algorithm) => algorithm.name === name);
  if (!chosen) throw configurationInvalid("algorithm: does not fit the key");
  if (name === undefined && chosen.kty === "RSA" && possible.length > 1) {
    throw configurationInvalid("algorithm: an RSA key does not say it; name one");
  }
  return chosen;
}

function checkedSigner(signer: Signer, algorithm: string | undefined): Signer {
  if (algorithm !== undefined && algorithm !== signer.algorithm) {
    throw configurationInvalid("algorithm: the signer has another one");
  }
  const named = algorithmNamed(signer.algorithm);
  if (!named) throw unknownAlgorithm();
  const publicKey = readOwnPublicKey(signer.publicJwk);
  if (!fitsAlgorithm(publicKey, named)) throw configurationInvalid("algorithm: does not fit the key");
  return makeSigner(publicKey, named, (data, options) => signer.sign(data, options));
}

function makeSigner(publicKey: PublicJwk, algorithm: Algorithm, sign: Signer["sign"]): Signer {
  const length = signatureLength(publicKey, algorithm);
  return Object.freeze({
    algorithm: algorithm.name,
    publicJwk: Object.freeze({ ...publicKey, alg: algorithm.name }),
    async sign(data: Uint8Array, options?: SignOptions) {
      options?.signal?.throwIfAborted();
      const signature = await sign(data, options);
      // Key management services tend to answer in DER.
      if (signature.length !== length) {
        throw configurationInvalid("signer: the signature has the wrong length; ECDSA signatures are r || s, not DER");
      }
      return signature;
    },
  });
}
