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
export { AuthenticatedResponse } from "./exchange/authenticated-response.js";
export { anyOf, exactly, memberOf, under, type WorkloadMatcher } from "./exchange/match.js";
export type { OlderFormat, ProofKind, VerifyPolicy } from "./exchange/policy.js";
export type { Problem } from "./exchange/problem.js";
export type { ReportedCheck, VerificationReport } from "./exchange/report.js";
export type { ResponsePolicy } from "./exchange/response-policy.js";
export type { SignRequestOptions } from "./exchange/sign-options.js";
export { signRequest } from "./exchange/sign-request.js";
export { type SignResponseOptions, signResponse } from "./exchange/sign-response.js";
export { SignedRequest } from "./exchange/signed-request.js";
export { createVerifier, type Verifier } from "./exchange/verifier.js";
export type { VerifyOptions } from "./exchange/verify-request.js";
export { verifyResponse } from "./exchange/verify-response.js";
export type { ContentReader, HeaderLine, HttpRequestView, HttpResponseView } from "./http/message.js";
