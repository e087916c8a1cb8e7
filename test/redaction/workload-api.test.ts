import { inspect } from "node:util";
import { status } from "@grpc/grpc-js";
import { afterAll, describe, expect, it } from "vitest";
import { type SpiffeWorkloadApiState, spiffeWorkloadApi } from "../../src/credential/spiffe.js";
import { isWimseError } from "../../src/index.js";
import { events } from "../support/credential-fixtures.js";
import { clock, issuerKey, strangerKey, workloadKey } from "../support/wit-fixtures.js";
import {
  bundleMessage,
  SERVER_DETAILS,
  type ServerStream,
  SPIFFE_DOMAIN,
  type SvidEntry,
  svidEntry,
  svidMessage,
  workloadApiServer,
} from "../support/workload-api-server.js";
import { consoleText } from "./console.js";
import { MARK, printed, Secrets } from "./secrets.js";
import { PRIVATE_KEYS } from "./source-failures.js";

const server = await workloadApiServer();
afterAll(() => server.remove());
const onConsole = consoleText();

const entry = svidEntry({ claims: { note: MARK } });
const key = JSON.stringify({ ...workloadKey.privateJwk, note: MARK });
const privates = [issuerKey, workloadKey, strangerKey].flatMap(({ privateJwk: { d = "" } }) => d);
const secrets = new Secrets([MARK, SERVER_DETAILS, entry.witSvid, ...privates]);
const svid = (changes: SvidEntry) => (stream: ServerStream) => stream.send(svidMessage({ ...entry, ...changes }));
const trusted = (bundle: string) => (stream: ServerStream) => stream.send(bundleMessage({ [SPIFFE_DOMAIN]: bundle }));
const failed = (code: number) => (stream: ServerStream) => stream.fail(code);
const cut = (message: Uint8Array) => (stream: ServerStream) => stream.send(message.subarray(0, -9));

const CREDENTIALS: readonly (readonly [what: string, act: (stream: ServerStream) => void])[] = [
  ["a key that is half written", svid({ witSvidKey: key.slice(1) })],
  ["a key of another kind", svid({ witSvidKey: MARK })],
  ["a key whose secret is none", svid({ witSvidKey: JSON.stringify({ ...workloadKey.privateJwk, d: MARK }) })],
  ["another key", svid({ witSvidKey: JSON.stringify(strangerKey.privateJwk) })],
  ["a WIT-SVID in the place of the key", svid({ witSvidKey: entry.witSvid })],
  ["a key in the place of the WIT-SVID", svid({ witSvid: key })],
  ["a WIT-SVID that is cut off", svid({ witSvid: entry.witSvid.slice(40) })],
  ["another SPIFFE ID", svid({ spiffeId: `spiffe://example.org/${MARK}` })],
  ["a message that is cut off", cut(svidMessage({ ...entry, witSvidKey: key, hint: MARK }))],
  ["a message that is none", (stream) => stream.send(Buffer.from(key))],
  ["a refusal", failed(status.PERMISSION_DENIED)],
  ["a fault", failed(status.INTERNAL)],
];
const BUNDLES: typeof CREDENTIALS = [
  ["private keys", trusted(JSON.stringify(PRIVATE_KEYS))],
  ["a bundle that is half written", trusted(JSON.stringify(PRIVATE_KEYS).slice(0, -2))],
  ["a key in the place of the bundle", trusted(key)],
  ["names that are none", (stream) => stream.send(bundleMessage({ [`${MARK} ${MARK}`]: key }))],
  ["a message that is cut off", cut(bundleMessage({ [SPIFFE_DOMAIN]: key }))],
  ["a fault", failed(status.INTERNAL)],
];

async function connect() {
  const states = events<SpiffeWorkloadApiState>();
  const onChange = (state: SpiffeWorkloadApiState) => states.push(state);
  const api = await spiffeWorkloadApi({ address: server.address, runtime: clock(), onChange });
  return { api, states };
}

/** Looks for secrets in everything that is told while something is delivered. */
async function expectNothing({ api, states }: Awaited<ReturnType<typeof connect>>, asked: unknown): Promise<void> {
  const told: unknown[] = [await asked, await states.next(), api, api.state(), api.credentials.identities()];
  await api.close();
  told.push(await states.next());
  const error = told[0];
  if (error instanceof Error) expect([String(error), isWimseError(error)]).toEqual([String(error), true]);
  expect(secrets.pieceIn(printed(told))).toBeUndefined();
  const inside = { customInspect: false, showHidden: true, depth: null } as const;
  expect(secrets.pieceIn(inspect(told, inside) + onConsole())).toBeUndefined();
}

describe("of what a Workload API delivers, neither errors nor states quote a piece", () => {
  it.each(CREDENTIALS)("%s", async (_what, act) => {
    const connected = await connect();
    const asked = Promise.resolve(connected.api.credentials.current()).catch((error: unknown) => error);
    act(await server.svids.next());
    await expectNothing(connected, asked);
  });

  it.each(BUNDLES)("%s, in bundles", async (_what, act) => {
    const connected = await connect();
    const asked = Promise.resolve(connected.api.trust.get(SPIFFE_DOMAIN)).catch((error: unknown) => error);
    act(await server.bundles.next());
    await expectNothing(connected, asked);
  });

  it("a sound identity", async () => {
    const connected = await connect();
    const asked = Promise.resolve(connected.api.credentials.current());
    svid({ witSvidKey: key })(await server.svids.next());
    await expectNothing(connected, asked);
  });
});
