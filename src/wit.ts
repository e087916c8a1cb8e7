export type { JWK } from "jose";
export { type IssueWitOptions, issueWit, type WitContent } from "./wit/issue.js";
export {
  createRevocationList,
  type Revocation,
  type RevocationList,
  type RevocationListOptions,
  type RevokedKey,
  type RevokedSubject,
  type RevokedToken,
} from "./wit/revocation-list.js";
export type { Confirmation } from "./wit/verified-wit.js";
export { VerifiedWit } from "./wit/verified-wit.js";
export { type RevocationCheck, type VerifyWitOptions, verifyWit } from "./wit/verify.js";
