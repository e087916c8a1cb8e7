import * as files from "../../src/credential/file.js";
import * as spiffe from "../../src/credential/spiffe.js";
import * as credentials from "../../src/credential.js";
import { AGENT_KEY } from "../conformance/support.js";
import { AGENT, type World } from "../support/wpt-fixtures.js";
import type { SoundCall } from "./sound-call.js";

const BACK_OFF = ["timeout", "retryDelay", "maxRetryDelay"];
const RENEWAL = ["id", "onChange"];

/** Sound calls of what gets credentials. */
export async function credentialCalls({ runtime, credential, issuer }: World): Promise<readonly SoundCall[]> {
  const { d: _d, ...cnf } = AGENT_KEY;
  const wit = await issuer.issue(AGENT, cnf);
  const served = { fetch: async () => Response.json({ wit }), key: AGENT_KEY, runtime };
  const bootstrap = { type: "enrolment-token", value: "t" };
  const contents: Readonly<Record<string, string>> = { "/run/wit": wit, "/run/key": JSON.stringify(AGENT_KEY) };
  const read = async (path: unknown) => Buffer.from(contents[String(path)] ?? "");
  const used = async (source: credentials.RenewingSource, options = {}): Promise<void> => {
    try {
      await source.current(options);
    } finally {
      await source.close();
    }
  };
  const api = (options: spiffe.SpiffeWorkloadApiOptions = { address: "unix:///nowhere/agent.sock", runtime }) =>
    spiffe.spiffeWorkloadApi(options);
  return [
    {
      name: "staticSource",
      call: (...args: [never, never]) => credentials.staticSource(...args).current(),
      args: [credential, { runtime }],
    },
    {
      name: "renewingSource",
      call: (options) => used(credentials.renewingSource(options)),
      args: [{ obtain: () => credential, runtime }],
      more: [...BACK_OFF, ...RENEWAL, "interval"],
    },
    {
      name: "RenewingSource.current",
      call: (options) => used(credentials.renewingSource({ obtain: () => credential, runtime }), options),
      args: [{}],
      more: ["signal"],
    },
    {
      name: "renewingSource, what it obtains",
      call: (value) => used(credentials.renewingSource({ obtain: () => value, runtime })),
      args: [credential],
    },
    {
      name: "identityServerSource",
      call: (...args: [never, never]) => used(credentials.identityServerSource(...args)),
      args: ["https://id.example.com", { sub: AGENT, bootstrap, ...served }],
      more: ["algorithm", "timeout", "onChange"],
    },
    {
      name: "identityServerSource, bootstrap",
      call: (one) =>
        used(credentials.identityServerSource("https://id.example.com", { sub: AGENT, bootstrap: one, ...served })),
      args: [bootstrap],
    },
    {
      name: "fileSource",
      call: (options) => used(files.fileSource(options)),
      args: [{ wit: "/run/wit", key: "/run/key", read, runtime }],
      more: ["pollInterval", ...RENEWAL],
    },
    {
      name: "spiffeWorkloadApi",
      call: async (options) => (await api(options)).close(),
      args: [{ address: "unix:///nowhere/agent.sock", runtime, env: {} }],
      more: [...BACK_OFF, "spiffeId", "hint", "maxStale", "maxMessageBytes", "onChange"],
    },
    {
      name: "spiffeWorkloadApi, env",
      call: async (env) => (await api({ env, runtime })).close(),
      args: [{ SPIFFE_ENDPOINT_SOCKET: "unix:///nowhere/agent.sock" }],
    },
    { name: "WorkloadApiCredentials.for", call: async (name) => void (await api()).credentials.for(name), args: ["h"] },
  ];
}
