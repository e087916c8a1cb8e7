import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import type { JWK } from "jose";
import { decodeBase64url } from "../base/base64url.js";
import { hex } from "../base/bytes.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { type Algorithm, algorithmNamed, algorithms } from "./algorithms.js";
import { rsaKeyFault } from "./rsa-key.js";

/** A public key that was checked by {@link readPublicJwk}: key material and labels, nothing else; frozen. */
export type PublicJwk = Readonly<Pick<JWK, "crv" | "x" | "y" | "n" | "e" | "pub" | "kid" | "use" | "key_ops">> & {
  readonly kty: Algorithm["kty"];
  readonly alg?: string;
};

/** Why a JWK cannot be used; the reason is fixed text without anything of the key. */
interface Fault {
  /**
   * - `unsupported`: a kind of key, or an algorithm, that this library or runtime does not have. A key set may hold
   *   such keys for others (RFC 7517 section 5): skip them there, refuse them anywhere else.
   * - `refused`: malformed, unsafe, private or symmetric. Never use it.
   */
  readonly kind: "unsupported" | "refused";
  readonly reason: string;
}

/** What a JWK turned out to be: a sound public key for signatures, or why it is none. */
export type PublicJwkReading = { readonly kind: "usable"; readonly key: PublicJwk } | Fault;

const refused = (reason: string): Fault => ({ kind: "refused", reason });
const unsupported = (reason: string): Fault => ({ kind: "unsupported", reason });

/** Members that only a private or symmetric key has. */
export const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] as const;

const SYMMETRIC = /^(none|HS\d+)$/i;
/** By the `crv` of an algorithm. */
export const NIST_CURVES: ReadonlyMap<Algorithm["crv"], typeof p256> = new Map<Algorithm["crv"], typeof p256>([
  ["P-256", p256],
  ["P-384", p384],
  ["P-521", p521],
]);
const MATERIAL = { EC: ["crv", "x", "y"], OKP: ["crv", "x"], RSA: ["n", "e"], AKP: ["pub"] } as const;
const LABELS = ["kid", "alg", "use", "key_ops"] as const;

function octets(jwk: JsonObject, name: string): Uint8Array | undefined {
  const value = member(jwk, name);
  return typeof value === "string" ? decodeBase64url(value) : undefined;
}

/** The octets of a member, which must have exactly that many. */
function exactOctets(jwk: JsonObject, name: string, length: number | undefined): Uint8Array | undefined {
  const bytes = octets(jwk, name);
  return bytes?.length === length ? bytes : undefined;
}

function ecFault(jwk: JsonObject, { crv, publicKeyLength }: Algorithm): string | undefined {
  // RFC 7518 section 6.2.1.2: the full width of the field, leading zeros included.
  const x = exactOctets(jwk, "x", publicKeyLength);
  const y = exactOctets(jwk, "y", publicKeyLength);
  if (!x || !y) return "x and y must be base64url of exactly one coordinate each";
  try {
    NIST_CURVES.get(crv)
      ?.Point.fromAffine({ x: BigInt(`0x${hex(x)}`), y: BigInt(`0x${hex(y)}`) })
      .assertValidity();
    return undefined;
  } catch {
    return "x and y must be a point of the curve";
  }
}

function ed25519Fault(jwk: JsonObject, { publicKeyLength }: Algorithm): string | undefined {
  const x = exactOctets(jwk, "x", publicKeyLength);
  if (!x) return "x must be base64url of exactly 32 bytes";
  try {
    // Strict decoding (RFC 8032 section 5.1.3): a point has one encoding. Under a small-order key one signature
    // holds for many messages, and runtimes accept such keys.
    return ed25519.Point.fromBytes(x).isSmallOrder() ? "x must not be a point of small order" : undefined;
  } catch {
    return "x must be the canonical encoding of a point of the curve";
  }
}

function rsaFault(jwk: JsonObject): string | undefined {
  const n = octets(jwk, "n");
  const e = octets(jwk, "e");
  return n && e ? rsaKeyFault(n, e) : "n and e must be base64url";
}

function akpFault(jwk: JsonObject, { publicKeyLength }: Algorithm): string | undefined {
  return exactOctets(jwk, "pub", publicKeyLength) ? undefined : "pub must be base64url of the length that alg has";
}

