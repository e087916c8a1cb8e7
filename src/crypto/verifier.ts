import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { decodeBase64url } from "../base/base64url.js";
import { configurationInvalid } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import type { Algorithm } from "./algorithms.js";
import { derSignature } from "./ecdsa-signature.js";
import { nodeCrypto } from "./node-crypto.js";
import { fitsAlgorithm, keyMaterial, type PublicJwk } from "./public-key.js";

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
  return algorithm.signatureLength ?? decodeBase64url(jwk.n ?? "")?.length ?? 0;
}

function nodeVerify(jwk: PublicJwk, algorithm: Algorithm): Verify | undefined {
  const node = nodeCrypto;
  if (!node) return undefined;
  const { digest, padding, saltLength } = algorithm.node;
  const keyObject = node.createPublicKey({ key: keyMaterial(jwk), format: "jwk" });
  // A bare key object wherever the defaults are right: an options object is read anew for every signature.
  const key = saltLength === undefined || padding === undefined ? keyObject : { key: keyObject, padding, saltLength };
  const length = signatureLength(jwk, algorithm);
  const ecdsa = algorithm.kty === "EC";
  return (data, signature) => {
    if (signature.length !== length) return false;
    try {
      return node.verify(digest, data, key, ecdsa ? derSignature(signature) : signature);
    } catch {
      return false;
    }
  };
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

/** Curves whose verification takes `r || s` and hashes with the digest of the JOSE algorithm. */
const NOBLE_ECDSA = new Map<string | undefined, typeof p256>([
  ["P-256", p256],
  ["P-384", p384],
  ["P-521", p521],
]);

function nobleVerify(jwk: PublicJwk, algorithm: Algorithm): Verify | undefined {
  const x = decodeBase64url(jwk.x ?? "") ?? new Uint8Array();
  const y = decodeBase64url(jwk.y ?? "") ?? new Uint8Array();
  const curve = NOBLE_ECDSA.get(algorithm.crv);
  let verify: (data: Uint8Array, signature: Uint8Array) => boolean;
  if (curve) {
    const point = Uint8Array.of(4, ...x, ...y); // SEC 1 section 2.3.3: uncompressed
    // High `s` is valid ECDSA: RFC 7518 section 3.4 sets no other bound than the order of the curve.
    verify = (data, signature) => curve.verify(signature, data, point, { prehash: true, lowS: false });
  } else if (algorithm.crv === "Ed25519") {
    verify = (data, signature) => ed25519.verify(signature, data, x, { zip215: false });
  } else {
    return undefined;
  }
  return (data, signature) => {
    if (signature.length !== algorithm.signatureLength) return false;
    try {
      return verify(data, signature);
    } catch {
      return false;
    }
  };
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
