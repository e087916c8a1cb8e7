export type { JSONWebKeySet, JWK } from "jose";
export { createIssuer, type IssuedWit, type IssueOptions, type Issuer } from "./issuer/issuer.js";
export type { IssuerOptions } from "./issuer/issuer-options.js";
export type { IssuerKeys, NewIssuerKey } from "./issuer/issuer-keys.js";
export type { IssuerKeyState, IssuerStatus } from "./issuer/issuer-status.js";
export type { SpiffeBundle } from "./issuer/published-keys.js";
export type { IssuerState, IssuerStore, KeyRecord } from "./issuer/state.js";
