import { decodeBase64url } from "../../src/base/base64url.js";
import { parseJsonBytes } from "../../src/base/json.js";
import { algorithmNamed } from "../../src/crypto/algorithms.js";
import { checkCriticalHeaders } from "../../src/crypto/jws.js";
import { fitsAlgorithm, readPublicJwk } from "../../src/crypto/public-key.js";
import { importVerificationKey } from "../../src/crypto/verifier.js";
import { staticJwks } from "../../src/trust/key-source/static-jwks.js";

export type Jwk = { readonly [name: string]: unknown };

interface Parts {
  readonly header: Jwk;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly signingInput: string;
}

/** Reads a compact JWS with the strictness of `readCompactJws`, but for its payload: in suites it is hardly ever JSON. */
export function readParts(jws: string): Parts | undefined {
  const [first, second, third, ...more] = jws.split(".");
  if (first === undefined || second === undefined || !third || more.length > 0) return undefined;
  const [header, payload, signature] = [first, second, third].map(decodeBase64url);
  const parsed = header && parseJsonBytes(header);
  return parsed && payload && signature && { header: parsed, payload, signature, signingInput: `${first}.${second}` };
}

/** Everything that stands between a token and a key, as the library puts it together. */
export async function verifies(jws: string, jwk: Jwk): Promise<boolean> {
  const parts = readParts(jws);
  const algorithm = algorithmNamed(parts?.header["alg"]);
  const reading = readPublicJwk(jwk);
  if (!parts || !algorithm || reading.kind !== "usable") return false;
  try {
    checkCriticalHeaders(parts.header, "wit");
    staticJwks({ keys: [jwk as { kty: string }] }).select(undefined, algorithm); // heeds use and key_ops
  } catch {
    return false;
  }
  if (!fitsAlgorithm(reading.key, algorithm)) return false;
  const key = await importVerificationKey(reading.key, algorithm);
  return key.verify(Buffer.from(parts.signingInput), parts.signature);
}
