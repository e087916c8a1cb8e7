export type { JSONWebKeySet } from "jose";
export type { KeySource } from "./trust/key-source/static-jwks.js";
export { staticJwks } from "./trust/key-source/static-jwks.js";
export { type JsonDocument, parseSpiffeBundle, type SpiffeBundle } from "./trust/spiffe-bundle.js";
export { createTrustStore, type TrustStore, type TrustStoreOptions } from "./trust/store.js";
export { createTrustDomain, type TrustDomain, type TrustDomainOptions, type WitProfile } from "./trust/trust-domain.js";
