import { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import http2 from "node:http2";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { AuthenticatedRequest } from "../../src/index.js";
import { type NodeResponse, type ServerResponseLike, sendResponse } from "../../src/integrations/node.js";
import { portOf, stop } from "../support/loopback.js";
import { createExchange } from "../support/response-fixtures.js";

const exchange = await createExchange();
const { runtime, service } = exchange;
const verifier = exchange.signatureVerifier({ audience: "urn:svc" });

/** A request that demands a signed response, or does not. */
const asked = async (requireSignedResponse: boolean): Promise<AuthenticatedRequest> =>
  exchange.received(await exchange.ask({ requireSignedResponse }));
const send = async (res: ServerResponseLike, response: NodeResponse, to?: AuthenticatedRequest): Promise<void> =>
  sendResponse(res, response, to ?? (await asked(false)), verifier);
/** Everything that is due has had its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Resolves when somebody waits for the other side to keep up again. */
async function waiting(events: EventEmitter): Promise<void> {
  while (events.listenerCount("drain") === 0) await turn();
}

/** A stream that says how many of its pieces were asked for, and whether it was given up. */
function watched(...texts: readonly string[]) {
  let asked = 0;
  let givenUp = false;
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      const text = texts[asked++];
      return text === undefined ? { done: true, value: undefined } : { done: false, value: Buffer.from(text) };
    },
    return: async () => {
      givenUp = true;
      return { done: true, value: undefined };
    },
  };
  return {
    body: { [Symbol.asyncIterator]: () => iterator },
    get asked() {
      return asked;
    },
    get givenUp() {
      return givenUp;
    },
  };
}

/** A response that keeps what is written. Its events are the test's to emit. */
function recorded(write: (res: EventEmitter) => unknown = () => true) {
  const events = new EventEmitter();
  const written: string[] = [];
  const res = {
    writeHead: (status: number) => written.push(String(status)),
    write: (chunk: Uint8Array) => {
      written.push(Buffer.from(chunk).toString());
      return write(events);
    },
    once: (event: string, run: () => void) => events.once(event, run),
    end: (body?: unknown) => written.push(body === undefined ? "end" : "whole"),
  };
  return { res, events, written };
}

describe("a stream that is sent", () => {
  it("stands still while the other side does not keep up", async () => {
    const { res, events, written } = recorded(() => false);
    const stream = watched("a", "b");
    const sending = send(res, { body: stream.body });
    const seen: string[] = [];
    for (let i = 0; i < 2; i++) {
      await waiting(events);
      await turn();
      seen.push(`${written.join()} of ${stream.asked}`);
      events.emit("drain");
    }
    await sending;
    expect(seen).toEqual(["200,a of 1", "200,a,b of 2"]);
    expect(written).toEqual(["200", "a", "b", "end"]);
  });

  it("goes on where nobody can say that the other side keeps up again", async () => {
    const { res, written } = recorded(() => false);
    const { once: _once, ...mute } = res;
    await send(mute, { body: watched("a", "b").body });
    expect(written).toEqual(["200", "a", "b", "end"]);
  });

  it("is given up when the connection closes while a piece is written", async () => {
    const { res, written } = recorded((events) => {
      events.emit("close");
      return false;
    });
    const stream = watched("a", "b");
    await send(res, { body: stream.body });
    expect([written, stream.givenUp]).toEqual([["200", "a"], true]);
  });

  it("is given up when the connection closes while it stands still", async () => {
    const { res, events, written } = recorded(() => false);
    const stream = watched("a", "b");
    const sending = send(res, { body: stream.body });
    await waiting(events);
    events.emit("close");
    await sending;
    expect([written, stream.givenUp]).toEqual([["200", "a"], true]);
  });
});

describe("a stream that nobody is there for any more is given up, not begun", () => {
  /** Answers once the connection is gone, and says whether that came to an end and what became of the stream. */
  const answerLate = async (res: ServerResponseLike & Pick<EventEmitter, "once">) => {
    const stream = Readable.from([Buffer.from("a")]);
    await new Promise<void>((resolve) => res.once("close", () => resolve()));
    await send(res, { body: stream });
    return stream.destroyed;
  };

  it("over HTTP/1.1", async () => {
    let server: Server | undefined;
    const late = new Promise<boolean>((resolve, reject) => {
      server = createServer((_req: IncomingMessage, res: ServerResponse) => {
        answerLate(res).then(resolve, reject);
        socket.destroy();
      });
    });
    const socket = connect(await portOf(server as Server), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await late).toBe(true);
    await stop(server as Server);
  });

  it("over HTTP/2", async () => {
    let server: http2.Http2Server | undefined;
    const late = new Promise<boolean>((resolve, reject) => {
      server = http2.createServer((_req, res) => {
        answerLate(res).then(resolve, reject);
        sent.close(http2.constants.NGHTTP2_CANCEL);
      });
    });
    const client = http2.connect(`http://127.0.0.1:${await portOf(server as http2.Http2Server)}`);
    const sent = client.request({ ":path": "/" });
    sent.on("error", () => undefined);
    expect(await late).toBe(true);
    client.close();
    await new Promise((resolve) => server?.close(resolve));
  });
});

describe("HSIG-3.5.03: a stream in whose place a problem is sent is given up", () => {
  it("by its iterator", async () => {
    const { res, written } = recorded();
    const stream = watched("secret");
    await sendResponse(res, { body: stream.body }, await asked(true), verifier, { credential: service, runtime });
    expect([written, stream.asked, stream.givenUp]).toEqual([["501", "whole"], 0, true]);
  });

  it("as Node's are, which hold a file or a connection until they are destroyed", async () => {
    const { res, written } = recorded();
    const stream = Readable.from([Buffer.from("secret")]);
    await sendResponse(res, { body: stream }, await asked(true), verifier);
    expect([written, stream.destroyed]).toEqual([["501", "whole"], true]);
  });
});

it("a stream whose head cannot be sent is given up", async () => {
  const stream = watched("a");
  const refused = new TypeError("no head");
  const res = {
    writeHead: () => {
      throw refused;
    },
    end: () => 0,
  };
  await expect(send(res, { body: stream.body })).rejects.toBe(refused);
  expect([stream.asked, stream.givenUp]).toEqual([0, true]);
});

it("lines of one name are written together, and one alone as it is", async () => {
  const heads: unknown[] = [];
  const res = { writeHead: (...head: unknown[]) => heads.push(head), end: () => 0 };
  const headers = [
    ["Set-Cookie", "a=1"],
    ["Content-Type", "text/plain"],
    ["set-cookie", "b=2"],
  ] as const;
  await send(res, { headers, body: "42" });
  expect(heads).toEqual([[200, { "Set-Cookie": ["a=1", "b=2"], "Content-Type": "text/plain" }]]);
});
