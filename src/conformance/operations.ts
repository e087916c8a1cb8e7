import type { JsonObject } from "../base/json.js";
import type { CoveredTokens } from "../exchange/authenticated.js";
import { parseWorkloadIdentifier } from "../identifier/parse.js";
import { verifyWit } from "../wit/verify.js";
import { requestOf, stringOf } from "./input.js";
import { policyOf } from "./policy.js";
import type { Session } from "./session.js";
import { issueWitOperation, signRequestOperation, signWptOperation } from "./signing.js";

/** Does one operation and gives its output; what it throws is the verdict. */
export type Operation = (context: JsonObject, input: JsonObject, session: Session) => Promise<JsonObject>;

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
  const view = requestOf(input);
  const { workload, proof, tokens } = await session.verifierFor(context, view).verify(view);
  const { type, revision, audience } = proof;
  return { workload: workload.id.uri, proof: type, revision, audience, tokens: coveredNames(tokens) };
}

function coveredNames({ txnToken, others }: CoveredTokens): string[] {
  const names = [...others.keys()];
  if (txnToken !== undefined) names.push("txn-token");
  return names.sort();
}

/** The operations of this implementation, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ["parseIdentifier", parseIdentifier],
  ["verifyWit", verifyWitOperation],
  ["verifyRequest", verifyRequest],
  ["issueWit", issueWitOperation],
  ["signWpt", signWptOperation],
  ["signRequest", signRequestOperation],
]);
