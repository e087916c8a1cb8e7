import { ed25519 } from "@noble/curves/ed25519.js";
import { configurationInvalid } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import type { Algorithm } from "./algorithms.js";
import { derSignature } from "./ecdsa-signature.js";
import { nodeCrypto } from "./node-crypto.js";
import { fitsAlgorithm, keyMaterial, keyOctets, NIST_CURVES, type PublicJwk } from "./public-key.js";

/** A public key, ready to verify signatures of one algorithm. */
export interface VerificationKey {
  /** JOSE name. */
  readonly algorithm: string;
  readonly jwk: PublicJwk;
  /** Whether the signature is the key's over the data. Neither throws nor rejects: what is no signature is false. */
  verify(data: Uint8Array, signature: Uint8Array): Awaitable<boolean>;
}

/** Who does the cryptography: `node:crypto`, WebCrypto, or `@noble/curves`. */
export type Backend = "node" | "webcrypto" | "noble";

type Verify = VerificationKey["verify"];

/** Length of a signature in bytes; with RSA, that of the modulus (RFC 8017 section 8.1.2 step 1). */
export function signatureLength(jwk: PublicJwk, algorithm: Algorithm): number {
  return algorithm.signatureLength ?? keyOctets(jwk, "n").length;
}

/** Lets nothing through to the backend that cannot be a signature, and nothing out of it but an answer. */
function guarded(length: number, verify: (data: Uint8Array, signature: Uint8Array) => boolean): Verify {
  return (data, signature) => {
    if (signature.length !== length) return false;
    try {
      return verify(data, signature);
    } catch {
      return false;
    }
  };
}

function nodeVerify(jwk: PublicJwk, algorithm: Algorithm): Verify | undefined {
  const node = nodeCrypto;
  if (!node) return undefined;
  const { digest, padding, saltLength } = algorithm.node;
  const keyObject = node.createPublicKey({ key: keyMaterial(jwk), format: "jwk" });
  // A bare key object wherever the defaults are right: an options object is read anew for every signature.
  const key = saltLength === undefined ? keyObject : { key: keyObject, padding, saltLength };
  const length = signatureLength(jwk, algorithm);
  if (algorithm.kty === "EC") {
    return guarded(length, (data, signature) => node.verify(digest, data, key, derSignature(signature)));
  }
  return guarded(length, (data, signature) => node.verify(digest, data, key, signature));
}

async function webCryptoVerify(jwk: PublicJwk, algorithm: Algorithm): Promise<Verify> {
  const { subtle } = crypto;
  const { key: parameters, operation } = algorithm.webCrypto;
  const key = await subtle.importKey("jwk", keyMaterial(jwk), parameters, true, ["verify"]);
  const length = signatureLength(jwk, algorithm);
  return async (data, signature) => {
    if (signature.length !== length) return false;
    try {
      return await subtle.verify(operation, key, bufferSource(signature), bufferSource(data));
    } catch {
      return false;
    }
  };
}

/** WebCrypto's types exclude shared memory; none of ours is shared. */
export function bufferSource(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

function nobleVerify(jwk: PublicJwk, algorithm: Algorithm): Verify | undefined {
  const length = signatureLength(jwk, algorithm);
  const curve = NIST_CURVES.get(algorithm.crv);
  const x = keyOctets(jwk, "x");
  if (curve) {
    const point = Uint8Array.of(4, ...x, ...keyOctets(jwk, "y")); // SEC 1 section 2.3.3: uncompressed
    // High `s` is valid ECDSA: RFC 7518 section 3.4 sets no other bound than the order of the curve.
    const options = { prehash: true, lowS: false };
    return guarded(length, (data, signature) => curve.verify(signature, data, point, options));
  }
  if (algorithm.crv !== "Ed25519") return undefined;
  return guarded(length, (data, signature) => ed25519.verify(signature, data, x, { zip215: false }));
}

const BACKENDS: Record<Backend, (jwk: PublicJwk, algorithm: Algorithm) => Awaitable<Verify | undefined>> = {
  node: nodeVerify,
  webcrypto: webCryptoVerify,
  noble: nobleVerify,
};

/** Tries the backends in order; the first one that takes the key keeps it. */
async function firstThatTakes(jwk: PublicJwk, algorithm: Algorithm, backends: readonly Backend[]): Promise<Verify> {
  for (const backend of backends) {
    try {
      const verify = await BACKENDS[backend](jwk, algorithm);
      if (verify) return verify;
    } catch {
      // This one lacks the algorithm; the next one may have it.
    }
  }
  // The key is sound, as far as can be known, and nothing here can use it: then nothing is proved by it either.
  return () => false;
}

/**
 * Makes a checked public key ready for use. The backend is chosen once, here: `node:crypto` (synchronous, both here and
 * in `verify`), else WebCrypto, else `@noble/curves`. A key that this runtime cannot use verifies nothing.
 *
 * @throws `configuration_invalid` when the key does not fit the algorithm: check with `fitsAlgorithm` first.
 */
export function importVerificationKey(
  jwk: PublicJwk,
  algorithm: Algorithm,
  backend?: Backend,
): Awaitable<VerificationKey> {
  if (!fitsAlgorithm(jwk, algorithm)) throw configurationInvalid("the key does not fit the algorithm");
  const ready = (verify: Verify): VerificationKey => Object.freeze({ algorithm: algorithm.name, jwk, verify });
  if (backend === undefined && nodeCrypto) {
    try {
      const verify = nodeVerify(jwk, algorithm);
      if (verify) return ready(verify);
    } catch {
      // Runtimes that imitate node:crypto lack parts of it.
    }
  }
  return firstThatTakes(jwk, algorithm, backend === undefined ? ["webcrypto", "noble"] : [backend]).then(ready);
}
