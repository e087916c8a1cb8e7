import { configurationInvalid } from "../base/errors.js";
import type { AuthenticatedRequest } from "../exchange/authenticated.js";
import type { Verifier } from "../exchange/verifier.js";
import type { HeaderLine, HttpRequestView } from "../http/message.js";

/** What is used of `http.IncomingMessage`; `https` and the compatibility API of `http2` have it too. */
export interface IncomingMessageLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  /** A TLS socket says that it is `encrypted`. */
  readonly socket?: object | null;
}

/** What is used of `http.ServerResponse`. */
export interface ServerResponseLike {
  readonly headersSent?: boolean;
  destroy?(): unknown;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/**
 * Authenticates the sender of a request that Node's server received. It reads the raw header lines and the raw target;
 * `req.headers`, which drops and joins repeated lines, is not looked at.
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
 *   proofs: ["wpt"],
 * });
 * const server = createServer(async (req, res) => {
 *   try {
 *     const { workload } = await authenticate(req, verifier);
 *     res.end(`hello ${workload.id.uri}`);
 *   } catch (error) {
 *     sendProblem(res, verifier, error);
 *   }
 * });
 * console.log(server.listening); // false: call server.listen(port)
 * ```
 *
 * @throws WimseError with `status`, see `Verifier.verify`
 */
export async function authenticate(req: IncomingMessageLike, verifier: Verifier): Promise<AuthenticatedRequest> {
  return verifier.verify(requestViewOfIncoming(req));
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

/** The view of a request that Node's server received, for `verifier.explain` and for checks of your own. */
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
  };
}
