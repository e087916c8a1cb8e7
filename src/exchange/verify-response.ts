import { configurationInvalid, isWimseError, WimseError } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";
import { checkTokenSize } from "../crypto/jws.js";
import { chunksOf, readChunks } from "../http/content.js";
import { isField } from "../http/fields.js";
import {
  type ContentReader,
  type HeaderLine,
  type HttpResponseView,
  hasTooMuch,
  lineFault,
  trimOws,
} from "../http/message.js";
import { checkResponseSignature } from "../httpsig/check-response-signature.js";
import { findProfileSignature } from "../httpsig/profile.js";
import { hasForeignSignatureOnly } from "../httpsig/signature-fields.js";
import { checkWit } from "../wit/check.js";
import { type AuthenticatedWorkload, sealAuthenticatedWorkload } from "./authenticated.js";
import { type AuthenticatedResponse, sealAuthenticatedResponse } from "./authenticated-response.js";
import type { WorkloadMatcher } from "./match.js";
import { claimProofs } from "./replay-claim.js";
import { type CheckedResponsePolicy, checkResponsePolicy, type ResponsePolicy } from "./response-policy.js";
import { isNullBody } from "./sign-response.js";
import { type ExpectedAnswer, expectedAnswer, type SignedRequest } from "./signed-request.js";
import { checkStillValid } from "./still-valid.js";
import { verifiedContent } from "./verified-content.js";

/**
 * Verifies the response to a signed request, before a byte of its content is handed out (WIMSE HTTP signatures section
 * 3.5). A response without a signature is refused when the request demanded one, and returned as it is otherwise, without
 * a workload; one that has a signature is verified in any case.
 *
 * @throws WimseError `response_malformed`, `response_signature_required`; `response_workload_unexpected`: somebody else answered;
 *   `response_encoding_unsupported`: fetch has undone a content coding, so that the digest cannot be compared;
 *   `signature_*`, `wit_*`, `content_digest_*`, `body_too_large`, `trust_keys_unavailable`, `replay_store_unavailable`
 * @throws TypeError `configuration_invalid`
 */
export async function verifyResponse(
  response: Response | HttpResponseView,
  to: SignedRequest,
  policy: ResponsePolicy,
): Promise<AuthenticatedResponse> {
  const expected = expectedAnswer(to);
  const checked = checkResponsePolicy(policy);
  const answer = answerOf(response);
  const { workload, body } = await judgeResponse(answer, expected, checked, to.request.signal);
  if (workload === undefined) return sealAuthenticatedResponse(unjudged(response, answer), undefined);
  return sealAuthenticatedResponse(responseOf(answer, body, response), workload);
}

/** A response as it is judged: its lines, and how its content is read. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly trailers?: readonly HeaderLine[];
  readonly body?: Uint8Array | ContentReader;
  /** Whether a content coding was undone already, as fetch does. */
  readonly decoded: boolean;
}

/** Who answered, and the content; without a workload when the response is not signed, and need not be. */
export async function judgeResponse(
  answer: ReceivedAnswer,
  { asked, responseSignatureRequired, url, method }: ExpectedAnswer,
  policy: CheckedResponsePolicy,
  signal?: AbortSignal,
): Promise<{ readonly workload?: AuthenticatedWorkload; readonly body?: Uint8Array | undefined }> {
  const { status, headers, trailers = [] } = answer;
  const view: HttpResponseView = { status, headers, trailers };
  checkHead(view); // bounded, before any of it is read
  const received = hasForeignSignatureOnly(view) ? undefined : findProfileSignature(view);
  if (received === undefined) {
    // HSIG-3.5.05, HSIG-6.4.02; otherwise HSIG-3.5.06
    if (responseSignatureRequired) {
      const message = "The response is not signed, and the request demanded that it is";
      throw new WimseError("response_signature_required", message, "HSIG-3.5.05");
    }
    return {};
  }
  // HSIG-3.5.08: a signature that is there counts. A request with a WPT has no nonce that one could name: HSIG-3.5.09
  if (asked === undefined) {
    const message = "The response is signed, and not for this request";
    throw new WimseError("signature_request_nonce_mismatch", message, "HSIG-3.5.09");
  }
  const token = onlyWit(headers);
  checkTokenSize(token, "wit");
  const wit = await checkWit(token, policy.trust, policy.witRules, policy.runtime, { signal });
  const signature = await checkResponseSignature(received, view, asked, wit, policy.rules, policy.runtime.now());
  const isContentless = method === "HEAD" || status === 304; // the digest is of content that was not sent
  if (answer.decoded && !isContentless) refuseDecoded(headers);
  const body = isContentless ? undefined : await contentOf(answer, policy, signal);
  if (typeof answer.body === "function" && !isContentless) {
    const { trust, witRules, runtime } = policy;
    const verifyAnew = (): Promise<unknown> => checkWit(token, trust, witRules, runtime, { signal });
    const head = { wit, signatureExpiresAt: signature.expiresAt };
    await checkStillValid(head, { trust, witRules, runtime, signal, verifyAnew });
  }
  const workload = sealAuthenticatedWorkload(wit);
  // CREDS-1.3.02, ID-5.01
  if (!isExpected(policy.expect, workload, url)) {
    throw new WimseError("response_workload_unexpected", "The response is of another workload", "CREDS-1.3.02");
  }
  if (policy.replay !== undefined) {
    const used = [{ kind: "response-signature", id: signature.nonce, expiresAt: signature.expiresAt } as const];
    await claimProofs(policy.replay, wit, used, policy.rules.clockTolerance, signal);
  }
  return { workload, body };
}