const MATERIAL_FAULT = { EC: ecFault, OKP: ed25519Fault, RSA: rsaFault, AKP: akpFault };

/** The algorithm that says how long the key's members are, or why there is none. */
function algorithmOf(jwk: JsonObject): Algorithm | Fault {
  const kty = member(jwk, "kty");
  const crv = member(jwk, "crv");
  const alg = member(jwk, "alg");
  if (typeof kty !== "string") return refused("kty must be a string");
  if (kty === "oct") return refused("the key must not be symmetric"); // CREDS-5.1.09
  if (alg !== undefined && typeof alg !== "string") return refused("alg must be a string");
  // CREDS-5.1.15, CREDS-5.1.16
  if (alg !== undefined && SYMMETRIC.test(alg)) return refused("alg must be an asymmetric signature algorithm");
  const possible = algorithms.filter(
    (algorithm) => algorithm.kty === kty && (algorithm.crv === undefined || algorithm.crv === crv),
  );
  const [first] = possible;
  if (!first) return unsupported("the key type or curve is not supported");
  if (alg === undefined) {
    return kty === "AKP" ? refused("alg must be present in a key of type AKP") : first; // RFC 9964 section 3
  }
  // CREDS-5.1.13, CREDS-5.1.17: unknown names, encryption algorithms among them
  if (!algorithmNamed(alg)) return unsupported("alg is not a supported signature algorithm");
  return possible.find(({ name }) => name === alg) ?? refused("alg does not fit the key type or curve");
}

function labelFault(jwk: JsonObject): string | undefined {
  for (const name of ["kid", "use"]) {
    const value = member(jwk, name);
    if (value !== undefined && typeof value !== "string") return `${name} must be a string`;
  }
  const operations = member(jwk, "key_ops");
  if (operations === undefined) return undefined;
  const sound = Array.isArray(operations) && operations.every((operation) => typeof operation === "string");
  // RFC 7517 section 4.3
  return sound && new Set(operations).size === operations.length
    ? undefined
    : "key_ops must be an array of different strings";
}

/**
 * Checks a JWK completely, form and mathematics, without touching a cryptographic backend.
 *
 * Refused are private members, symmetric keys, `alg` values of another family, RSA keys below 2048 bits, with an
 * exponent below 3 or made by the generator of CVE-2017-15361, EC points off their curve, Ed25519 points that are not
 * canonical or of small order. Members that are not understood are left out of the result.
 */
export function readPublicJwk(jwk: unknown): PublicJwkReading {
  if (!isJsonObject(jwk)) return refused("a JWK must be an object");
  // CREDS-5.1.09: whoever publishes a private key has lost it, so it must not be trusted as a public one either.
  if (PRIVATE_MEMBERS.some((name) => member(jwk, name) !== undefined))
    return refused("the JWK must hold no private member");
  const algorithm = algorithmOf(jwk);
  if ("reason" in algorithm) return algorithm;
  const fault = MATERIAL_FAULT[algorithm.kty](jwk, algorithm) ?? labelFault(jwk);
  if (fault !== undefined) return refused(fault);
  const key: { [name: string]: unknown } = { kty: algorithm.kty };
  for (const name of [...MATERIAL[algorithm.kty], ...LABELS]) {
    const value = member(jwk, name);
    if (value !== undefined) key[name] = Array.isArray(value) ? Object.freeze([...value]) : value;
  }
  return { kind: "usable", key: Object.freeze(key) as PublicJwk };
}

/** Whether a key may be used with an algorithm: type, curve, and `alg` where the key has one. */
export function fitsAlgorithm(key: PublicJwk, algorithm: Algorithm): boolean {
  return (
    key.kty === algorithm.kty &&
    (algorithm.crv === undefined || key.crv === algorithm.crv) &&
    (key.alg === undefined || key.alg === algorithm.name)
  );
}

/** The key material alone, without labels that a backend would hold against the use it is put to. */
export function keyMaterial(key: PublicJwk): JWK {
  const { kid: _kid, use: _use, key_ops: _keyOps, alg, ...material } = key;
  return key.kty === "AKP" && alg !== undefined ? { ...material, alg } : material;
}

/** The octets of a member of a checked key. */
export function keyOctets(key: PublicJwk, name: "x" | "y" | "n"): Uint8Array {
  return decodeBase64url(key[name] ?? "") ?? new Uint8Array();
}
