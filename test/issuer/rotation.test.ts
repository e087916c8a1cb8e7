import { expect, it } from "vitest";
import { signRequest } from "../../src/exchange/sign-request.js";
import { createVerifier, type Verifier } from "../../src/exchange/verifier.js";
import { identityServerSource } from "../../src/issuer/identity-server-source.js";
import { memoryReplayStore } from "../../src/replay/memory.js";
import { createTrustStore } from "../../src/trust/store.js";
import { clockOf, issuerWith, SERVER, testServer } from "../support/issuer-fixtures.js";
import { NOW } from "../support/wit-fixtures.js";

const ORIGIN = "spiffe://example.org";
const AGENT = `${ORIGIN}/agents/7`;
const SERVICE = "https://tools.example.com/orders";

/** Verifies with what a published document held when it was fetched last: as long ago as the server said it may be. */
function verifierOf(
  path: string,
  server: (request: Request) => Promise<Response>,
  runtime: ReturnType<typeof clockOf>,
) {
  let verifier: Verifier | undefined;
  let freshUntil = 0;
  return async (request: Request): Promise<string> => {
    if (verifier === undefined || runtime.now() >= freshUntil) {
      const response = await server(new Request(`${SERVER}${path}`));
      const keys = await response.json();
      freshUntil = runtime.now() + Number(/max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1]);
      verifier = createVerifier({
        trust: createTrustStore([{ origin: ORIGIN, keys, profile: "wit-svid" }]),
        audience: SERVICE,
        replay: memoryReplayStore({ maxEntries: 1000, runtime }),
        runtime,
      });
    }
    return (await verifier.verify(request)).workload.id.uri;
  };
}

it("keys and credentials change for a quarter of a day, verifiers ask as seldom as they may, and no request fails", async () => {
  const runtime = clockOf();
  const issuer = await issuerWith(runtime, {
    origin: ORIGIN,
    profile: "wit-svid",
    maxLifetime: 600,
    refreshHint: 300,
    rotateEvery: 1800,
  });
  const { server, token } = await testServer({ issuer, runtime, policy: () => true });
  const source = identityServerSource(SERVER, {
    sub: AGENT,
    bootstrap: { type: "enrolment-token", value: token },
    fetch: ((request: Request) => server(request)) as typeof fetch,
    runtime,
  });
  const verifiers = ["/jwks.json", "/bundle.json"].map((path) => verifierOf(path, server, runtime));
  const signedWith = new Set<string>();
  for (let second = 0; second < 21_600; second += 197) {
    runtime.setTime(NOW + second);
    await source.renew(); // done when it is done: a simulated minute has no time for what goes on behind it
    const credential = await source.current();
    signedWith.add(JSON.parse(Buffer.from(credential.wit.split(".")[0] ?? "", "base64url").toString()).kid);
    for (const verify of verifiers) {
      const { request } = await signRequest(new Request(SERVICE, { method: "POST", body: "one" }), credential, {
        runtime,
      });
      expect(await verify(request)).toBe(AGENT);
    }
  }
  expect(signedWith.size).toBeGreaterThan(10);
  expect((await issuer.jwks()).keys.length).toBeLessThan(4);
  await source.close();
  await issuer.close();
}, 60_000);

it("keys and credentials change every second, and no request fails", async () => {
  const runtime = clockOf();
  const issuer = await issuerWith(runtime, {
    origin: ORIGIN,
    profile: "wit-svid",
    maxLifetime: 10,
    refreshHint: 1,
    publishAhead: 2,
    rotateEvery: 1,
    clockTolerance: 5,
  });
  const { server, token } = await testServer({ issuer, runtime, policy: () => true, maxPerSecond: 100 });
  const source = identityServerSource(SERVER, {
    sub: AGENT,
    bootstrap: { type: "enrolment-token", value: token },
    fetch: ((request: Request) => server(request)) as typeof fetch,
    runtime,
  });
  const verifiers = ["/jwks.json", "/bundle.json"].map((path) => verifierOf(path, server, runtime));
  const signedWith = new Set<string>();
  let accepted = 0;
  for (let tick = 0; tick < 120; tick++) {
    runtime.setTime(NOW + tick / 4);
    if (tick % 4 === 0) await source.renew();
    const credential = await source.current();
    signedWith.add(JSON.parse(Buffer.from(credential.wit.split(".")[0] ?? "", "base64url").toString()).kid);
    for (const verify of verifiers) {
      const { request } = await signRequest(new Request(SERVICE), credential, { runtime });
      expect(await verify(request)).toBe(AGENT);
      accepted++;
    }
  }
  expect(accepted).toBe(240);
  expect(signedWith.size).toBeGreaterThan(20);
  await source.close();
  await issuer.close();
}, 60_000);
