export type { JWK } from "jose";
export { createCredential, WorkloadCredential } from "./credential/credential.js";
export type { CredentialSource } from "./credential/source.js";
export {
  createSigner,
  generateKey,
  type KeyObjectLike,
  type Signer,
  type SigningKey,
  type SignOptions,
} from "./crypto/signer.js";
