import type { JSONWebKeySet } from "jose";
import type { Runtime } from "../../base/runtime.js";
import { memberOf } from "../../exchange/match.js";
import type { VerificationReport } from "../../exchange/report.js";
import { createVerifier, type Verifier } from "../../exchange/verifier.js";
import { readChunks } from "../../http/content.js";
import { authenticate, requestViewOfIncoming, sendProblem } from "../../integrations/node.js";
import { sendResponse } from "../../integrations/node-response.js";
import { memoryReplayStore } from "../../replay/memory.js";
import { createTrustStore } from "../../trust/store.js";
import { enrolled } from "./enrolled.js";
import type { DemoIssuer } from "./issuer.js";
import { type LocalServer, serve } from "./server.js";

/** A service that answers workloads of one trust domain only, and signs what it answers. */
export interface DemoService extends LocalServer {
  /** What was checked in the request that came last. */
  lastReport(): VerificationReport | undefined;
}

const MAX_BODY = 16384;

export async function startService(
  issuer: DemoIssuer,
  workload: string,
  keys: JSONWebKeySet,
  runtime: Runtime,
): Promise<DemoService> {
  const { credential } = await enrolled(issuer, workload);
  let report: VerificationReport | undefined;
  let verifier: Verifier;
  const server = await serve(async (req, res) => {
    try {
      // For the demonstration the content is read beforehand and looked at twice. `authenticate` reads it by itself.
      const body = await readChunks(req, MAX_BODY);
      report = await verifier.explain({ ...requestViewOfIncoming(req), body }); // it uses nothing up
      const request = await authenticate(req, verifier, { body });
      const answer = `hello ${request.workload.id.uri}`;
      await sendResponse(res, { body: answer }, request, verifier, { credential, runtime });
    } catch (error) {
      sendProblem(res, verifier, error);
    }
  });
  verifier = createVerifier({
    trust: createTrustStore([{ origin: issuer.trustDomain, keys }]),
    audience: server.origin, // one name for all of it: the path is covered by the signature itself
    replay: memoryReplayStore({ maxEntries: 10_000, runtime }),
    allow: memberOf(issuer.trustDomain),
    runtime,
  });
  return { ...server, lastReport: () => report };
}
