import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { SourceFailure } from "../../../src/credential/source-state.js";
import { dialOf, type loadGrpc, type StreamListener } from "../../../src/credential/workload-api/grpc.js";
import { StreamWatch } from "../../../src/credential/workload-api/stream-watch.js";
import { type Deferred, deferred, events } from "../../support/credential-fixtures.js";
import { caughtFrom, clock, NOW } from "../../support/wit-fixtures.js";

/** A watch whose streams and readings are in the hands of the test. */
function watch(open?: () => never) {
  const runtime = clock();
  const streams: (StreamListener & { cancelled: boolean; held: boolean })[] = [];
  const readings = events<Deferred<void> & { message: number | undefined }>();
  const changes = events<void>();
  const taken: (number | undefined)[] = [];
  const watched = new StreamWatch({
    open:
      open ??
      ((listener) => {
        const stream = { ...listener, cancelled: false, held: false };
        streams.push(stream);
        return {
          hold(on: boolean) {
            stream.held = on;
          },
          cancel() {
            stream.cancelled = true;
          },
        };
      }),
    async read([message]) {
      const reading = deferred<void>();
      readings.push({ ...reading, message });
      await reading.promise;
      return () => {
        taken.push(message);
        return undefined;
      };
    },
    redact: () => taken.push(-1),
    changed: () => changes.push(),
    runtime,
    backOff: { retryDelay: 1, maxRetryDelay: 30 },
    timeout: 10,
  });
  return { runtime, streams, readings, changes, taken, watched };
}

describe("a stream that is watched", () => {
  it("reads one message at a time, and of those that wait only the last", async () => {
    const { watched, streams, readings, changes, taken } = watch();
    watched.kick();
    for (const byte of [1, 2, 3]) streams[0]?.onMessage(Uint8Array.of(byte));
    (await readings.next()).resolve();
    const last = await readings.next();
    expect(last.message).toBe(3);
    last.resolve();
    await changes.next();
    await changes.next();
    expect(taken).toEqual([1, 3]);
    watched.stop();
  });

  it("counts what came before its end, unless everything is taken away", async () => {
    for (const [code, expected] of [
      [status.OK, [1]],
      [status.UNAVAILABLE, [1]],
      [status.PERMISSION_DENIED, [-1]], // WLAPI-7.2.1.08
    ] as const) {
      const { watched, streams, readings, changes, taken } = watch();
      watched.kick();
      streams[0]?.onMessage(Uint8Array.of(1));
      const reading = await readings.next();
      streams[0]?.onEnd(code);
      reading.resolve();
      await changes.next();
      if (code !== status.PERMISSION_DENIED) await changes.next();
      expect(taken).toEqual(expected);
      watched.stop();
    }
  });

  it("hears nothing of a stream that it has left", async () => {
    const { watched, streams, readings, changes, taken, runtime } = watch();
    watched.kick();
    streams[0]?.onMessage(Uint8Array.of(1));
    const reading = await readings.next();
    runtime.setTime(NOW + 10); // too late
    await changes.next();
    expect(streams[0]?.cancelled).toBe(true);
    reading.resolve();
    await reading.promise;
    streams[0]?.onMessage(Uint8Array.of(2));
    streams[0]?.onEnd(status.PERMISSION_DENIED);
    expect(taken).toEqual([]);
    expect(watched.read()).toMatchObject({ failure: "timed_out", failures: 1 });

    runtime.setTime(NOW + 12);
    streams[1]?.onMessage(Uint8Array.of(3));
    const second = await readings.next();
    watched.stop();
    second.reject(new SourceFailure("message_malformed"));
    expect(await caughtFrom(second.promise)).toBeInstanceOf(SourceFailure);
    expect(watched.read()).toMatchObject({ failure: "timed_out", failures: 1 });
    watched.kick();
    expect(streams).toHaveLength(2);
  });

  it("holds the process open only while somebody waits for its first message", async () => {
    const { watched, streams, readings, changes } = watch();
    await watched.answered(undefined); // nothing to wait for
    watched.kick();
    expect(streams[0]?.held).toBe(false);
    const waiting = watched.answered(undefined);
    expect(streams[0]?.held).toBe(true);
    streams[0]?.onMessage(Uint8Array.of(1));
    (await readings.next()).resolve();
    await changes.next();
    await waiting;
    expect(streams[0]?.held).toBe(false);
    watched.stop();
  });

  it("that cannot even be opened has failed", async () => {
    const { watched, changes } = watch(() => {
      throw new Error("/run/spire/agent.sock");
    });
    watched.kick();
    await changes.next();
    expect(watched.read()).toMatchObject({ failure: "stream_failed", failures: 1 });
    expect(watched.pending).toBe(false);
    watched.stop();
  });
});

