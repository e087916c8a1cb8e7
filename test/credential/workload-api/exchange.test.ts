import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { afterAll, expect, it } from "vitest";
import {
  type SpiffeWorkloadApi,
  type SpiffeWorkloadApiState,
  spiffeWorkloadApi,
} from "../../../src/credential/spiffe.js";
import { createVerifier, exactly, signRequest } from "../../../src/index.js";
import { memoryReplayStore } from "../../../src/replay.js";
import { type Events, events } from "../../support/credential-fixtures.js";
import {
  caughtFrom,
  clock,
  issuerKey,
  jwks,
  makeWit,
  NOW,
  strangerKey,
  type TestKey,
  workloadKey,
} from "../../support/wit-fixtures.js";
import {
  bundleMessage,
  type ServerStream,
  SPIFFE_DOMAIN,
  SPIFFE_ID,
  svidEntry,
  svidMessage,
  workloadApiServer,
} from "../../support/workload-api-server.js";

const server = await workloadApiServer();
const runtime = clock();
const open: SpiffeWorkloadApi[] = [];
afterAll(async () => {
  await Promise.all(open.map((api) => api.close()));
  await server.remove();
});

async function connect(): Promise<SpiffeWorkloadApi & { changes: Events<SpiffeWorkloadApiState> }> {
  const changes = events<SpiffeWorkloadApiState>();
  const onChange = (state: SpiffeWorkloadApiState) => changes.push(state);
  const api = await spiffeWorkloadApi({ address: server.address, runtime, onChange });
  open.push(api);
  return { ...api, changes };
}

it("a workload signs with what the Workload API gives it, and a service verifies with what it is given: keys rotate", async () => {
  const [agent, service] = [await connect(), await connect()];
  const verifier = createVerifier({
    trust: service.trust,
    audience: "https://tools.example.org/orders",
    replay: memoryReplayStore({ maxEntries: 1000, runtime }),
    allow: exactly(SPIFFE_ID),
    runtime,
  });
  const call = async () => {
    const order = new Request("https://tools.example.org/orders", { method: "POST", body: "two cones" });
    const { request } = await signRequest(order, agent.credentials, { runtime });
    return (await verifier.verify(request)).workload.id.uri;
  };
  const tell = async (stream: ServerStream, api: typeof agent, message: Uint8Array) => {
    stream.send(message);
    await api.changes.next();
  };

  // The first call waits for both streams.
  const first = call();
  const svids = await server.svids.next();
  await tell(svids, agent, svidMessage(svidEntry()));
  const bundles = await server.bundles.next();
  await tell(bundles, service, bundleMessage({ [SPIFFE_DOMAIN]: jwks(issuerKey) }));
  expect(await first).toBe(SPIFFE_ID);

  const keys: readonly TestKey[] = [issuerKey, { ...strangerKey, kid: "issuer-2" }];
  for (let second = 1; second <= 20; second++) {
    runtime.setTime(NOW + second);
    const [from, to] = second % 2 === 0 ? [keys[1], keys[0]] : [keys[0], keys[1]];
    if (from === undefined || to === undefined) throw new Error("no keys");
    // The next key is published before anything is signed with it, and the last one as long as something is.
    await tell(bundles, service, bundleMessage({ [SPIFFE_DOMAIN]: jwks(from, to) }));
    expect(await call()).toBe(SPIFFE_ID);
    const claims = { sub: SPIFFE_ID, exp: NOW + second + 3, cnf: { jwk: workloadKey.publicJwk } };
    await tell(svids, agent, svidMessage({ ...svidEntry(), witSvid: makeWit({ claims, key: to }) }));
    expect(await call()).toBe(SPIFFE_ID);
    await tell(bundles, service, bundleMessage({ [SPIFFE_DOMAIN]: jwks(to) }));
    expect(await call()).toBe(SPIFFE_ID);
  }

  // A key that is gone takes its WITs with it, cached or not; a domain too.
  await tell(bundles, service, bundleMessage({ [SPIFFE_DOMAIN]: jwks({ ...strangerKey, kid: "issuer-3" }) }));
  expect(await caughtFrom(call())).toMatchObject({ code: "wit_key_not_found" });
  await tell(bundles, service, bundleMessage({ "spiffe://other.example": jwks(issuerKey) }));
  expect(await caughtFrom(call())).toMatchObject({ code: "wit_trust_domain_unknown" });
}, 30_000);

it("a connection holds the process open only while somebody waits for it", async () => {
  const sockets = events<Socket>();
  const note = (message: unknown): void => sockets.push((message as { socket: Socket }).socket);
  subscribe("net.client.socket", note);
  const api = await connect();
  const waiting = api.credentials.current();
  const stream = await server.svids.next();
  unsubscribe("net.client.socket", note);
  expect(sockets.left).toBe(1);
  const { _handle: handle } = (await sockets.next()) as unknown as { _handle: { hasRef(): boolean } };
  expect(handle.hasRef()).toBe(true);
  stream.send(svidMessage(svidEntry({ lifetime: 7200 })));
  await waiting;
  expect(handle.hasRef()).toBe(false); // with a stream open on it
  await api.close();
  await stream.cancelled;
});
