import type { Runtime } from "../../base/runtime.js";
import { createCredential, type WorkloadCredential } from "../../credential/credential.js";
import { generateKey, type Signer } from "../../crypto/signer.js";
import { createSigningFetch } from "../../integrations/fetch.js";
import { jsonObject } from "../io.js";
import type { DemoIssuer } from "./issuer.js";

/** A request as it left. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A workload with its key, which nobody else has, and its credential. */
export interface DemoAgent {
  readonly key: Signer;
  readonly credential: WorkloadCredential;
  /** Calls a service; gives the answer, and what was sent. */
  call(url: string): Promise<{ readonly response: Response; readonly sent: SentRequest }>;
}

export async function startAgent(issuer: DemoIssuer, workload: string, runtime: Runtime): Promise<DemoAgent> {
  const key = await generateKey();
  await issuer.enrol(key.publicJwk, workload);
  const answer = await fetch(`${issuer.origin}/wit`, { method: "POST", body: JSON.stringify(key.publicJwk) });
  const { wit } = jsonObject(await answer.text(), "the issuer's answer");
  const credential = await createCredential(String(wit), key);
  return { key, credential, call: (url) => callAs(credential, url, runtime) };
}

/** One call with a credential. The clock may be another than the service's. */
export async function callAs(
  credential: WorkloadCredential,
  url: string,
  runtime: Runtime,
  send: (request: Request) => Promise<Response> = fetch,
): Promise<{ readonly response: Response; readonly sent: SentRequest }> {
  let sent: SentRequest = { method: "", url: "", headers: [] };
  const signingFetch = createSigningFetch(credential, {
    origins: [new URL(url).origin],
    proof: "wpt",
    runtime,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent = { method: request.method, url: request.url, headers: [...request.headers] };
      return send(request);
    },
  });
  const response = await signingFetch(url);
  return { response, sent };
}
