import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { member } from "../base/json.js";
import type { Awaitable } from "../base/runtime.js";
import type { Algorithm } from "./algorithms.js";
import { type KeyObjectLike, nodeCrypto } from "./node-crypto.js";
import { PRIVATE_MEMBERS } from "./public-key.js";
import { bufferSource } from "./verifier.js";

/** A private key of this process, in whatever form it came. */
export interface PrivateKey {
  /** Its public half as found, not checked yet; `undefined` where the runtime does not tell. */
  publicHalf(): Awaitable<JWK | undefined>;
  /** Whether the key is bound to this algorithm, or to none. */
  fits(algorithm: Algorithm): boolean;
  /** The signing function; may reject when the key is not what it said. */
  signWith(algorithm: Algorithm): Awaitable<(data: Uint8Array) => Awaitable<Uint8Array>>;
}

function signWithKeyObject(key: KeyObjectLike, algorithm: Algorithm): (data: Uint8Array) => Uint8Array {
  const { digest, ...rsa } = algorithm.node;
  const input = { key, dsaEncoding: "ieee-p1363", ...rsa } as const;
  return (data) => {
    if (!nodeCrypto) throw configurationInvalid("a KeyObject signs only where there is node:crypto");
    return nodeCrypto.sign(digest, data, input);
  };
}

/** A `KeyObject` of Node. */
export function keyObjectKey(key: KeyObjectLike): PrivateKey {
  if (key.type !== "private") throw configurationInvalid("the KeyObject must be a private key");
  return {
    publicHalf: () => nodeCrypto?.createPublicKey(key).export({ format: "jwk" }) as JWK | undefined,
    fits: () => true,
    signWith: (algorithm) => signWithKeyObject(key, algorithm),
  };
}

/** Two names of one algorithm: which of them a private key has says nothing about its use. */
const ED25519 = ["Ed25519", "EdDSA"];

/** A private JWK. */
export function privateJwkKey(jwk: JWK): PrivateKey {
  const { use, key_ops: operations, ext: _ext, alg, ...material } = jwk;
  if (use === "enc") throw configurationInvalid("key: it is not for signatures"); // RFC 7517 section 4.2
  // RFC 7517 section 4.3
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("sign")))
    throw configurationInvalid("the JWK is not for signing");
  if (member(jwk, "d") === undefined && member(jwk, "priv") === undefined) {
    throw configurationInvalid("the JWK must hold a private key");
  }
  const key = jwk.kty === "AKP" ? { ...material, alg } : material;
  const publicJwk: JWK = { ...jwk };
  for (const name of [...PRIVATE_MEMBERS, "key_ops"] as const) delete publicJwk[name];
  return {
    publicHalf: () => publicJwk,
    // RFC 7517 section 4.4
    fits: ({ name }) => alg === undefined || alg === name || (ED25519.includes(alg) && ED25519.includes(name)),
    async signWith(algorithm) {
      if (nodeCrypto) return signWithKeyObject(nodeCrypto.createPrivateKey({ key, format: "jwk" }), algorithm);
      const imported = await crypto.subtle.importKey("jwk", key as JsonWebKey, algorithm.webCrypto.key, false, [
        "sign",
      ]);
      return signWithCryptoKey(imported, algorithm);
    },
  };
}

function signWithCryptoKey(key: CryptoKey, algorithm: Algorithm): (data: Uint8Array) => Promise<Uint8Array> {
  const { operation } = algorithm.webCrypto;
  return async (data) => new Uint8Array(await crypto.subtle.sign(operation, key, bufferSource(data)));
}

/** A key of WebCrypto, extractable or not, with its public half where the caller has it. */
export function webCryptoKey(key: CryptoKey, publicKey?: CryptoKey): PrivateKey {
  if (key.type !== "private" || !key.usages.includes("sign")) {
    throw configurationInvalid("the CryptoKey must be a private key with the usage sign");
  }
  return {
    publicHalf: () => (publicKey ? exportPublic(publicKey) : publicHalf(key)),
    fits: ({ webCrypto }) => {
      // The curve is that of the public half.
      const { name, hash } = key.algorithm as { name: string; hash?: { name: string } };
      return name === webCrypto.key.name && hash?.name === webCrypto.key.hash;
    },
    signWith: (algorithm) => signWithCryptoKey(key, algorithm),
  };
}

/** The key material of a public key, or of the public half of an extractable private key. */
async function exportPublic(key: CryptoKey): Promise<JWK> {
  const { kty, crv, x, y, n, e, alg, pub } = (await crypto.subtle.exportKey("jwk", key)) as JWK;
  // WebCrypto's `alg` says how it would use the key; only an AKP key has it as a part of itself.
  return Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e, pub, alg: kty === "AKP" ? alg : undefined }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

async function publicHalf(key: CryptoKey): Promise<JWK | undefined> {
  if (key.extractable) return exportPublic(key);
  const { subtle } = crypto as { subtle: { getPublicKey?(key: CryptoKey, usages: string[]): Promise<CryptoKey> } };
  if (subtle.getPublicKey) return exportPublic(await subtle.getPublicKey(key, ["verify"]));
  if (!nodeCrypto?.KeyObject?.from) return undefined;
  return nodeCrypto.createPublicKey(nodeCrypto.KeyObject.from(key)).export({ format: "jwk" }) as JWK;
}
