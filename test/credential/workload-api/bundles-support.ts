import type { SpiffeWorkloadApiOptions } from "../../../src/credential/spiffe.js";
import type { TrustStore } from "../../../src/trust/store.js";
import { verifyWit } from "../../../src/wit/verify.js";
import { workloadApiWithClients } from "../../support/workload-api-clients.js";
import { type ServerStream, SPIFFE_DOMAIN } from "../../support/workload-api-server.js";

/** A server for the tests of a file, with clients that are closed after each test. */
export async function serverWithClients() {
  const { server, newClient } = await workloadApiWithClients("svids", "bundles");

  async function connect(options: SpiffeWorkloadApiOptions = {}) {
    const { api, runtime, states } = await newClient(options);
    const change = async () => (await states.next()).bundles;
    const send = (stream: ServerStream, message: Uint8Array) => {
      stream.send(message);
      return change();
    };
    const fail = (stream: ServerStream, code: number) => {
      stream.fail(code);
      return change();
    };
    const ready = async (message: Uint8Array) => {
      const first = api.trust.get(SPIFFE_DOMAIN);
      const stream = await server.bundles.next();
      await send(stream, message);
      return { stream, domain: await first };
    };
    const nextStream = () => {
      runtime.setTime(api.state().bundles.nextAttemptAt ?? Number.NaN);
      return server.bundles.next();
    };
    const verify = (wit: string, trust: TrustStore = api.trust) => verifyWit(wit, { trust, runtime });
    return { api, runtime, change, send, fail, ready, nextStream, verify };
  }

  return { server, connect };
}
