import { configurationInvalid } from "../../base/errors.js";
import { nodeBuiltin } from "../../base/node-builtin.js";
import type { Endpoint } from "./endpoint.js";

/** Codes of gRPC that mean something to us. */
export const GRPC: Readonly<
  Record<
    "OK" | "INVALID_ARGUMENT" | "PERMISSION_DENIED" | "RESOURCE_EXHAUSTED" | "UNIMPLEMENTED" | "UNAVAILABLE",
    number
  >
> = Object.freeze({
  OK: 0,
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  UNAVAILABLE: 14,
});

/** What a stream tells. Nothing is told after its end. */
export interface StreamListener {
  onMessage(message: Uint8Array): void;
  /** The status of gRPC; what the server says beside its number is not looked at. */
  onEnd(code: number): void;
}

/** A stream that was opened. */
export interface OpenStream {
  /** Whether the process waits for the stream: only while somebody waits for what it says. */
  hold(on: boolean): void;
  /** Ends the stream and its connection; the listener hears nothing more. */
  cancel(): void;
}

/** Opens streams of one Workload API. */
export type Dial = (method: string, request: Uint8Array, listener: StreamListener) => OpenStream;

type Grpc = typeof import("@grpc/grpc-js");

const node = nodeBuiltin<{ readonly Buffer: { from(message: Uint8Array): Buffer } }>("buffer");

/** What grpc-js sends is a Buffer; it refuses any other bytes without saying so. */
function buffer(message: Uint8Array): Buffer {
  if (node === undefined) throw configurationInvalid("spiffeWorkloadApi: it needs Node's Buffer");
  return node.Buffer.from(message);
}

/** Gets the gRPC library, which is an optional peer of this one. */
export async function loadGrpc(load: () => Promise<Grpc> = () => import("@grpc/grpc-js")): Promise<Grpc> {
  return required("@grpc/grpc-js", load);
}

/** An optional peer; a clear word where it is not installed. */
export async function required<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    throw configurationInvalid(`spiffeWorkloadApi: it needs the package ${name}; install it beside wimse`);
  }
}

/** Each stream has a connection of its own, so that nothing but our own times decides when to connect again. */
export function dialOf(grpc: Grpc, { target, local }: Endpoint, maxMessageBytes: number): Dial {
  const options = {
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_retries": 0,
    "grpc.enable_http_proxy": 0, // an identity is not fetched through whatever proxy the environment names
    "grpc.service_config_disable_resolution": 1,
    // A peer that vanished is noticed; more often than every five minutes would be refused as abuse.
    ...(!local && { "grpc.keepalive_time_ms": 600_000, "grpc.keepalive_timeout_ms": 20_000 }),
  };
  return (method, request, { onMessage, onEnd }) => {
    // WLAPI-E-3.1.01
    const { credentials, hold } = connectionHold(grpc);
    const client = new grpc.Client(target, credentials, options);
    const metadata = new grpc.Metadata();
    metadata.set("workload.spiffe.io", "true"); // WLAPI-E-3.02
    const path = `/SpiffeWorkloadAPI/${method}`; // WLAPI-7.1.01, WLAPI-E-3.01
    const call = client.makeServerStreamRequest(path, buffer, (message) => message, request, metadata);
    let over = false;
    const end = (code: number): void => {
      if (over) return;
      over = true;
      client.close();
      onEnd(code);
    };
    call.on("data", (message: Uint8Array) => {
      if (!over) onMessage(message);
    });
    call.on("error", () => {}); // the status says the same
    call.on("status", ({ code }) => end(code));
    return {
      hold,
      cancel() {
        over = true;
        call.cancel();
        client.close();
      },
    };
  };
}

type ChannelCredentials = ReturnType<Grpc["credentials"]["createInsecure"]>;

/** What of the inside of grpc-js is reached for here. */
interface ConnectorMaker {
  _createSecureConnector?: (...given: unknown[]) => { connect?: (socket: SocketLike) => unknown };
}

type SocketLike = { ref?(): unknown; unref?(): unknown };

/**
 * Decides whether a connection holds the process open. grpc-js holds it for as long as there is a stream, which here is
 * always, and has no setting for that: so the socket, which it hands to its credentials, gets a `ref` of our own. A version
 * that is built otherwise holds the process open until `close()`.
 */
function connectionHold(grpc: Grpc): { credentials: ChannelCredentials; hold(on: boolean): void } {
  const credentials = grpc.credentials.createInsecure();
  let held = false;
  let apply = (): void => {};
  const take = (socket: SocketLike): void => {
    const ref = socket.ref?.bind(socket);
    apply = () => void (held ? ref?.() : socket.unref?.());
    apply();
    socket.ref = () => {
      apply();
      return socket;
    };
  };
  const inside = credentials as unknown as ConnectorMaker;
  const make = inside._createSecureConnector;
  if (typeof make === "function") {
    inside._createSecureConnector = (...given) => {
      const connector = make.apply(inside, given);
      const connect = connector.connect;
      if (typeof connect !== "function") return connector;
      connector.connect = (socket) => {
        take(socket);
        return connect.call(connector, socket);
      };
      return connector;
    };
  }
  return {
    credentials,
    hold(on) {
      held = on;
      apply();
    },
  };
}
