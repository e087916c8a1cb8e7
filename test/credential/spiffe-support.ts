import type { SpiffeWorkloadApiOptions } from "../../src/credential/spiffe.js";
import { workloadApiWithClients } from "../support/workload-api-clients.js";
import { type ServerStream, svidEntry, svidMessage } from "../support/workload-api-server.js";

/** A server for the tests of a file, with clients that are closed after each test. */
export async function serverWithClients() {
  const { server, newClient } = await workloadApiWithClients("svids");

  /** A client of the server. */
  async function connect(options: SpiffeWorkloadApiOptions = {}) {
    const { api, runtime, states } = await newClient(options);
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
