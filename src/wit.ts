export type { JWK } from "jose";
export { type IssueWitOptions, issueWit, type WitContent } from "./wit/issue.js";
export type { Confirmation } from "./wit/verified-wit.js";
export { VerifiedWit } from "./wit/verified-wit.js";
export { type RevocationCheck, type VerifyWitOptions, verifyWit } from "./wit/verify.js";
