import { afterAll, afterEach, expect } from "vitest";
import {
  type SpiffeWorkloadApi,
  type SpiffeWorkloadApiOptions,
  type SpiffeWorkloadApiState,
  spiffeWorkloadApi,
} from "../../src/credential/spiffe.js";
import { events } from "../support/credential-fixtures.js";
import { clock } from "../support/wit-fixtures.js";
import { type ServerStream, svidEntry, svidMessage, workloadApiServer } from "../support/workload-api-server.js";

/** A server for the tests of a file, with clients that are closed after each test. */
export async function serverWithClients() {
  const server = await workloadApiServer();
  const open: SpiffeWorkloadApi[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((api) => api.close()));
    expect(server.svids.left).toBe(0); // no stream that no test asked for
  });
  afterAll(() => server.remove());

  /** A client of the server. */
  async function connect(options: SpiffeWorkloadApiOptions = {}) {
    const runtime = clock();
    const states = events<SpiffeWorkloadApiState>();
    const api = await spiffeWorkloadApi({
      address: server.address,
      runtime,
      onChange: (state) => states.push(state),
      ...options,
    });
    open.push(api);
    /** The state after the next change. */
    const change = async () => (await states.next()).credentials;
    /** Sends on a stream and waits until the client has taken note. */
    const send = (stream: ServerStream, message: Uint8Array) => {
      stream.send(message);
      return change();
    };
    const fail = (stream: ServerStream, code: number) => {
      stream.fail(code);
      return change();
    };
    /** A client that has its first credential, and the stream that delivered it. */
    const ready = async (message = svidMessage(svidEntry())) => {
      const first = api.credentials.current();
      const stream = await server.svids.next();
      await send(stream, message);
      return { stream, credential: await first };
    };
    /** Moves the clock to the next attempt, and gives the stream that is opened then. */
    const nextStream = () => {
      const { nextAttemptAt = Number.NaN } = api.state().credentials;
      runtime.setTime(nextAttemptAt);
      return server.svids.next();
    };
    return { api, runtime, states, change, send, fail, ready, nextStream };
  }

  return { server, connect };
}
