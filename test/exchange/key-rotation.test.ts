import { afterEach, describe, expect, it } from "vitest";
import type { WorkloadCredential } from "../../src/credential.js";
import { createVerifier, signRequest, type Verifier } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { createTestIssuer, type FixedRuntime, fixedRuntime, type TestIssuer } from "../../src/testing.js";
import { createTrustStore, type RemoteJwksOptions, remoteJwks } from "../../src/trust.js";
import { expectWimseError } from "../support/wit-fixtures.js";
import { AGENT, AUDIENCE, NOW, ORIGIN } from "../support/wpt-fixtures.js";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An issuer whose keys come and go, and a service that fetches them. */
interface Rotating {
  readonly runtime: FixedRuntime;
  readonly verifier: Verifier;
  /** Keys as they are published. */
  published: readonly TestIssuer[];
  fetches: number;
}

function rotating(options: RemoteJwksOptions, cacheControl: string): Rotating {
  const runtime = fixedRuntime(NOW);
  const fetch = async (): Promise<Response> => {
    rotation.fetches++;
    const keys = rotation.published.flatMap(({ jwks }) => jwks.keys);
    return new Response(JSON.stringify({ keys }), { headers: { "Cache-Control": cacheControl } });
  };
  const keys = remoteJwks("https://id.example.com/keys", { fetch, loadAtStart: false, ...options });
  const trust = createTrustStore([{ origin: ORIGIN, keys }], { runtime });
  closing.push(() => trust.close());
  const replay = memoryReplayStore({ maxEntries: 100_000, runtime });
  const rotation: Rotating = {
    runtime,
    verifier: createVerifier({ trust, audience: AUDIENCE, replay, runtime }),
    published: [],
    fetches: 0,
  };
  return rotation;
}

const issuerWithKey = (kid: string, runtime: FixedRuntime): Promise<TestIssuer> =>
  createTestIssuer(ORIGIN, { kid, runtime });

/** Signs a request, and has it verified. */
async function request({ verifier, runtime }: Rotating, credential: WorkloadCredential): Promise<string> {
  const { request } = await signRequest(new Request(AUDIENCE), credential, { runtime });
  return (await verifier.verify(request)).workload.id.uri;
}

/** What fetches and their content wait for has come. */
async function fetched(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

describe("keys that are withdrawn", () => {
  it("CREDS-3.04, CREDS-9.3.1.01: take the WITs that they signed with them, out of every cache", async () => {
    const rotation = rotating({}, "max-age=60");
    const { runtime } = rotation;
    const [old, young] = [await issuerWithKey("old", runtime), await issuerWithKey("young", runtime)];
    rotation.published = [old, young];
    const byOld = await old.credential(AGENT);
    const byYoung = await young.credential(AGENT);
    for (const credential of [byOld, byYoung, byOld, byYoung]) expect(await request(rotation, credential)).toBe(AGENT);
    rotation.published = [young];
    expect(await request(rotation, byOld)).toBe(AGENT); // what was fetched is fresh
    runtime.setTime(NOW + 60);
    await fetched();
    await expectWimseError(request(rotation, byOld), "wit_key_not_found", "CREDS-3.07");
    expect(await request(rotation, byYoung)).toBe(AGENT);
  });

  it("are not used beyond the age of their set although the clock jumped and no timer ran", async () => {
    const rotation = rotating({}, "max-age=60");
    const old = await issuerWithKey("old", rotation.runtime);
    rotation.published = [old];
    const credential = await old.credential(AGENT);
    expect(await request(rotation, credential)).toBe(AGENT);
    rotation.published = [];
    rotation.runtime.setTime(NOW + 1000); // the refresh that is due begins now, and the request waits for it
    await expectWimseError(request(rotation, credential), "wit_key_not_found");
  });
});

describe("rotation under load", () => {
  const CONCURRENT = 2;
  const STEPS = 5;
  const MINUTE = 60;

  it("CREDS-3.05: keys and credentials that change every second fail no request when keys are published before use", async () => {
    const rotation = rotating({ minRefreshInterval: 1, cooldown: 1 }, "max-age=1");
    const { runtime } = rotation;
    let [current, next] = [await issuerWithKey("0", runtime), await issuerWithKey("1", runtime)];
    rotation.published = [current, next];
    let credential = await current.credential(AGENT, { lifetime: 3 });
    let requests = 0;
    for (let second = 0; second < MINUTE; second++) {
      for (let step = 0; step < STEPS; step++) {
        runtime.setTime(NOW + second + step / STEPS);
        const sent = Array.from({ length: CONCURRENT }, () => request(rotation, credential));
        expect(new Set(await Promise.all(sent))).toEqual(new Set([AGENT]));
        requests += sent.length;
        await fetched();
      }
      const previous = current;
      current = next;
      next = await issuerWithKey(String(second + 2), runtime);
      rotation.published = [previous, current, next];
      credential = await current.credential(AGENT, { lifetime: 3 });
    }
    expect(requests).toBe(STEPS * CONCURRENT * MINUTE);
    expect(rotation.fetches).toBeLessThan(2 * MINUTE);
  }, 60_000);

  it("CREDS-3.05: nor when they are used at once, and no more often than the cooldown lets them be fetched", async () => {
    const rotation = rotating({ cooldown: 1, refreshInterval: 3600 }, "public");
    const { runtime } = rotation;
    for (let second = 0; second < MINUTE; second++) {
      runtime.setTime(NOW + second);
      const current = await issuerWithKey(String(second), runtime);
      rotation.published = [current];
      const credential = await current.credential(AGENT);
      for (let step = 0; step < STEPS; step++) {
        runtime.setTime(NOW + second + step / STEPS);
        const sent = Array.from({ length: CONCURRENT }, () => request(rotation, credential));
        expect(new Set(await Promise.all(sent))).toEqual(new Set([AGENT]));
      }
    }
    expect(rotation.fetches).toBe(MINUTE);
  }, 60_000);
});
