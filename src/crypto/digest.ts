import { sha256 as nobleSha256, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";
import { encodeBase64url } from "../base/base64url.js";
import { utf8Bytes } from "../base/bytes.js";
import { nodeCrypto } from "./node-crypto.js";

const noble = { sha256: nobleSha256, sha512: nobleSha512 };

// Synchronous, because a digest through WebCrypto costs some twenty times what the digest itself costs.
function digest(algorithm: "sha256" | "sha512", data: string | Uint8Array): Uint8Array {
  if (nodeCrypto?.hash) return nodeCrypto.hash(algorithm, data, "buffer");
  if (nodeCrypto) return nodeCrypto.createHash(algorithm).update(data).digest();
  return noble[algorithm](typeof data === "string" ? utf8Bytes(data) : data);
}

function digestBase64url(algorithm: "sha256" | "sha512", data: string | Uint8Array): string {
  if (nodeCrypto?.hash) return nodeCrypto.hash(algorithm, data, "base64url");
  return encodeBase64url(digest(algorithm, data));
}

/** The SHA-256 digest of bytes, or of a text's UTF-8 bytes. */
export function sha256(data: string | Uint8Array): Uint8Array {
  return digest("sha256", data);
}

/** The SHA-512 digest of bytes, or of a text's UTF-8 bytes. */
export function sha512(data: string | Uint8Array): Uint8Array {
  return digest("sha512", data);
}

/** {@link sha256} in base64url without padding: the form of `wth`, `tth`, `oth` and of thumbprints. */
export function sha256Base64url(data: string | Uint8Array): string {
  return digestBase64url("sha256", data);
}

/** {@link sha512} in base64url without padding. */
export function sha512Base64url(data: string | Uint8Array): string {
  return digestBase64url("sha512", data);
}
