import { expect, it } from "vitest";
import { withNodeCrypto } from "../crypto/support.js";

// Where WebCrypto verifies, every answer is a promise: none of them may be taken for the answer itself.
const { index, replay, testing, trust, wit, wpt } = await withNodeCrypto(undefined, async () => ({
  index: await import("../../src/index.js"),
  replay: await import("../../src/replay.js"),
  testing: await import("../../src/testing.js"),
  trust: await import("../../src/trust.js"),
  wit: await import("../../src/wit.js"),
  wpt: await import("../../src/wpt.js"),
}));
const AUDIENCE = "https://svc.example.com/tools";
const issuer = await testing.createTestIssuer("wimse://example.com");
const credential = await issuer.credential("wimse://example.com/agent");
const domains = trust.createTrustStore([{ origin: issuer.origin, keys: issuer.jwks }]);
const spoiled = (token: string): string =>
  token.replace(/[^.]([^.]*)$/, (end) => (end[0] === "A" ? "B" : "A") + end.slice(1));

it("WPT-2.26: without node:crypto the signature of a WPT still has to verify", async () => {
  const verified = await wit.verifyWit(credential.wit, { trust: domains });
  const token = await wpt.signWpt({ audience: AUDIENCE }, credential);
  expect((await wpt.verifyWpt(token, verified, { audience: [AUDIENCE] })).audience).toBe(AUDIENCE);
  const refused = wpt.verifyWpt(spoiled(token), verified, { audience: [AUDIENCE] });
  await expect(refused).rejects.toMatchObject({ code: "wpt_signature_invalid" });
});

it("HSIG-3.42: and so does that of a request, whose content is then handed over", async () => {
  const verifier = index.createVerifier({ trust: domains, audience: AUDIENCE, replay: "unchecked" });
  const order = new Request(AUDIENCE, { method: "POST", body: "two cones" });
  const { request } = await index.signRequest(order, credential);
  const { proof, body } = await verifier.verify(request);
  expect(proof.type).toBe("http-signature");
  expect(new TextDecoder().decode(body)).toBe("two cones");
  const signature = String(request.headers.get("signature"));
  const headers = new Headers(request.headers);
  headers.set(
    "signature",
    signature.replace(/:./, (start) => (start === ":A" ? ":B" : ":A")),
  );
  const refused = verifier.verify(new Request(request, { headers }));
  await expect(refused).rejects.toMatchObject({ code: "signature_invalid", requirement: "HSIG-3.42" });
});

it("WPT-2.26, CREDS-5.1.4.05: nor does a verifier take a promise for a verdict, with stores that answer later too", async () => {
  const store = replay.memoryReplayStore({ maxEntries: 10 });
  const verifier = index.createVerifier({
    trust: { get: async (origin) => domains.get(origin) },
    audience: AUDIENCE,
    replay: { claim: async (entries) => store.claim(entries) },
    proofs: ["wpt"],
  });
  const sign = async () => {
    const { request } = await index.signRequest(new Request(AUDIENCE), credential, { proof: "wpt" });
    return Object.fromEntries(request.headers) as { authorization: string; "workload-identity-token": string };
  };
  const outcome = async (headers: Record<string, string>): Promise<string> =>
    verifier.verify(new Request(AUDIENCE, { headers })).then(
      ({ workload }) => String(workload),
      (error) => String(error.code),
    );
  const first = await sign();
  for (const headers of [first, await sign()]) {
    expect(await outcome({ ...headers, authorization: spoiled(headers.authorization) })).toBe("wpt_signature_invalid");
    expect(await outcome(headers)).toBe("wimse://example.com/agent");
  }
  expect(await outcome(first)).toBe("wpt_replayed");
  const forged = spoiled(first["workload-identity-token"]);
  expect(await outcome({ ...first, "workload-identity-token": forged })).toBe("wit_signature_invalid");
});
