import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import { type Runtime, systemRuntime } from "../base/runtime.js";
import { createCredential, type WorkloadCredential } from "../credential/credential.js";
import { createSigner } from "../crypto/signer.js";
import type { SignRequestOptions } from "../exchange/sign-options.js";
import { SIGN_REQUEST_OPTIONS, signRequest } from "../exchange/sign-request.js";
import { signedResponseView, unavailable } from "../exchange/sign-response.js";
import { fixedRuntime } from "../testing/fixed-runtime.js";
import { type IssueWitOptions, issueWit, type WitContent } from "../wit/issue.js";
import { signWpt, type WptContent } from "../wpt/sign.js";
import { askedBy } from "./asked.js";
import { contentOf, headersOf, hexOf, objectOf, optionsOf, requestOf, responseOf, stringOf, timeOf } from "./input.js";

// Options and contents are data of unknown types: the library checks each of them, as it does for callers without a
// compiler. What is checked here is what would otherwise be read as something else.

/** `issueWit`: a WIT, signed with a private JWK. */
export async function issueWitOperation(context: JsonObject, input: JsonObject): Promise<JsonObject> {
  const runtime = signingRuntime(context);
  const signer = await createSigner(objectOf(input, "key") as JWK);
  const wit = optionsOf(input, "wit", ["sub", "cnf", "claims"]);
  const options = { ...optionsOf(input, "options", ["kid", "lifetime", "profile"]), signer, runtime };
  const content = { ...wit, claims: objectOf(wit, "claims") };
  return { wit: await issueWit(content as unknown as WitContent, options as unknown as IssueWitOptions) };
}

/** `signWpt`: a proof for an audience and the tokens that go with it. */
export async function signWptOperation(context: JsonObject, input: JsonObject): Promise<JsonObject> {
  const runtime = signingRuntime(context);
  const credential = await credentialOf(input);
  const { txnToken, ...request } = optionsOf(input, "request", ["audience", "txnToken", "otherTokens"]);
  const content = {
    ...request,
    ...(txnToken !== undefined && { txnToken }),
    otherTokens: objectOf(request, "otherTokens"),
  };
  const options = { ...optionsOf(input, "options", ["lifetime"]), runtime };
  return { wpt: await signWpt(content as unknown as WptContent, credential, options) };
}

const REQUEST_OPTIONS = SIGN_REQUEST_OPTIONS.filter((name) => name !== "runtime");

/** `signRequest`: the header lines that signing adds to a request, or changes. */
export async function signRequestOperation(context: JsonObject, input: JsonObject): Promise<JsonObject> {
  const options = optionsOf(input, "options", REQUEST_OPTIONS);
  const runtime = signingRuntime(context);
  const credential = await credentialOf(input);
  refuseRepeatedTokens(input, options);
  const request = fetchRequestOf(input);
  const before = new Headers(request.headers);
  const signed = await signRequest(request, credential, { ...options, runtime } as SignRequestOptions);
  return { headers: [...signed.request.headers].filter(([name, value]) => before.get(name) !== value) };
}

/** WPT-2.20: a field to bind that has two lines; a fetch request has only one of each, and cannot tell. */
function refuseRepeatedTokens(input: JsonObject, { boundTokens }: JsonObject): void {
  if (!Array.isArray(boundTokens)) return; // refused by who signs, if it is anything else
  const bound = new Set(boundTokens.map((name) => String(name).toLowerCase()));
  const names = headersOf(input).flatMap(([name]) => (bound.has(name.toLowerCase()) ? [name.toLowerCase()] : []));
  if (new Set(names).size < names.length) throw configurationInvalid("boundTokens: the field has several lines");
}

/** `signResponse`: the header lines that signing adds to a response. */
export async function signResponseOperation(context: JsonObject, input: JsonObject): Promise<JsonObject> {
  const runtime = signingRuntime(context);
  const credential = await credentialOf(input);
  const { status, headers, body } = responseOf(input);
  const asked = askedBy(requestOf(objectOf(input, "request")));
  if (asked === undefined) throw unavailable("The request has no signature that a response could be tied to");
  const unsigned = { status, headers, ...(body.length > 0 && { body }) };
  const signed = await signedResponseView(unsigned, asked, credential, { runtime });
  return { headers: signed.headers.slice(headers.length) };
}

function credentialOf(input: JsonObject): Promise<WorkloadCredential> {
  return createCredential(stringOf(input, "wit"), objectOf(input, "key") as JWK);
}

function fetchRequestOf(input: JsonObject): Request {
  const url = stringOf(input, "url");
  const method = stringOf(input, "method");
  const headers = headersOf(input).map(([name, value]): [string, string] => [name, value]);
  const body = contentOf(input);
  try {
    return new Request(url, { method, headers, ...(body.length > 0 && { body }) });
  } catch {
    throw configurationInvalid("signRequest: no fetch request can be made of this"); // the platform's text quotes it
  }
}

/** The clock and the random bytes that `runtime` of a context gives; the platform's where it gives none. */
function signingRuntime(context: JsonObject): Runtime {
  const given = optionsOf(context, "runtime", ["now", "random"]);
  const source = given["now"] === undefined ? context : given;
  const now = source["now"] === undefined ? systemRuntime.now() : timeOf(source, "now");
  return given["random"] === undefined
    ? { ...systemRuntime, now: () => now }
    : fixedRuntime(now, hexOf(given, "random"));
}
