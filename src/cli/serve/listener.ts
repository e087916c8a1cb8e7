import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { IdentityServer } from "../../issuer/identity-server.js";

/** A server that listens. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** A WIT and a signature are in the head of a renewal. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_CONNECTIONS = 1000;
const HEAD_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 15_000;
/** How often the two are looked at: Node's own half minute would triple them. */
const CHECK_INTERVAL = 2_000;

/**
 * Listens for requests and has them answered.
 *
 * @param handler gets requests for `url`, whatever their Host says
 */
export function listen(
  address: { readonly host: string; readonly port: number },
  handler: (port: number) => { readonly url: string; readonly answer: IdentityServer },
): Promise<Listening> {
  let target: ReturnType<typeof handler> | undefined;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEAD_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      connectionsCheckingInterval: CHECK_INTERVAL,
    },
    (req, res) => {
      respond(req, res, target).catch(() => res.destroy());
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      const { port } = server.address() as AddressInfo;
      try {
        target = handler(port);
      } catch (error) {
        server.close();
        return reject(error);
      }
      resolve({
        port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function respond(
  req: IncomingMessage,
  res: ServerResponse,
  target: { readonly url: string; readonly answer: IdentityServer } | undefined,
): Promise<void> {
  const request = target && requestOf(req, res, target.url);
  const response = request && target ? await target.answer(request) : new Response(null, { status: 400 });
  if (res.destroyed) return;
  const content = Buffer.from(await response.arrayBuffer());
  const close = req.complete ? {} : { Connection: "close" }; // the rest of its content is not waited for
  const length = req.method === "HEAD" ? {} : { "Content-Length": content.length };
  res.writeHead(response.status, { ...Object.fromEntries(response.headers), ...length, ...close });
  res.end(content);
}

/** The request as the handler sees it; `undefined` when it is none that fetch could send. */
function requestOf(req: IncomingMessage, res: ServerResponse, url: string): Request | undefined {
  const { method = "", url: path = "", rawHeaders } = req;
  if (!path.startsWith("/")) return undefined;
  const controller = new AbortController();
  res.once("close", () => controller.abort());
  try {
    const headers = new Headers();
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
    const init = { method, headers, signal: controller.signal };
    const target = `${new URL(url).origin}${path}`;
    if (method === "GET" || method === "HEAD") return new Request(target, init);
    const body = Readable.toWeb(req) as ReadableStream<Uint8Array>;
    return new Request(target, { ...init, body, duplex: "half" } as RequestInit);
  } catch {
    return undefined;
  }
}
