import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import type { WorkloadCredential } from "../credential/credential.js";
import { type CredentialSource, currentCredential } from "../credential/source.js";
import { chunksOf, readChunks } from "../http/content.js";
import { checkContentDigest, contentDigest } from "../http/content-digest.js";
import { isField } from "../http/fields.js";
import type { HeaderLine, HttpResponseView } from "../http/message.js";
import type { AskedRequest } from "../httpsig/check-response-signature.js";
import { findProfileSignature, responseCoverage, SENDER } from "../httpsig/profile.js";
import { signatureLifetimeOf, signProfile } from "../httpsig/sign-profile.js";
import { type AuthenticatedRequest, authenticatedRequestFields } from "./authenticated.js";
import { maxBodyBytesOf } from "./policy.js";

/** Settings of {@link signResponse}. */
export interface SignResponseOptions {
  /** Seconds until the signature expires. Default 60, at most 300. */
  readonly lifetime?: number;
  /** Longest content that is signed, bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Gives up waiting for the credential, the content or the signature. */
  readonly signal?: AbortSignal;
  readonly runtime?: Runtime;
}

/** The names of the options of {@link signResponse}, for what passes them on. */
export const SIGN_RESPONSE_OPTIONS: readonly string[] = ["lifetime", "maxBodyBytes", "signal", "runtime"];

/**
 * Signs the response to an authenticated request, with the credential of the service: whoever asked can tell that it is the
 * answer to this very request (WIMSE HTTP signatures sections 3.4 and 3.5). The content is read and gets its
 * `Content-Digest`; it has to be in its final coding.
 *
 * @example
 * ```ts
 * import { createVerifier, exactly, signRequest, signResponse, verifyResponse } from "wimse";
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore } from "wimse/trust";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const trust = createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]);
 * const agent = await issuer.credential("wimse://example.com/agent");
 * const tools = await issuer.credential("wimse://example.com/tools");
 *
 * const asked = await signRequest(new Request("https://tools.example.com/"), agent, { requireSignedResponse: true });
 *
 * const verifier = createVerifier({ trust, audience: "https://tools.example.com/", replay: "unchecked" });
 * const request = await verifier.verify(asked.request);
 * const answer = await signResponse(new Response("42"), request, tools);
 *
 * const expect = exactly("wimse://example.com/tools");
 * const { response } = await verifyResponse(answer, asked, { trust, expect, replay: "unchecked" });
 * console.log(await response.text()); // 42
 * ```
 *
 * @param to the request, as a verifier returned it; one with a WPT has nothing that a response could be tied to
 * @throws WimseError `response_signature_unavailable` with status 501: the content is an event stream, or longer than
 *   `maxBodyBytes`, or the request was not signed; `credential_expired`, `credential_unavailable`
 * @throws TypeError `configuration_invalid`
 */
export async function signResponse(
  response: Response | HttpResponseView,
  to: AuthenticatedRequest,
  credential: WorkloadCredential | CredentialSource,
  options: SignResponseOptions = {},
): Promise<Response> {
  const { question } = authenticatedRequestFields(to);
  if (question === undefined) throw unavailable("The request has no signature that a response could be tied to");
  const view = await signedResponseView(response, question, credential, options);
  const { status, headers, body } = view;
  const statusText = "statusText" in response ? response.statusText : "";
  const fields = new Headers(headers.map(([name, value]): [string, string] => [name, value]));
  return new Response(isNullBody(status) ? null : new Uint8Array(body ?? []), {
    status,
    statusText,
    headers: fields,
  });
}