function checkHead({ status, headers, trailers = [] }: HttpResponseView): void {
  if (hasTooMuch(headers, trailers)) {
    throw new WimseError("response_malformed", "The head of the response is too large", "ID-7.1.03");
  }
  const isStatus = Number.isInteger(status) && status >= 200 && status <= 599;
  if (!isStatus) throw new WimseError("response_malformed", "The status is none of a final response", "HSIG-3.12");
  const fault = lineFault(headers) ?? lineFault(trailers);
  if (fault !== undefined) throw new WimseError("response_malformed", fault.message, fault.requirement);
}

async function contentOf(
  answer: ReceivedAnswer,
  { maxBodyBytes }: CheckedResponsePolicy,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return await verifiedContent(answer, { maxBodyBytes, signal });
  } catch (error) {
    if (!isWimseError(error, "request_malformed")) throw error;
    signal?.throwIfAborted(); // it is the caller's own, as for any fetch
    throw new WimseError("response_malformed", "The content of the response did not arrive whole", "HSIG-3.20");
  }
}

function onlyWit(headers: readonly HeaderLine[]): string {
  const wits = headers.filter(([name]) => isField(name, "workload-identity-token"));
  const [wit] = wits;
  // HSIG-3.18
  if (wit === undefined) throw new WimseError("wit_missing", "The signed response has no WIT", "HSIG-3.18");
  if (wits.length > 1) throw new WimseError("wit_multiple", "The response has several WITs", "CREDS-5.1.1.01");
  return trimOws(wit[1]);
}

/** RFC 9530 section 2: the digest is of the coded bytes, which fetch does not show. */
function refuseDecoded(headers: readonly HeaderLine[]): void {
  const isCoded = headers.some(
    ([name, value]) => isField(name, "content-encoding") && trimOws(value).toLowerCase() !== "identity",
  );
  if (isCoded) {
    const message = "The content was coded, and its coding undone: ask for Accept-Encoding: identity";
    throw new WimseError("response_encoding_unsupported", message, "R9530-3.02");
  }
}

/**
 * Whether the right workload answered. A function of the URL is told by what it returns: a matcher returns no function. One
 * that fails stands for nobody.
 */
function isExpected(expect: ResponsePolicy["expect"], workload: AuthenticatedWorkload, url: string): boolean {
  const ask = (question: (subject: never) => unknown, subject: unknown): unknown => {
    try {
      const answer = question(subject as never);
      dropRejection(answer);
      return answer;
    } catch {
      return undefined; // fail closed; a foreign error may say anything and is not passed on
    }
  };
  const forUrl = ask(expect, new URL(url));
  return ask(typeof forUrl === "function" ? (forUrl as WorkloadMatcher) : expect, workload) === true;
}

function answerOf(response: Response | HttpResponseView): ReceivedAnswer {
  const { headers, status, body, trailers } = Object(response) as HttpResponseView & Pick<Response, "body">;
  if (typeof headers?.[Symbol.iterator] !== "function" || typeof status !== "number") {
    throw configurationInvalid("verifyResponse: a Response, or a view of one");
  }
  const lines = [...headers] as HeaderLine[];
  if (Array.isArray(headers)) {
    if (body !== undefined && !((body as unknown) instanceof Uint8Array))
      throw configurationInvalid("body: a Uint8Array");
    return { status, headers: lines, decoded: false, ...(trailers && { trailers }), ...(body && { body }) };
  }
  const fetched = response as Response;
  if (fetched.bodyUsed) throw configurationInvalid("verifyResponse: the response's body was read already");
  const read: ContentReader = (limit, options) =>
    fetched.body ? readChunks(chunksOf(fetched.body), limit, options?.signal) : new Uint8Array();
  return { status, headers: lines, decoded: true, body: read };
}

/** A response that nobody signed, as it came. */
function unjudged(response: Response | HttpResponseView, answer: ReceivedAnswer): Response {
  return Array.isArray(response.headers)
    ? responseOf(answer, (response as HttpResponseView).body, response)
    : (response as Response);
}

/** A response of fetch with the content that was verified, and with the URL of the one that was received. */
function responseOf({ status, headers }: ReceivedAnswer, body: Uint8Array | undefined, from: object): Response {
  const { statusText = "", url } = from as Partial<Response>;
  const lines = headers.map(([name, value]): [string, string] => [name, value]);
  const content = isNullBody(status) ? null : new Uint8Array(body ?? []);
  const made = new Response(content, { status, statusText, headers: new Headers(lines) });
  if (url) Object.defineProperty(made, "url", { value: url, configurable: true });
  return made;
}
