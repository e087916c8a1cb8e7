import { encodeBase64url } from "../base/base64url.js";
import { nodeCrypto } from "./node-crypto.js";

/** One signature algorithm under all the names that it has. */
export interface Algorithm {
  /** JOSE name, the value of `alg`. */
  readonly name: string;
  /** JWK key type that it needs. */
  readonly kty: "EC" | "OKP" | "RSA" | "AKP";
  /** JWK curve that it needs; absent for RSA and ML-DSA. */
  readonly crv?: "P-256" | "P-384" | "P-521" | "Ed25519";
  /** Parameters of `node:crypto`: the digest (`null` where the algorithm has its own) and the RSA padding. */
  readonly node: { readonly digest: string | null; readonly padding?: number; readonly saltLength?: number };
  /** Parameters of WebCrypto, for importing a key and for using it. */
  readonly webCrypto: {
    readonly key: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
    readonly operation: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
  };
  /** Name in the HTTP Signature Algorithms registry (RFC 9421 section 3.3), where it has one. */
  readonly httpSignature?: string;
  /** COSE algorithm identifier. */
  readonly cose: number;
  /** Length of a signature in bytes; absent for RSA, where it is that of the modulus. */
  readonly signatureLength?: number;
  /** Length of the raw public key in bytes: one coordinate of an EC point, the whole of an Ed25519 or ML-DSA key. */
  readonly publicKeyLength?: number;
}

function ecdsa(
  bits: 256 | 384 | 512,
  crv: "P-256" | "P-384" | "P-521",
  coordinate: number,
  cose: number,
  httpSignature?: string,
): Algorithm {
  return {
    name: `ES${bits}`,
    kty: "EC",
    crv,
    node: { digest: `sha${bits}` },
    webCrypto: { key: { name: "ECDSA", namedCurve: crv }, operation: { name: "ECDSA", hash: `SHA-${bits}` } },
    ...(httpSignature === undefined ? {} : { httpSignature }),
    cose,
    signatureLength: 2 * coordinate,
    publicKeyLength: coordinate,
  };
}

// RFC 9864: "Ed25519" is the fully specified name, "EdDSA" the older one; both are understood for the same keys.
function ed25519(name: "Ed25519" | "EdDSA", cose: number): Algorithm {
  return {
    name,
    kty: "OKP",
    crv: "Ed25519",
    node: { digest: null },
    webCrypto: { key: { name: "Ed25519" }, operation: { name: "Ed25519" } },
    httpSignature: "ed25519",
    cose,
    signatureLength: 64,
    publicKeyLength: 32,
  };
}

const RSA_PKCS1_PADDING = 1;
const RSA_PKCS1_PSS_PADDING = 6;

function rsaPkcs1(bits: 256 | 384 | 512, cose: number, httpSignature?: string): Algorithm {
  const key = { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  return {
    name: `RS${bits}`,
    kty: "RSA",
    node: { digest: `sha${bits}`, padding: RSA_PKCS1_PADDING },
    webCrypto: { key, operation: { name: key.name } },
    ...(httpSignature === undefined ? {} : { httpSignature }),
    cose,
  };
}

// RFC 7518 section 3.5: the salt is as long as the digest, and MGF1 uses the same hash.
function rsaPss(bits: 256 | 384 | 512, cose: number, httpSignature?: string): Algorithm {
  const key = { name: "RSA-PSS", hash: `SHA-${bits}` };
  return {
    name: `PS${bits}`,
    kty: "RSA",
    node: { digest: `sha${bits}`, padding: RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
    webCrypto: { key, operation: { name: key.name, saltLength: bits / 8 } },
    ...(httpSignature === undefined ? {} : { httpSignature }),
    cose,
  };
}

function mlDsa(name: string, cose: number, publicKeyLength: number, signatureLength: number): Algorithm {
  return {
    name,
    kty: "AKP",
    node: { digest: null },
    webCrypto: { key: { name }, operation: { name } },
    cose,
    signatureLength,
    publicKeyLength,
  };
}

const classical: readonly Algorithm[] = [
  ecdsa(256, "P-256", 32, -7, "ecdsa-p256-sha256"), // CREDS-5.1.18, HSIG-3.1.02
  ecdsa(384, "P-384", 48, -35, "ecdsa-p384-sha384"),
  ecdsa(512, "P-521", 66, -36),
  ed25519("Ed25519", -19), // before EdDSA: the name that is given to a key which has none
  ed25519("EdDSA", -8),
  rsaPkcs1(256, -257, "rsa-v1_5-sha256"),
  rsaPkcs1(384, -258),
  rsaPkcs1(512, -259),
  rsaPss(256, -37),
  rsaPss(384, -38),
  rsaPss(512, -39, "rsa-pss-sha512"),
];

const postQuantum: readonly Algorithm[] = [
  mlDsa("ML-DSA-44", -48, 1312, 2420),
  mlDsa("ML-DSA-65", -49, 1952, 3309),
  mlDsa("ML-DSA-87", -50, 2592, 4627),
];

/** Whether this runtime has an algorithm that is still rare. Every string of the right length is an ML-DSA key. */
function runtimeHas(algorithm: Algorithm): boolean {
  const { name, publicKeyLength = 0 } = algorithm;
  if (nodeCrypto) {
    try {
      const key = { kty: "AKP", alg: name, pub: encodeBase64url(new Uint8Array(publicKeyLength)) };
      return nodeCrypto.createPublicKey({ key, format: "jwk" }).asymmetricKeyType === name.toLowerCase();
    } catch {
      return false;
    }
  }
  const { SubtleCrypto } = globalThis as { SubtleCrypto?: { supports?(operation: string, name: string): boolean } };
  return SubtleCrypto?.supports?.("verify", name) === true;
}

const table: ReadonlyMap<unknown, Algorithm> = new Map(
  [...classical, ...postQuantum.filter(runtimeHas)].map((algorithm) => [algorithm.name, algorithm]),
);

/**
 * The algorithm of that exact JOSE name; `undefined` for every other value.
 *
 * The table holds asymmetric signature algorithms only: `none`, HMAC and encryption algorithms are not in it.
 */
export function algorithmNamed(name: unknown): Algorithm | undefined {
  return table.get(name); // CREDS-5.1.01, CREDS-5.1.02, CREDS-5.1.15, CREDS-5.1.16, CREDS-5.1.17
}

/** All algorithms of this runtime, the preferred one for a kind of key first. */
export const algorithms: readonly Algorithm[] = Object.freeze([...table.values()]);

/** Their names. ML-DSA is among them where the runtime has it. */
export const supportedAlgorithms: readonly string[] = Object.freeze(algorithms.map(({ name }) => name));

/** The algorithms of a WIT-SVID and of the key in it (WITSVID-2.3.01, WITSVID-3.2.04). */
export const WIT_SVID_ALGORITHMS: readonly string[] = Object.freeze([
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "PS256",
  "PS384",
  "PS512",
]);
