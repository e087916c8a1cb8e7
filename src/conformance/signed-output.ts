import type { JWK } from "jose";
import { isConfigurationError } from "../base/errors.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";
import { createSigner } from "../crypto/signer.js";
import type { HeaderLine } from "../http/message.js";
import { parseWorkloadIdentifier } from "../identifier/parse.js";
import { decodeUnverifiedWit } from "../wit/decode-unverified.js";
import { withoutQueryAndFragment } from "../wpt/claims.js";
import { differenceOf } from "./differences.js";
import { headersOf, objectOf, stringOf } from "./input.js";
import { createTarget } from "./target.js";

/** An operation that verifies what another one has signed, and what must come of it. */
interface Verification {
  readonly op: string;
  readonly context: JsonObject;
  readonly input: JsonObject;
  readonly expected: JsonObject;
  /** Looks at what verification does not compare; what it gives is the fault. */
  readonly inspect?: () => string | undefined;
}

type VerificationOf = (context: JsonObject, input: JsonObject, output: JsonObject) => Promise<Verification>;

/** The signing operations. Two implementations need not write the same bytes, and some algorithms never do. */
const SIGNING: ReadonlyMap<string, VerificationOf> = new Map([
  ["issueWit", ofIssuedWit],
  ["signWpt", ofSignedWpt],
  ["signRequest", ofSignedRequest],
  ["signResponse", ofSignedResponse],
]);

/** JOSE names of the algorithms that make one signature only of the same bytes. */
const DETERMINISTIC: ReadonlySet<unknown> = new Set(["Ed25519", "EdDSA", "RS256", "RS384", "RS512"]);

/** Whether an operation signs something that is verified rather than compared. */
export function isSigned(op: string): boolean {
  return SIGNING.has(op);
}

/** Whether a key makes the same signature of the same bytes each time. */
export function isDeterministic(input: JsonObject): boolean {
  const key = member(input, "key");
  return isJsonObject(key) && DETERMINISTIC.has(member(key, "alg"));
}

/** Verifies what an operation has signed with the verifying operation of this implementation; gives what is wrong with it. */
export async function faultOfSigned(
  op: string,
  context: JsonObject,
  input: JsonObject,
  output: JsonObject,
): Promise<string | undefined> {
  try {
    const verification = await SIGNING.get(op)?.(context, input, output);
    return verification && (await faultFoundBy(verification));
  } catch (error) {
    const reason = isConfigurationError(error) ? error.message : String((error as { code?: unknown }).code);
    return `it cannot be verified: ${reason}`;
  }
}

async function faultFoundBy({ op, context, input, expected, inspect }: Verification): Promise<string | undefined> {
  const answer = JSON.parse(await createTarget().answer(JSON.stringify({ op, context, input })));
  const { result, code, message, output } = answer;
  if (result !== "accept") return `it does not verify: ${code ?? message ?? result}`;
  return differenceOf(expected, output) ?? inspect?.();
}

async function ofIssuedWit(context: JsonObject, input: JsonObject, output: JsonObject): Promise<Verification> {
  const [wanted, options, wit] = [objectOf(input, "wit"), objectOf(input, "options"), stringOf(output, "wit")];
  const subject = stringOf(wanted, "sub");
  const { publicJwk } = await createSigner(objectOf(input, "key") as JWK);
  const profile = member(options, "profile") === undefined ? {} : { profile: options["profile"] };
  const keys = [{ ...publicJwk, kid: stringOf(options, "kid") }];
  const claims = { ...objectOf(wanted, "claims"), cnf: { jwk: wanted["cnf"] } };
  return {
    op: "verifyWit",
    context: {
      now: signedAt(context),
      trust: { [parseWorkloadIdentifier(subject).origin]: { keys, ...profile } },
      ...(typeof options["lifetime"] === "number" && { policy: { maxLifetime: options["lifetime"] } }),
    },
    input: { wit },
    expected: { subject },
    inspect: () => differenceOf(claims, decodeUnverifiedWit(wit).claims),
  };
}