/** {@link signResponse} on the level of header lines. */
export async function signedResponseView(
  response: Response | HttpResponseView,
  question: AskedRequest,
  credential: WorkloadCredential | CredentialSource,
  options: SignResponseOptions,
): Promise<HttpResponseView> {
  refuseUnknownOptions(options, SIGN_RESPONSE_OPTIONS, "signResponse");
  const { lifetime, signal } = options;
  signatureLifetimeOf(lifetime);
  const runtime = runtimeOf(options);
  const limit = maxBodyBytesOf(options.maxBodyBytes);
  const unsigned = linesOf(response);
  const current = await currentCredential(credential, runtime.now(), signal);
  const body = await contentOf(response, unsigned, limit, signal);
  const headers: HeaderLine[] = [...unsigned, ["Workload-Identity-Token", current.wit]]; // HSIG-3.18
  headers.push(...(await digestLine(unsigned, body)));
  const view = { status: response.status, headers, ...(body !== undefined && { body }) };
  const { signatureInput, signature } = await signProfile(
    {
      message: view,
      request: question.view,
      components: [...responseCoverage(headers, question.revision), SENDER],
      parameters: [["wimse-req-nonce", question.nonce]], // HSIG-3.29, HSIG-3.4.02, HSIG-3.4.03
    },
    current,
    { lifetime, runtime, signal },
  );
  return { ...view, headers: [...headers, ["Signature-Input", signatureInput], ["Signature", signature]] };
}

/** The lines of a response that nobody has signed yet, and that can be sent. */
function linesOf(response: Response | HttpResponseView): HeaderLine[] {
  const { headers, status } = Object(response) as HttpResponseView;
  if (typeof headers?.[Symbol.iterator] !== "function" || typeof status !== "number") {
    throw configurationInvalid("signResponse: a Response, or a view of one");
  }
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw configurationInvalid("signResponse: the status of a response is 200 to 599");
  }
  const lines = [...headers];
  try {
    new Headers(lines as [string, string][]);
  } catch {
    throw configurationInvalid("signResponse: the response has header lines that cannot be sent"); // quotes none of them
  }
  if (lines.some(([name]) => isField(name, "workload-identity-token"))) {
    throw configurationInvalid("signResponse: the response has a Workload-Identity-Token field already");
  }
  let found: unknown;
  try {
    found = findProfileSignature({ status, headers: lines });
  } catch {
    throw configurationInvalid("signResponse: the response has signature fields that cannot be read");
  }
  if (found !== undefined) throw configurationInvalid("signResponse: the response is signed already");
  return lines;
}

const EVENT_STREAM = /^text\/event-stream\b/i;

async function contentOf(
  response: Response | HttpResponseView,
  lines: readonly HeaderLine[],
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const { body, status } = response;
  if (body === undefined || body === null) return undefined;
  // HSIG-3.5.03, HSIG-3.5.04, HSIG-3.6.03: what has no end cannot be signed, and would be waited for in vain
  if (lines.some(([name, value]) => isField(name, "content-type") && EVENT_STREAM.test(value))) {
    throw unavailable("An event stream cannot be signed");
  }
  if (body instanceof Uint8Array) {
    // RFC 9110 section 6.4.1: it would be left out on the way, and its digest would be wrong
    if (body.length > 0 && isNullBody(status)) throw configurationInvalid("signResponse: its status has no content");
    if (body.length > limit) throw unavailable("The content is longer than what is signed");
    return body;
  }
  if (typeof body.getReader !== "function") throw configurationInvalid("signResponse: the body of a view is bytes");
  if ("bodyUsed" in response && response.bodyUsed) {
    throw configurationInvalid("signResponse: the response's body was consumed already");
  }
  try {
    return await readChunks(chunksOf(body), limit, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof WimseError) throw unavailable("The content is longer than what is signed");
    throw unavailable("The content cannot be read");
  }
}

/** HSIG-3.19, HSIG-3.17: content goes with its digest. One of the caller's own has to be right. */
async function digestLine(lines: readonly HeaderLine[], body: Uint8Array | undefined): Promise<HeaderLine[]> {
  const own = lines.filter(([name]) => isField(name, "content-digest")).map(([, value]) => value);
  if (own.length === 0) return body?.length ? [["Content-Digest", await contentDigest(body)]] : [];
  try {
    checkContentDigest(own.join(", "), body ?? new Uint8Array());
  } catch {
    throw configurationInvalid("signResponse: the response's Content-Digest is not that of its content");
  }
  return [];
}

/** Whether fetch knows no content for a status. */
export function isNullBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** HSIG-3.5.03, HSIG-3.5.04: in place of a successful response without a signature. */
export function unavailable(message: string): WimseError {
  const error = new WimseError("response_signature_unavailable", message, "HSIG-3.5.03");
  return Object.assign(error, { status: 501 }); // HSIG-3.6.03
}
