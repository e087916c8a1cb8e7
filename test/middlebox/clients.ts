import http2 from "node:http2";
import https from "node:https";
import { Readable } from "node:stream";

/** A `fetch` over HTTP/1.1 that trusts one certificate and sends content in chunks, whatever its length. */
export function chunkedFetch(certificate: string): typeof fetch {
  return async (input) => {
    const request = input as Request;
    const headers = Object.fromEntries(request.headers);
    return new Promise((resolve, reject) => {
      const options = { method: request.method, headers, ca: certificate, agent: false };
      const sent = https.request(new URL(request.url), options, (res) => {
        const lines = res.rawHeaders.flatMap((name, i): [string, string][] =>
          i % 2 === 0 ? [[name, String(res.rawHeaders[i + 1])]] : [],
        );
        resolve(responseOf(Number(res.statusCode), lines, res));
      });
      sent.on("error", reject);
      void request.arrayBuffer().then((content) => {
        const bytes = Buffer.from(content);
        for (let at = 0; at < bytes.length; at += 4096) sent.write(bytes.subarray(at, at + 4096));
        sent.end();
      }, reject);
    });
  };
}

/** A `fetch` over HTTP/2 that trusts one certificate. */
export function http2Fetch(certificate: string): typeof fetch {
  return async (input) => {
    const request = input as Request;
    const content = Buffer.from(await request.arrayBuffer());
    const { origin, pathname, search } = new URL(request.url);
    const session = http2.connect(origin, { ca: certificate });
    return new Promise((resolve, reject) => {
      session.on("error", reject);
      const head = {
        ":method": request.method,
        ":path": `${pathname}${search}`,
        ...Object.fromEntries(request.headers),
      };
      const stream = session.request(head, { endStream: content.length === 0 });
      stream.on("error", reject);
      stream.on("close", () => session.close());
      stream.on("response", (fields) => {
        const lines = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
          name.startsWith(":") ? [] : [[name, String(value)]],
        );
        resolve(responseOf(Number(fields[":status"]), lines, stream));
      });
      if (content.length > 0) stream.end(content);
    });
  };
}

function responseOf(status: number, lines: [string, string][], content: Readable): Response {
  const hasContent = status !== 204 && status !== 304;
  if (!hasContent) content.resume();
  return new Response(hasContent ? (Readable.toWeb(content) as ReadableStream) : null, { status, headers: lines });
}