async function ofSignedWpt(context: JsonObject, input: JsonObject, output: JsonObject): Promise<Verification> {
  const request = objectOf(input, "request");
  const [audience, txnToken] = [stringOf(request, "audience"), member(request, "txnToken")];
  const others = Object.entries(objectOf(request, "otherTokens"));
  const bound = [...others.map(([name]) => name.toLowerCase()), ...(txnToken === undefined ? [] : ["txn-token"])];
  return {
    op: "verifyRequest",
    context: verifyingContext(context, input, "wpt", audience, { understoodTokens: others.map(([name]) => name) }),
    input: {
      method: "GET",
      target: "/",
      headers: [
        ["Workload-Identity-Token", stringOf(input, "wit")],
        ["Authorization", `WPT ${stringOf(output, "wpt")}`],
        ...(txnToken === undefined ? [] : [["Txn-Token", txnToken]]),
        ...others,
      ],
    },
    expected: { proof: "wpt", audience, tokens: bound.sort() },
  };
}

async function ofSignedRequest(context: JsonObject, input: JsonObject, output: JsonObject): Promise<Verification> {
  const options = objectOf(input, "options");
  const { proof = "http-signature", revision, audience: name, boundTokens } = options;
  const url = new URL(stringOf(input, "url"));
  const audience = typeof name === "string" ? name : withoutQueryAndFragment(url.href);
  const host = headersOf(input).some(([field]) => field.toLowerCase() === "host") ? [] : [["Host", url.host]];
  return {
    op: "verifyRequest",
    context: verifyingContext(context, input, proof, audience, {
      ...(revision !== undefined && { compat: [revision] }),
      ...(boundTokens !== undefined && { understoodTokens: boundTokens }),
    }),
    input: {
      method: stringOf(input, "method"),
      scheme: url.protocol.slice(0, -1),
      target: url.pathname + url.search,
      headers: [...host, ...withLines(input, output)],
      body: input["body"],
    },
    expected: { proof, audience, tokens: tokensToCover(input, options), ...(revision !== undefined && { revision }) },
    inspect: () => (options["requireSignedResponse"] === true ? faultOfUnasked(output) : undefined),
  };
}

/** The tokens beside the WIT that a proof has to cover: those that are asked for, and in the request. */
function tokensToCover(input: JsonObject, { proof, boundTokens = [] }: JsonObject): string[] {
  const asked = ["txn-token", ...(Array.isArray(boundTokens) ? boundTokens.map(String) : [])];
  if (proof !== "wpt") asked.push("authorization");
  const present = new Set(headersOf(input).map(([name]) => name.toLowerCase()));
  return [...new Set(asked.map((name) => name.toLowerCase()))].filter((name) => present.has(name)).sort();
}

/** A request asks for a signed response with a parameter of its signature, which no verdict tells. */
function faultOfUnasked(output: JsonObject): string | undefined {
  const asks = ([name, value]: HeaderLine): boolean =>
    name.toLowerCase() === "signature-input" && /;\s*wimse-sign-response\b/.test(value);
  return headersOf(output).some(asks) ? undefined : "it does not ask for a signed response";
}

async function ofSignedResponse(context: JsonObject, input: JsonObject, output: JsonObject): Promise<Verification> {
  const workload = decodeUnverifiedWit(stringOf(input, "wit")).claims["sub"];
  const { request, status, body } = input;
  return {
    op: "verifyResponse",
    context: { ...context, now: signedAt(context) },
    input: { request, required: true, expect: workload, status, headers: withLines(input, output), body },
    expected: { workload },
  };
}

function verifyingContext(
  context: JsonObject,
  input: JsonObject,
  proof: unknown,
  audience: string,
  policy: JsonObject,
): JsonObject {
  const lifetime = member(objectOf(input, "options"), "lifetime");
  return {
    now: signedAt(context),
    trust: context["trust"],
    policy: {
      audience: [audience],
      proofs: [proof],
      replay: "unchecked",
      ...(lifetime !== undefined && { maxProofLifetime: lifetime }),
      ...policy,
    },
  };
}

function signedAt(context: JsonObject): unknown {
  return member(objectOf(context, "runtime"), "now") ?? context["now"];
}

/** The header lines of a message, with those of the output in the place of others of the same name. */
function withLines(input: JsonObject, output: JsonObject): unknown[] {
  const lines = headersOf(output);
  const changed = new Set(lines.map(([name]) => name.toLowerCase()));
  return [...headersOf(input).filter(([name]) => !changed.has(name.toLowerCase())), ...lines];
}
