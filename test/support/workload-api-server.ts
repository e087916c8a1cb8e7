import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Server, ServerCredentials, type ServerWritableStream, status } from "@grpc/grpc-js";
import type { JWK } from "jose";
import type { WitChanges } from "./wit-fixtures.js";
import { makeWit, NOW, type TestKey, workloadKey } from "./wit-fixtures.js";
import { type Deferred, deferred, type Events, events } from "./credential-fixtures.js";

/** A stream that a client opened, as the server sees it. */
export interface ServerStream {
  readonly request: Uint8Array;
  send(message: Uint8Array): void;
  /** Ends the stream well. */
  end(): void;
  /** Ends the stream with a status, and details that nobody is to see. */
  fail(code: number): void;
  /** Resolves when the client has gone. */
  readonly cancelled: Promise<void>;
}

/** A gRPC server on a socket of its own that does what the test says. */
export interface WorkloadApiServer {
  /** `unix:///…` */
  readonly address: string;
  /** The streams of `FetchWITSVID`, in the order in which they are opened. */
  readonly svids: Events<ServerStream>;
  /** Those of `FetchWITBundles`. */
  readonly bundles: Events<ServerStream>;
  /** Begins to listen, for the first time or again; `without` leaves out the WIT profile. */
  start(options?: { without?: boolean }): Promise<void>;
  /** Drops every connection, and listens no more. */
  stop(): Promise<void>;
  /** Stops, and removes the socket. */
  remove(): Promise<void>;
}

/** Text that a server may send, and nobody may repeat. */
export const SERVER_DETAILS = "registration entry eyJhbGciOiJFUzI1NiJ9.leaked.details not found";

export async function workloadApiServer(): Promise<WorkloadApiServer> {
  const folder = mkdtempSync(join(tmpdir(), "workload-api-"));
  const path = join(folder, "agent.sock");
  const svids = events<ServerStream>();
  const bundles = events<ServerStream>();
  let server: Server | undefined;

  async function start({ without = false } = {}): Promise<void> {
    server = new Server();
    if (!without) {
      server.addService(
        { FetchWITSVID: method("FetchWITSVID"), FetchWITBundles: method("FetchWITBundles") },
        { FetchWITSVID: accept(svids), FetchWITBundles: accept(bundles) },
      );
    }
    const bound = deferred<void>();
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? bound.resolve() : bound.reject(error),
    );
    await bound.promise;
  }
  async function stop(): Promise<void> {
    server?.forceShutdown();
    server = undefined;
  }
  await start();
  return {
    address: `unix://${path}`,
    svids,
    bundles,
    start,
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const same = (bytes: Buffer): Buffer => bytes;

function method(name: string) {
  return {
    path: `/SpiffeWorkloadAPI/${name}`,
    requestStream: false,
    responseStream: true,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  } as const;
}

function accept(streams: Events<ServerStream>) {
  return (call: ServerWritableStream<Buffer, Buffer>): void => {
    const gone: Deferred<void> = deferred();
    call.on("cancelled", () => gone.resolve());
    // WLAPI-E-3.03: what a server does with a request without the header
    const header = call.metadata.get("workload.spiffe.io");
    if (header.length !== 1 || header[0] !== "true") {
      call.emit("error", { code: status.INVALID_ARGUMENT, details: SERVER_DETAILS });
      return;
    }
    streams.push({
      request: call.request,
      send: (message) => void call.write(Buffer.from(message)),
      end: () => call.end(),
      fail: (code) => void call.emit("error", { code, details: SERVER_DETAILS }),
      cancelled: gone.promise,
    });
  };
}

/** An entry of `WITSVIDResponse`; a member that is left out gets its default. */
export interface SvidEntry {
  readonly spiffeId?: string;
  readonly witSvid?: string;
  readonly witSvidKey?: string;
  readonly hint?: string;
}

const LENGTH_DELIMITED = 2;

function textField(writer: BinaryWriter, field: number, text: string | undefined): void {
  if (text !== undefined) writer.uint32((field << 3) | LENGTH_DELIMITED).string(text);
}

/** A `WITSVIDResponse`. */
export function svidMessage(...entries: readonly SvidEntry[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { spiffeId, witSvid, witSvidKey, hint } of entries) {
    writer.uint32((1 << 3) | LENGTH_DELIMITED).fork();
    for (const [index, text] of [spiffeId, witSvid, witSvidKey, hint].entries()) textField(writer, index + 1, text);
    writer.join();
  }
  return writer.finish();
}

/** A `WITBundlesResponse`; a value that is no string is written as JSON. */
export function bundleMessage(bundles: Readonly<Record<string, string | { keys: readonly JWK[] }>>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [name, bundle] of Object.entries(bundles)) {
    writer.uint32((1 << 3) | LENGTH_DELIMITED).fork();
    textField(writer, 1, name);
    textField(writer, 2, typeof bundle === "string" ? bundle : JSON.stringify(bundle));
    writer.join();
  }
  return writer.finish();
}

export const SPIFFE_DOMAIN = "spiffe://example.org";
export const SPIFFE_ID = "spiffe://example.org/agent";

/** A sound entry of `WITSVIDResponse`, good for an hour from {@link NOW}, or one with changes. */
export function svidEntry(
  changes: SvidEntry & { claims?: WitChanges["claims"]; key?: TestKey; lifetime?: number } = {},
): Required<Omit<SvidEntry, "hint">> & SvidEntry {
  const { claims, key = workloadKey, lifetime = 3600, ...entry } = changes;
  const sub = entry.spiffeId ?? SPIFFE_ID;
  const witSvid = makeWit({ claims: { sub, exp: NOW + lifetime, cnf: { jwk: key.publicJwk }, ...claims } });
  return { spiffeId: sub, witSvid, witSvidKey: JSON.stringify(key.privateJwk), ...entry };
}
