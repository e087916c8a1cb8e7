import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import type { AuthenticatedRequest } from "../exchange/authenticated.js";
import type { Verifier } from "../exchange/verifier.js";
import type { VerifyOptions } from "../exchange/verify-request.js";
import { announcedLength, readChunks } from "../http/content.js";
import type { ContentReader, HeaderLine, HttpRequestView } from "../http/message.js";
import type { ServerResponseLike } from "./node-response.js";

/** What is used of `http.IncomingMessage`; `https` and the compatibility API of `http2` have it too. */
export interface IncomingMessageLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  /** A TLS socket says that it is `encrypted`. */
  readonly socket?: object | null;
  readonly httpVersionMajor?: number;
  /** Whether somebody has begun to read the content, or has read all of it. */
  readonly readableDidRead?: boolean;
  readonly readableEnded?: boolean;
  [Symbol.asyncIterator]?(): AsyncIterator<Uint8Array>;
  iterator?(options: { readonly destroyOnReturn: boolean }): AsyncIterator<Uint8Array>;
  resume?(): unknown;
}

/** Settings of {@link authenticate}. */
export interface AuthenticateOptions extends VerifyOptions {
  /** The bytes of the content as received, where something else has read them, such as `express.raw()`. */
  readonly body?: Uint8Array;
}

/**
 * Authenticates the sender of a request that Node's server received. It reads the raw header lines and the raw target;
 * `req.headers`, which drops and joins repeated lines, is not looked at. When a signature covers the content, it is read
 * from `req` after the signature was verified, compared with its digest, and handed over as `body` of the result.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createVerifier, targetUriAt } from "wimse";
 * import { authenticate, sendProblem } from "wimse/node";
 * import { memoryReplayStore } from "wimse/replay";
 * import { createTestIssuer } from "wimse/testing";
 * import { createTrustStore } from "wimse/trust";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const verifier = createVerifier({
 *   trust: createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]),
 *   audience: targetUriAt("https://tools.example.com"),
 *   replay: memoryReplayStore({ maxEntries: 100_000 }),
 * });
 * const server = createServer(async (req, res) => {
 *   try {
 *     const { workload, body } = await authenticate(req, verifier);
 *     res.end(`hello ${workload.id.uri}, thank you for ${body?.length ?? 0} bytes`);
 *   } catch (error) {
 *     sendProblem(res, verifier, error);
 *   }
 * });
 * console.log(server.listening); // false: call server.listen(port)
 * ```
 *
 * @throws WimseError with `status`, see `Verifier.verify`
 * @throws TypeError `configuration_invalid`: the content was read before, so that nobody can compare its digest
 */
export async function authenticate(
  req: IncomingMessageLike,
  verifier: Verifier,
  options: AuthenticateOptions = {},
): Promise<AuthenticatedRequest> {
  refuseUnknownOptions(options, ["body", "signal"], "authenticate");
  const { body, ...waiting } = options;
  if (body !== undefined && !(body instanceof Uint8Array)) throw configurationInvalid("body: the bytes, as received");
  if (typeof verifier?.verify !== "function") throw configurationInvalid("authenticate: a verifier is required");
  const view = requestViewOfIncoming(req);
  return verifier.verify(body === undefined ? view : { ...view, body }, waiting);
}

/**
 * Answers a refused request with the problem that `verifier.problem` makes of the error. Where an answer was begun already,
 * the connection is closed instead, so that nobody takes half of an answer for the whole.
 */
export function sendProblem(res: ServerResponseLike, verifier: Verifier, error: unknown): void {
  if (res.headersSent === true) {
    res.destroy?.();
    return;
  }
  const { status, headers, body } = verifier.problem(error);
  res.writeHead(status, Object.fromEntries(headers));
  res.end(body);
}

/**
 * The view of a request that Node's server received, for `verifier.explain` and for checks of your own. Its content is read
 * from `req` when it is asked for, once: `explain` and `verify` of one request need a view with the bytes.
 */
export function requestViewOfIncoming(req: IncomingMessageLike): HttpRequestView {
  if (!Array.isArray(req?.rawHeaders)) throw configurationInvalid("authenticate: an IncomingMessage is required");
  const headers: HeaderLine[] = [];
  let authority: string | undefined;
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i] as string;
    const value = req.rawHeaders[i + 1] as string;
    // HTTP/2's pseudo header fields are the request line, not header lines
    if (name.charCodeAt(0) !== 0x3a) headers.push([name, value]);
    else if (name === ":authority") authority = value;
  }
  return {
    method: req.method ?? "",
    scheme: (req.socket as { encrypted?: unknown } | null | undefined)?.encrypted === true ? "https" : "http",
    target: req.url ?? "",
    ...(authority !== undefined && { authority }),
    headers,
    body: contentOf(req, headers),
  };
}

/** RFC 9112 section 6.3: in HTTP/1 a request without either field has no content, as one of length zero. */
function contentOf(req: IncomingMessageLike, headers: readonly HeaderLine[]): Uint8Array | ContentReader {
  const iterate = req[Symbol.asyncIterator];
  // A server with a `maxHeadersCount` hides the lines beyond it, and still reads the content that they announce.
  const { maxHeadersCount: most } = (req.socket as ServerSocket | null | undefined)?.server ?? {};
  const isWhole = !most || headers.length < most;
  if (req.httpVersionMajor === 1 && isWhole && (announcedLength(headers) ?? 0) === 0) return NO_CONTENT;
  return (limit, options) => {
    if (iterate === undefined || req.readableDidRead === true || req.readableEnded === true) {
      throw configurationInvalid(
        "authenticate: something has read the request's content before; authenticate first, or pass the raw bytes as body",
      );
    }
    const iterator = () => req.iterator?.({ destroyOnReturn: false }) ?? iterate.call(req);
    return readOrLetGo(req, { [Symbol.asyncIterator]: iterator }, limit, options?.signal);
  };
}

/** Reads the content; of that which is refused, the rest is let go: it would hold up the connection, or the stream of HTTP/2. */
async function readOrLetGo(
  req: IncomingMessageLike,
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  try {
    return await readChunks(chunks, limit, signal);
  } catch (error) {
    req.resume?.();
    throw error;
  }
}

interface ServerSocket {
  readonly server?: { readonly maxHeadersCount?: number | null };
}

const NO_CONTENT = new Uint8Array();

export { type NodeResponse, type SendResponseOptions, type ServerResponseLike, sendResponse } from "./node-response.js";
