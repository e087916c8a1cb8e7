import type { JSONWebKeySet } from "jose";
import type { Runtime } from "../../base/runtime.js";
import { targetUriAt } from "../../exchange/audience.js";
import { memberOf } from "../../exchange/match.js";
import type { VerificationReport } from "../../exchange/report.js";
import { createVerifier, type Verifier } from "../../exchange/verifier.js";
import { authenticate, requestViewOfIncoming, sendProblem } from "../../integrations/node.js";
import { memoryReplayStore } from "../../replay/memory.js";
import { createTrustStore } from "../../trust/store.js";
import { type LocalServer, serve } from "./server.js";

/** A service that answers workloads of one trust domain only. */
export interface DemoService extends LocalServer {
  /** What was checked in the request that came last. */
  lastReport(): VerificationReport | undefined;
}

export async function startService(trustDomain: string, keys: JSONWebKeySet, runtime: Runtime): Promise<DemoService> {
  let report: VerificationReport | undefined;
  let verifier: Verifier;
  const server = await serve(async (req, res) => {
    try {
      report = await verifier.explain(requestViewOfIncoming(req)); // for the demonstration; it uses nothing up
      const { workload } = await authenticate(req, verifier);
      res.end(`hello ${workload.id.uri}`);
    } catch (error) {
      sendProblem(res, verifier, error);
    }
  });
  verifier = createVerifier({
    trust: createTrustStore([{ origin: trustDomain, keys }]),
    audience: targetUriAt(server.origin),
    replay: memoryReplayStore({ maxEntries: 10_000, runtime }),
    proofs: ["wpt"],
    allow: memberOf(trustDomain),
    runtime,
  });
  return { ...server, lastReport: () => report };
}
