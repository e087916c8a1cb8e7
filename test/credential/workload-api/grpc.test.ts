import { describe, expect, it } from "vitest";
import { dialOf, type loadGrpc } from "../../../src/credential/workload-api/grpc.js";
import { withNodeCrypto } from "../../crypto/support.js";
import { expectMistake } from "../../support/wit-fixtures.js";

type Grpc = Awaited<ReturnType<typeof loadGrpc>>;

/** As much of the gRPC library as opening a stream takes. */
function fakeGrpc(credentials: object) {
  const given: unknown[] = [];
  const serializers: ((message: Uint8Array) => unknown)[] = [];
  const on: Record<string, (value: unknown) => void> = {};
  class Client {
    constructor(...args: unknown[]) {
      given.push(...args);
    }
    makeServerStreamRequest(_path: string, serialize: (message: Uint8Array) => unknown) {
      serializers.push(serialize);
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
  return { grpc, given, serializers, on };
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
    expect(connector).toEqual({}); // nothing was put where grpc-js has nothing
    const plain = {};
    dialOf(fakeGrpc(plain).grpc, { target: "unix:/run/a", local: true }, 4096)(
      "FetchWITSVID",
      new Uint8Array(),
      listener,
    );
    expect(plain).toEqual({});
  });

  it("needs a Buffer for what it sends, and says so where there is none", async () => {
    const { grpc, serializers } = fakeGrpc({});
    const { dialOf: dialWithoutBuffer } = await withNodeCrypto(
      undefined,
      () => import("../../../src/credential/workload-api/grpc.js"),
    );
    for (const dial of [dialOf, dialWithoutBuffer]) {
      dial(grpc, { target: "unix:/run/a", local: true }, 4096)("FetchWITSVID", new Uint8Array(), listener);
    }
    const [withBuffer, without] = serializers;
    expect(withBuffer?.(Uint8Array.of(1, 2))).toEqual(Buffer.of(1, 2));
    await expectMistake(() => without?.(Uint8Array.of(1, 2)), /^spiffeWorkloadApi: it needs Node's Buffer$/);
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
