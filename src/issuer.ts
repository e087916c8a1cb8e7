export type { JSONWebKeySet, JWK } from "jose";
export type { BootstrapCheck, BootstrapGrant, EnrolmentCaller } from "./issuer/bootstrap.js";
export type { EnrolmentAuditSink, EnrolmentEvent } from "./issuer/enrolment-audit.js";
export {
  createEnrolmentToken,
  type EnrolmentTokenOptions,
  type EnrolmentTokenRecord,
  type EnrolmentTokensOptions,
  enrolmentTokens,
} from "./issuer/enrolment-tokens.js";
export { createIdentityServer, type IdentityServer } from "./issuer/identity-server.js";
export type { EnrolmentPolicy, IdentityServerOptions } from "./issuer/identity-server-options.js";
export { createIssuer, type IssuedWit, type IssueOptions, type Issuer } from "./issuer/issuer.js";
export type { IssuerKeys, NewIssuerKey } from "./issuer/issuer-keys.js";
export type { IssuerOptions } from "./issuer/issuer-options.js";
export type { IssuerKeyState, IssuerStatus } from "./issuer/issuer-status.js";
export { type JwtBootstrapOptions, jwtBootstrap } from "./issuer/jwt-bootstrap.js";
export type { SpiffeBundleDocument } from "./issuer/published-keys.js";
export type { IssuerState, IssuerStore, KeyRecord } from "./issuer/state.js";
