import type { JsonObject } from "../base/json.js";
import type { CoveredTokens } from "../exchange/authenticated.js";
import { exactly } from "../exchange/match.js";
import { judgeResponse } from "../exchange/verify-response.js";
import { parseWorkloadIdentifier } from "../identifier/parse.js";
import { verifyWit } from "../wit/verify.js";
import { askedBy, urlOf } from "./asked.js";
import { parseBundle } from "./bundle.js";
import { booleanOf, objectOf, requestOf, responseOf, stringOf } from "./input.js";
import { contentDigestOperation, signatureBase, verifyContentDigestOperation } from "./message-signatures.js";
import { policyOf } from "./policy.js";
import type { Session } from "./session.js";
import { issueWitOperation, signRequestOperation, signResponseOperation, signWptOperation } from "./signing.js";

/** Does one operation and gives its output; what it throws is the verdict. `line` is all of the message, as it came. */
export type Operation = (context: JsonObject, input: JsonObject, session: Session, line: string) => Promise<JsonObject>;

async function parseIdentifier(_context: JsonObject, input: JsonObject): Promise<JsonObject> {
  const { uri, scheme, trustDomain, path, origin } = parseWorkloadIdentifier(stringOf(input, "uri"));
  return { uri, scheme, trustDomain, path, origin };
}

async function verifyWitOperation(context: JsonObject, input: JsonObject, session: Session): Promise<JsonObject> {
  const { clockTolerance, maxLifetime } = policyOf(context);
  const options = {
    trust: session.trustFor(context),
    runtime: session.runtime,
    ...(clockTolerance !== undefined && { clockTolerance: clockTolerance as number }),
    ...(maxLifetime !== undefined && { maxLifetime: maxLifetime as number }),
  };
  const { id, algorithm, expiresAt } = await verifyWit(stringOf(input, "wit"), options);
  return { subject: id.uri, algorithm, expiresAt };
}

async function verifyRequest(context: JsonObject, input: JsonObject, session: Session): Promise<JsonObject> {
  const { workload, proof, tokens } = await session.verifierFor(context).verify(requestOf(input));
  const { type, revision, audience } = proof;
  return { workload: workload.id.uri, proof: type, revision, audience, tokens: coveredNames(tokens) };
}

function coveredNames({ txnToken, authorization, others }: CoveredTokens): string[] {
  const names = [...others.keys()];
  if (txnToken !== undefined) names.push("txn-token");
  if (authorization !== undefined) names.push("authorization");
  return names.sort();
}

async function verifyResponse(context: JsonObject, input: JsonObject, session: Session): Promise<JsonObject> {
  const view = requestOf(objectOf(input, "request"));
  const { expect = null } = input;
  const matcher = expect === null ? () => true : exactly(expect as string); // what is no string is refused there
  const policy = session.responsePolicyFor(context, matcher);
  const expected = {
    url: urlOf(view),
    method: view.method,
    responseSignatureRequired: booleanOf(input, "required"),
    asked: askedBy(view),
  };
  const { workload } = await judgeResponse({ ...responseOf(input), decoded: false }, expected, policy);
  return { workload: workload?.id.uri ?? null };
}

/** The operations of this implementation, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["parseIdentifier", parseIdentifier],
  ["verifyWit", verifyWitOperation],
  ["verifyRequest", verifyRequest],
  ["verifyResponse", verifyResponse],
  ["issueWit", issueWitOperation],
  ["signWpt", signWptOperation],
  ["signRequest", signRequestOperation],
  ["signResponse", signResponseOperation],
  ["signatureBase", signatureBase],
  ["contentDigest", contentDigestOperation],
  ["verifyContentDigest", verifyContentDigestOperation],
  ["parseBundle", parseBundle],
]);
