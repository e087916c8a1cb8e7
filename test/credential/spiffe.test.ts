import { status } from "@grpc/grpc-js";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import {
  type SpiffeWorkloadApi,
  type SpiffeWorkloadApiOptions,
  type SpiffeWorkloadApiState,
  spiffeWorkloadApi,
} from "../../src/credential/spiffe.js";
import { events } from "../support/credential-fixtures.js";
import {
  caughtFrom,
  clock,
  expectMistake,
  expectSilence,
  expectWimseError,
  NOW,
  strangerKey,
} from "../support/wit-fixtures.js";
import {
  SERVER_DETAILS,
  SPIFFE_ID,
  svidEntry,
  svidMessage,
  workloadApiServer,
} from "../support/workload-api-server.js";

const server = await workloadApiServer();
const open: SpiffeWorkloadApi[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((api) => api.close()));
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
  /** A client that has its first credential, and the stream that delivered it. */
  const ready = async (message = svidMessage(svidEntry())) => {
    const first = api.credentials.current();
    const stream = await server.svids.next();
    stream.send(message);
    await change();
    return { stream, credential: await first };
  };
  /** Moves the clock to the next attempt. */
  const toNextAttempt = () => {
    const { nextAttemptAt = Number.NaN } = api.state().credentials;
    runtime.setTime(nextAttemptAt);
  };
  return { api, runtime, states, change, ready, toNextAttempt };
}

describe("FetchWITSVID", () => {
  it("WLAPI-7.1.01, WLAPI-E-3.02: delivers the credential, asked with the header", async () => {
    const { api, ready } = await connect();
    const { credential, stream } = await ready();
    expect(String(credential)).toBe(SPIFFE_ID);
    expect(stream.request).toHaveLength(0); // WLAPI-7.2.1.01
    expect(api.credentials.current()).toBe(credential);
    expect(api.state().credentials).toMatchObject({ status: "ready", identifier: SPIFFE_ID, expiresAt: NOW + 3600 });
    expectSilence(api.state(), credential.wit);
  });
  it("ends", async () => {
    const { api, ready } = await connect();
    const { stream } = await ready();
    await api.close();
    await stream.cancelled;
    await expectWimseError(async () => api.credentials.current(), "credential_unavailable");
  });
  it("fails with silence", async () => {
    const { api, change } = await connect();
    const waiting = caughtFrom(async () => api.credentials.current());
    (await server.svids.next()).fail(status.UNAVAILABLE);
    expect(await change()).toMatchObject({ failure: "endpoint_unavailable" });
    expectSilence(await waiting, SERVER_DETAILS);
  });
});
