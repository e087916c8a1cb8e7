import { utf8Bytes } from "../base/bytes.js";
import { configurationInvalid, isWimseError, refuseUnknownOptions } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";
import type { WorkloadCredential } from "../credential/credential.js";
import type { CredentialSource } from "../credential/source.js";
import { type AuthenticatedRequest, authenticatedRequestFields } from "../exchange/authenticated.js";
import {
  SIGN_RESPONSE_OPTIONS,
  type SignResponseOptions,
  signedResponseView,
  unavailable,
} from "../exchange/sign-response.js";
import type { Verifier } from "../exchange/verifier.js";
import type { HeaderLine, HttpResponseView } from "../http/message.js";

/** What is used of `http.ServerResponse`. */
export interface ServerResponseLike {
  readonly headersSent?: boolean;
  /** Whether the connection is gone, or with HTTP/2 the stream. */
  readonly destroyed?: boolean;
  readonly stream?: { readonly destroyed?: boolean };
  destroy?(): unknown;
  writeHead(status: number, headers: Record<string, string | string[]>): unknown;
  /** `false` when the other side does not keep up: `drain` says when it does again. */
  write?(chunk: Uint8Array): unknown;
  once?(event: "drain" | "close", run: () => void): unknown;
  end(body?: string | Uint8Array): unknown;
}

/** What a server answers. */
export interface NodeResponse {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: readonly HeaderLine[];
  /** Text, which is sent as UTF-8, or bytes, or a stream. A stream cannot be signed. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** Settings of {@link sendResponse}. */
export interface SendResponseOptions extends SignResponseOptions {
  /** With which the service signs. Without it, a request that demands a signed response is answered with 501. */
  readonly credential?: WorkloadCredential | CredentialSource;
}

/**
 * Answers an authenticated request. The response is signed whenever it can be: when there is a credential, and the request
 * was signed. When the request demands a signature and there can be none, because there is no credential, or the content is
 * a stream or too long, the answer is a problem with status 501, signed if possible, in place of the response
 * (HSIG-3.5.03). Signing without being asked to: HSIG-3.3.04, HSIG-3.5.01, HSIG-3.5.07.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createVerifier, targetUriAt } from "wimse";
 * import { authenticate, sendProblem, sendResponse } from "wimse/node";
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore } from "wimse/trust";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const credential = await issuer.credential("wimse://example.com/tools"); // of the service
 * const verifier = createVerifier({
 *   trust: createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]),
 *   audience: targetUriAt("https://tools.example.com"),
 *   replay: "unchecked",
 * });
 * const server = createServer(async (req, res) => {
 *   try {
 *     const request = await authenticate(req, verifier);
 *     await sendResponse(res, { body: "42" }, request, verifier, { credential });
 *   } catch (error) {
 *     sendProblem(res, verifier, error);
 *   }
 * });
 * console.log(server.listening); // false: call server.listen(port)
 * ```
 *
 * @throws WimseError `credential_expired`, `credential_unavailable`: with a credential, also where no signature is demanded
 * @throws TypeError `configuration_invalid`
 */
export async function sendResponse(
  res: ServerResponseLike,
  response: NodeResponse,
  to: AuthenticatedRequest,
  verifier: Verifier,
  options: SendResponseOptions = {},
): Promise<void> {
  refuseUnknownOptions(options, [...SIGN_RESPONSE_OPTIONS, "credential"], "sendResponse");
  refuseUnknownOptions(response, ["status", "headers", "body"], "sendResponse");
  const { credential, ...signing } = options;
  const { question, responseSignatureRequired } = authenticatedRequestFields(to);
  const { body, ...plain } = viewOf(response);
  const signed = async (view: HttpResponseView, settings: SignResponseOptions): Promise<void> => {
    if (question === undefined || credential === undefined) return write(res, view);
    write(res, await signedResponseView(view, question, credential, settings));
  };
  let reason: unknown = unavailable("The service has no credential, or its content is a stream");
  if (credential !== undefined && !isStream(body)) {
    try {
      return await signed({ ...plain, ...(body !== undefined && { body }) }, signing);
    } catch (error) {
      if (!isWimseError(error, "response_signature_unavailable")) throw error;
      reason = error;
    }
  }
  if (responseSignatureRequired) {
    if (isStream(body)) giveUp(body);
    const { maxBodyBytes: _ofContent, ...rest } = signing; // the problem is short, and not what was limited
    return signed(problemView(verifier, reason), rest); // HSIG-3.5.03, HSIG-3.5.04, HSIG-3.6.03
  }
  await (isStream(body) ? pass(res, plain, body) : write(res, { ...plain, ...(body !== undefined && { body }) }));
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof (body as Partial<AsyncIterable<Uint8Array>> | undefined)?.[Symbol.asyncIterator] === "function";
}

/** Ends a stream that nobody is going to read. One of Node's has to be destroyed: its iterator, not begun, ends without it. */
function giveUp(body: AsyncIterable<Uint8Array>): void {
  const { destroy } = body as { readonly destroy?: unknown };
  if (typeof destroy === "function") destroy.call(body);
  else dropRejection(body[Symbol.asyncIterator]().return?.());
}

/** Sends a stream on, piece by piece, as fast as it is taken; when nobody is there any more, the stream is given up. */
async function pass(res: ServerResponseLike, head: HttpResponseView, body: AsyncIterable<Uint8Array>): Promise<void> {
  if (res.destroyed === true || res.stream?.destroyed === true) return giveUp(body); // there is no second "close"
  let isClosed = false;
  let goOn: () => void = () => undefined;
  res.once?.("close", () => {
    isClosed = true;
    goOn();
  });
  try {
    writeHead(res, head);
  } catch (error) {
    giveUp(body); // a head that cannot be sent
    throw error;
  }
  for await (const chunk of body) {
    if (isClosed) return;
    if (res.write?.(chunk) !== false || res.once === undefined) continue;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      res.once?.("drain", resolve);
      if (isClosed) resolve();
    });
  }
  res.end();
}

function problemView(verifier: Verifier, error: unknown): HttpResponseView {
  const { status, headers, body } = verifier.problem(error);
  return { status, headers, body: utf8Bytes(body) };
}

interface ViewToSend extends Omit<HttpResponseView, "body"> {
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

function viewOf({ status = 200, headers = [], body }: NodeResponse): ViewToSend {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw configurationInvalid("status: 200 to 599");
  if (body === undefined) return { status, headers };
  const bytes = typeof body === "string" ? utf8Bytes(body) : body;
  if (!(bytes instanceof Uint8Array) && !isStream(bytes)) throw configurationInvalid("body: text, bytes or a stream");
  return { status, headers, body: bytes };
}

/** Lines of one name are written together, in their order: so they are covered. */
function writeHead(res: ServerResponseLike, { status, headers }: HttpResponseView): void {
  const fields = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of headers) {
    const field = fields.get(name.toLowerCase());
    if (field === undefined) fields.set(name.toLowerCase(), { name, values: [value] });
    else field.values.push(value);
  }
  const entries = [...fields.values()].map(({ name, values }): [string, string | string[]] => [
    name,
    values.length === 1 ? String(values[0]) : values,
  ]);
  res.writeHead(status, Object.fromEntries(entries));
}

function write(res: ServerResponseLike, view: HttpResponseView): void {
  writeHead(res, view);
  res.end(view.body ?? "");
}
