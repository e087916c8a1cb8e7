import { createSigner } from "../../src/crypto/signer.js";
import { type IssueWitOptions, issueWit, type WitContent } from "../../src/wit/issue.js";
import { clock, issuerKey, SUBJECT, workloadKey } from "../support/wit-fixtures.js";

export const signer = await createSigner(issuerKey.privateJwk, "ES256");
export const cnf = workloadKey.publicJwk;

export function issue(wit: object = {}, options: object = {}): Promise<string> {
  const settings = { signer, kid: issuerKey.kid, runtime: clock(), ...options } as IssueWitOptions;
  return issueWit({ sub: SUBJECT, cnf, ...wit } as WitContent, settings);
}
