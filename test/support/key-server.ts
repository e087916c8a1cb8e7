import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { portOf } from "./loopback.js";

/** What a key server does with a request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on loopback that publishes keys, or does something worse. */
export interface KeyServer {
  readonly url: string;
  readonly origin: string;
  /** Requests so far, oldest first. */
  readonly requests: readonly IncomingMessage[];
  /** What the next requests get. */
  answer: Answer;
  /** Resolves when there have been that many requests. */
  requested(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function keyServer(answer: Answer): Promise<KeyServer> {
  const requests: IncomingMessage[] = [];
  const watchers = new Set<() => void>();
  const server = createServer((request, response) => {
    requests.push(request);
    keyServer.answer(response, request);
    for (const watch of watchers) watch();
  });
  const origin = `http://127.0.0.1:${await portOf(server)}`;
  const keyServer: KeyServer = {
    url: `${origin}/keys`,
    origin,
    requests,
    answer,
    requested: (count) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (requests.length >= count) resolve();
        };
        watchers.add(watch);
        watch();
      }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return keyServer;
}

/** Writes exactly these bytes, head included, and closes the connection. */
export function raw(bytes: string): Answer {
  return (response) => response.socket?.end(bytes);
}

/** Answers with a body, as it is. */
export function body(content: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => response.writeHead(200, { "Content-Type": "application/json", ...headers }).end(content);
}

/** Answers with JSON. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return body(JSON.stringify(value), headers);
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => response.writeHead(code, headers).end();
}

export function redirect(location: string, code = 302): Answer {
  return status(code, { Location: location });
}

/** So many megabytes of zeros in a few kilobytes. */
export function gzipBomb(megabytes: number): Answer {
  const content = gzipSync(new Uint8Array(megabytes * 2 ** 20), { level: 9 });
  return (response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(content);
}

/** So many megabytes, as fast as they are taken. */
export function flood(megabytes: number): Answer {
  const piece = Buffer.alloc(2 ** 16, " ");
  return (response) => {
    let left = megabytes * 16;
    const more = (): void => {
      while (left-- > 0) if (!response.write(piece)) return;
      response.end();
    };
    response.on("drain", more).on("error", () => {});
    more();
  };
}

/** Never answers. */
export const stall: Answer = () => {};

/** Answers with the head, a few bytes one by one, and then nothing. */
export const trickle: Answer = (response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  for (const character of '{"keys":[') response.write(character);
};
