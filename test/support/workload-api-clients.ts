import { afterAll, afterEach, expect } from "vitest";
import {
  type SpiffeWorkloadApi,
  type SpiffeWorkloadApiOptions,
  type SpiffeWorkloadApiState,
  spiffeWorkloadApi,
} from "../../src/credential/spiffe.js";
import { events } from "./credential-fixtures.js";
import { clock } from "./wit-fixtures.js";
import { workloadApiServer } from "./workload-api-server.js";

type StreamKind = "svids" | "bundles";

/**
 * A Workload API for the tests of a file, with clients that are closed after each test. No stream of these kinds may be
 * left then that no test asked for.
 */
export async function workloadApiWithClients(...kinds: StreamKind[]) {
  const server = await workloadApiServer();
  const open: SpiffeWorkloadApi[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((api) => api.close()));
    expect(kinds.map((kind) => server[kind].left)).toEqual(kinds.map(() => 0));
  });
  afterAll(() => server.remove());

  /** A client, its clock and its changes of state. */
  async function newClient(options: SpiffeWorkloadApiOptions) {
    const runtime = clock();
    const states = events<SpiffeWorkloadApiState>();
    const onChange = (state: SpiffeWorkloadApiState) => states.push(state);
    const api = await spiffeWorkloadApi({ address: server.address, runtime, onChange, ...options });
    open.push(api);
    return { api, runtime, states };
  }

  return { server, newClient };
}
