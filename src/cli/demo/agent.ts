import { WimseError } from "../../base/errors.js";
import type { Runtime } from "../../base/runtime.js";
import type { WorkloadCredential } from "../../credential/credential.js";
import { exactly } from "../../exchange/match.js";
import { createSigningFetch, type SigningFetchOptions } from "../../integrations/fetch.js";
import type { TrustStore } from "../../trust/store.js";
import { type Enrolled, enrolled } from "./enrolled.js";
import type { DemoIssuer } from "./issuer.js";

/** A request as it left. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What came of a call. */
export interface Called {
  readonly sent: SentRequest;
  /** What came over the wire. */
  readonly received: Response;
  /** What the caller gets: the same, or a refusal of it. */
  readonly answer: Response | WimseError;
}

/** Who is called, and by which name. */
export interface Callee {
  readonly url: string;
  readonly audience: string;
}

/** How a request gets to where it is meant for. */
export type Route = (sent: SentRequest) => Promise<Response>;

/** A workload that orders two cones, and demands a signed answer. */
export interface DemoAgent extends Enrolled {
  call(route?: Route): Promise<Called>;
}

/** What every call of the demonstration says. */
export const ORDER = '{"item":"cone","count":2}';
export const ORDER_TYPE = "application/json";

/** What the agent knows of the service. */
export interface KnownService extends Callee {
  readonly workload: string;
  readonly trust: TrustStore;
}

export async function startAgent(
  issuer: DemoIssuer,
  workload: string,
  service: KnownService,
  runtime: Runtime,
): Promise<DemoAgent> {
  const agent = await enrolled(issuer, workload);
  const demand = { requireSignedResponse: true, trust: service.trust, expect: exactly(service.workload) };
  return { ...agent, call: (route) => callAs(agent.credential, service, runtime, route, demand) };
}

/** Sends a request as it is, to its own URL or to another. */
export function send({ method, url, headers, body }: SentRequest, to = url): Promise<Response> {
  const lines = headers.map(([name, value]): [string, string] => [name, value]);
  return fetch(to, { method, headers: lines, body, redirect: "manual" });
}

/**
 * One call with a credential. The clock may be another than the service's.
 *
 * @throws WimseError when nothing could be sent
 */
export async function callAs(
  credential: WorkloadCredential,
  { url, audience }: Callee,
  runtime: Runtime,
  route: Route = send,
  demand: Pick<SigningFetchOptions, "requireSignedResponse" | "trust" | "expect"> = {},
): Promise<Called> {
  const wire: { sent?: SentRequest; received?: Response } = {};
  const signingFetch = createSigningFetch(credential, {
    origins: [new URL(url).origin],
    audience,
    runtime,
    ...demand,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const headers = [...request.headers];
      const body = new Uint8Array(await request.arrayBuffer());
      wire.sent = { method: request.method, url: request.url, headers, body };
      const response = await route(wire.sent);
      wire.received = response.clone();
      return response;
    },
  });
  const order = { method: "POST", headers: { "Content-Type": ORDER_TYPE }, body: ORDER };
  const answer = await signingFetch(url, order).catch((error: unknown) => {
    if (error instanceof WimseError) return error;
    throw error;
  });
  const { sent, received } = wire;
  if (sent === undefined || received === undefined) throw answer;
  return { sent, received, answer };
}
