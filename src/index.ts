export { type ConfigurationError, isWimseError, WimseError, type WimseErrorCode } from "./base/errors.js";
export { type Awaitable, type Runtime, systemRuntime } from "./base/runtime.js";
export { createCredential, WorkloadCredential } from "./credential/credential.js";
export type { CredentialSource } from "./credential/source.js";
export { type Audience, type RequestTarget, targetUriAt } from "./exchange/audience.js";
export type { AuditEvent, AuditSink } from "./exchange/audit.js";
export {
  AuthenticatedRequest,
  AuthenticatedWorkload,
  type CoveredTokens,
  type Proof,
} from "./exchange/authenticated.js";
export { anyOf, exactly, memberOf, under, type WorkloadMatcher } from "./exchange/match.js";
export type { ProofKind, VerifyPolicy } from "./exchange/policy.js";
export type { Problem } from "./exchange/problem.js";
export type { ReportedCheck, VerificationReport } from "./exchange/report.js";
export { SignedRequest, type SignRequestOptions, signRequest } from "./exchange/sign-request.js";
export { createVerifier, type Verifier } from "./exchange/verifier.js";
export type { VerifyOptions } from "./exchange/verify-request.js";
export type { HeaderLine, HttpRequestView } from "./http/message.js";
