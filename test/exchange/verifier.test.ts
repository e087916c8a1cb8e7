import { expect, test } from "vitest";
import { createVerifier, signRequest, targetUriAt } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { createTestIssuer } from "../../src/testing.js";
import { createTrustStore } from "../../src/trust.js";

test("a signed request verifies, once", async () => {
  const issuer = await createTestIssuer("wimse://example.com");
  const credential = await issuer.credential("wimse://example.com/agent");
  const verifier = createVerifier({
    trust: createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]),
    audience: targetUriAt("https://svc.example.com"),
    replay: memoryReplayStore({ maxEntries: 100 }),
    proofs: ["wpt"],
  });
  const { request } = await signRequest(new Request("https://svc.example.com/a?b=1"), credential, { proof: "wpt" });
  const report = await verifier.explain(request);
  expect(report).toMatchObject({ outcome: "accepted" });
  expect((await verifier.verify(request)).workload.id.uri).toBe("wimse://example.com/agent");
  await expect(verifier.verify(request)).rejects.toMatchObject({ code: "wpt_replayed", status: 401 });
});
