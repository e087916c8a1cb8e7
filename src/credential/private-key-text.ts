import type { JWK } from "jose";
import { parseJsonObject } from "../base/json.js";
import { nodeCrypto } from "../crypto/node-crypto.js";
import type { SigningKey } from "../crypto/signer.js";
import { SourceFailure } from "./source-state.js";

const PEM = /^-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----$/;

/**
 * A private key as somebody else wrote it down: a JWK, or PKCS#8 in PEM where there is `node:crypto`.
 *
 * @throws SourceFailure `key_malformed`; what was read is not repeated
 */
export function readPrivateKeyText(text: string): SigningKey {
  const trimmed = text.trim();
  if (!PEM.test(trimmed)) {
    const jwk = parseJsonObject(trimmed);
    if (jwk === undefined) throw new SourceFailure("key_malformed");
    return jwk as JWK;
  }
  try {
    const key = nodeCrypto?.createPrivateKey(trimmed);
    if (key !== undefined) return key;
  } catch {
    // what the platform says about a key is not repeated
  }
  throw new SourceFailure("key_malformed");
}
