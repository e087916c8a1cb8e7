export type { JSONWebKeySet } from "jose";
export type { ReadFile, ReadFileOptions } from "./base/read-file.js";
export {
  type SpiffeBundleMapOptions,
  type SpiffeBundleMapState,
  type SpiffeBundleMapStore,
  spiffeBundleMap,
} from "./trust/bundle-map-store.js";
export { combineTrustStores } from "./trust/combine-stores.js";
export type { DocumentOptions } from "./trust/key-source/document-source.js";
export type { KeySource, KeySourceState } from "./trust/key-source/key-source.js";
export type { RefreshOptions } from "./trust/key-source/refresh-times.js";
export type { RefreshingKeySource } from "./trust/key-source/refreshing-keys.js";
export { type RemoteJwksOptions, remoteJwks } from "./trust/key-source/remote-jwks.js";
export {
  type SpiffeBundleOptions,
  type SpiffeBundleSource,
  type SpiffeBundleState,
  spiffeBundle,
} from "./trust/key-source/spiffe-bundle.js";
export { staticJwks } from "./trust/key-source/static-jwks.js";
export { type JsonDocument, parseSpiffeBundle, type SpiffeBundle } from "./trust/spiffe-bundle.js";
export { parseSpiffeBundleMap, type SpiffeBundleMap } from "./trust/spiffe-bundle-map.js";
export { createTrustStore, type TrustStore, type TrustStoreOptions } from "./trust/store.js";
export { createTrustDomain, type TrustDomain, type TrustDomainOptions, type WitProfile } from "./trust/trust-domain.js";
