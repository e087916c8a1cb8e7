export type { JWK } from "jose";
export { createCredential, WorkloadCredential } from "./credential/credential.js";
export type { ObtainOptions, RenewalOptions, RenewingSourceOptions } from "./credential/renewal-options.js";
export { type RenewingSource, renewingSource } from "./credential/renewing-source.js";
export type { CredentialSource } from "./credential/source.js";
export type {
  CredentialSourceFailure,
  CredentialSourceState,
  CredentialSourceStatus,
} from "./credential/source-state.js";
export { type StaticSource, staticSource } from "./credential/static-source.js";
export {
  createSigner,
  generateKey,
  type KeyObjectLike,
  type Signer,
  type SigningKey,
  type SignOptions,
} from "./crypto/signer.js";
export {
  type EnrolmentBootstrap,
  type IdentityServerSourceOptions,
  identityServerSource,
} from "./issuer/identity-server-source.js";