type Grpc = Awaited<ReturnType<typeof loadGrpc>>;

/** As much of the gRPC library as opening a stream takes. */
function fakeGrpc(credentials: object) {
  const given: unknown[] = [];
  const on: Record<string, (value: unknown) => void> = {};
  class Client {
    constructor(...args: unknown[]) {
      given.push(...args);
    }
    makeServerStreamRequest() {
      return {
        on(name: string, run: (value: unknown) => void) {
          on[name] = run;
        },
        cancel() {},
      };
    }
    close() {}
  }
  class Metadata {
    set() {}
  }
  const grpc = { Client, Metadata, credentials: { createInsecure: () => credentials } } as unknown as Grpc;
  return { grpc, given, on };
}

describe("a connection", () => {
  const listener = { onMessage() {}, onEnd() {} };

  it("over TCP is kept alive, and knows no proxy; over a socket of this host there is no need to", () => {
    for (const [endpoint, keepAlive] of [
      [{ target: "ipv4:127.0.0.1:1", local: false }, 600_000],
      [{ target: "unix:/run/a", local: true }, undefined],
    ] as const) {
      const { grpc, given } = fakeGrpc({});
      dialOf(grpc, endpoint, 4096)("FetchWITSVID", new Uint8Array(), listener).hold(true);
      const [target, , options] = given as [string, object, Record<string, unknown>];
      expect(target).toBe(endpoint.target);
      expect(options["grpc.keepalive_time_ms"]).toBe(keepAlive);
      expect(options).toMatchObject({ "grpc.enable_http_proxy": 0, "grpc.max_receive_message_length": 4096 });
    }
  });

  it("tells its end once, and nothing after it", () => {
    const heard: unknown[] = [];
    const { grpc, on } = fakeGrpc({});
    const dial = dialOf(grpc, { target: "unix:/run/a", local: true }, 4096);
    const note = { onMessage: () => heard.push("message"), onEnd: (code: number) => heard.push(code) };
    dial("FetchWITSVID", new Uint8Array(), note);
    on["data"]?.(new Uint8Array());
    on["error"]?.(new Error("x"));
    on["status"]?.({ code: 14 });
    on["status"]?.({ code: 7 });
    on["data"]?.(new Uint8Array());
    expect(heard).toEqual(["message", 14]);
  });

  it("is as it comes where the gRPC library is built otherwise", () => {
    const connector = {};
    const credentials = { _createSecureConnector: () => connector };
    const { grpc } = fakeGrpc(credentials);
    dialOf(grpc, { target: "unix:/run/a", local: true }, 4096)("FetchWITSVID", new Uint8Array(), listener);
    expect(credentials._createSecureConnector()).toBe(connector);
  });

  it("takes sockets that cannot be let go of", () => {
    const credentials = { _createSecureConnector: () => ({ connect: (socket: object) => socket }) };
    const { grpc } = fakeGrpc(credentials);
    const stream = dialOf(grpc, { target: "unix:/run/a", local: true }, 4096)(
      "FetchWITSVID",
      new Uint8Array(),
      listener,
    );
    const socket: { ref?: () => unknown } = {};
    expect(credentials._createSecureConnector().connect(socket)).toBe(socket);
    stream.hold(true);
    stream.hold(false);
    expect(socket.ref?.()).toBe(socket);
  });
});
