import { createServer, type IncomingMessage } from "node:http";
import { Duplex } from "node:stream";

/** A request as a server of Node has it. */
export interface ServedRequest {
  readonly method: string;
  readonly target: string;
  readonly lines: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/**
 * The requests that a server of Node makes of what comes over a connection, up to the first that it refuses. There is no
 * network: the connection is a stream.
 */
export function servedRequests(bytes: Uint8Array): Promise<readonly ServedRequest[]> {
  return new Promise((resolve) => {
    const served: ServedRequest[] = [];
    const pending: Promise<void>[] = [];
    const take = (request: IncomingMessage): void => {
      pending.push(whole(request).then((one) => void (one && served.push(one))));
    };
    const server = createServer({ requireHostHeader: false, maxHeaderSize: 1 << 20 }, (request, response) => {
      take(request);
      request.on("end", () => response.end());
    });
    server.maxHeadersCount = 0;
    server.on("checkContinue", (request, response) => {
      take(request);
      request.on("end", () => response.end());
    });
    server.on("checkExpectation", (request, response) => {
      take(request);
      request.on("end", () => response.end());
    });
    const end = (): void => void Promise.all(pending).then(() => resolve(served));
    server.on("clientError", end);
    const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    connection.on("close", end).on("error", end);
    server.emit("connection", connection);
    connection.push(bytes);
    connection.push(null);
    setImmediate(() => setImmediate(end));
  });
}

async function whole(request: IncomingMessage): Promise<ServedRequest | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined; // it ended too early
  }
  const { rawHeaders, method = "", url: target = "" } = request;
  const lines = Array.from({ length: rawHeaders.length / 2 }, (_, i) => {
    return [rawHeaders[2 * i] ?? "", rawHeaders[2 * i + 1] ?? ""] as const;
  });
  return { method, target, lines, body: Buffer.concat(chunks) };
}
