import { nodeBuiltin } from "../base/node-builtin.js";

/** What a `KeyObject` of Node has in common with ours: enough to recognise one and to read its public half. */
export interface KeyObjectLike {
  readonly type: string;
  readonly asymmetricKeyType?: string | undefined;
  export(options: { format: "jwk" }): unknown;
}

interface Hash {
  update(data: string | Uint8Array): { digest(): Uint8Array; digest(encoding: "base64url"): string };
}

interface KeyWithOptions {
  readonly key: KeyObjectLike;
  readonly padding?: number | undefined;
  readonly saltLength?: number | undefined;
  readonly dsaEncoding?: "der" | "ieee-p1363";
}

/** The functions of `node:crypto` that this floor uses. */
export interface NodeCrypto {
  hash?(algorithm: string, data: string | Uint8Array, encoding: "buffer"): Uint8Array;
  hash?(algorithm: string, data: string | Uint8Array, encoding: "base64url"): string;
  createHash(algorithm: string): Hash;
  createPublicKey(key: { key: object; format: "jwk" } | KeyObjectLike): KeyObjectLike;
  createPrivateKey(key: { key: object; format: "jwk" } | string): KeyObjectLike;
  sign(digest: string | null, data: Uint8Array, key: KeyWithOptions): Uint8Array;
  verify(digest: string | null, data: Uint8Array, key: KeyObjectLike | KeyWithOptions, signature: Uint8Array): boolean;
  readonly KeyObject?: { from?(key: CryptoKey): KeyObjectLike };
}

/** `node:crypto` where there is one. */
export const nodeCrypto: NodeCrypto | undefined = nodeBuiltin<NodeCrypto>("crypto");
