import { generateKeyPairSync } from "node:crypto";
import { createCredential, createSigner, type RenewingSource, renewingSource } from "../../src/credential.js";
import type { Signer } from "../../src/crypto/signer.js";
import { createIssuer, type Issuer, type IssuerKeys } from "../../src/issuer.js";
import { createTrustStore, remoteJwks, type TrustStore } from "../../src/trust.js";
import type { SimulatedRuntime } from "../support/simulated-runtime.js";

/** For how long verifiers may keep the keys, and how long a WIT lives. */
export const HOUR = 3600;
const DAY = 24 * HOUR;

/** Trust domains whose issuers change keys every day, a service that trusts them all, and workloads of some of them. */
export interface Population {
  readonly trust: TrustStore & { close(): Promise<void> };
  readonly issuers: readonly Issuer[];
  readonly sources: readonly RenewingSource[];
  /** The longest time between two loads of the same keys, seconds. */
  readonly longestGap: () => number;
  readonly loads: () => number;
  readonly renewals: () => number;
  close(): Promise<void>;
}

/** A new key, at once: simulated time does not wait for another thread. */
function newKey(): Promise<Signer> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return createSigner({ ...privateKey.export({ format: "jwk" }), alg: "ES256" });
}

const keys: IssuerKeys = {
  create: async () => ({ signer: await newKey() }),
  open: () => {
    throw new Error("nothing is saved");
  },
};

const hostOf = (index: number): string => `d${index}.example`;

export async function createPopulation(
  runtime: SimulatedRuntime,
  { domains, workloads }: { domains: number; workloads: number },
): Promise<Population> {
  const issuers: Issuer[] = [];
  for (let index = 0; index < domains; index++) {
    const origin = `wimse://${hostOf(index)}`;
    issuers.push(await createIssuer({ origin, refreshHint: HOUR, rotateEvery: DAY, keys, runtime }));
  }
  const served = new Map(issuers.map((issuer, index) => [`https://${hostOf(index)}/jwks`, issuer]));
  const loadedAt = new Map<string, number>();
  let longestGap = 0;
  let loads = 0;
  let renewals = 0;

  const serve = async (url: string): Promise<Response> => {
    loads++;
    longestGap = Math.max(longestGap, runtime.now() - (loadedAt.get(url) ?? runtime.now()));
    loadedAt.set(url, runtime.now());
    const jwks = await served.get(url)?.jwks();
    return new Response(JSON.stringify(jwks), { headers: { "Cache-Control": `max-age=${HOUR}` } });
  };
  const trust = createTrustStore(
    [...served].map(([url, { origin }]) => ({ origin, keys: remoteJwks(url, { fetch: serve as typeof fetch }) })),
    { runtime },
  );
  const sources = issuers.slice(0, workloads).map((issuer) =>
    renewingSource({
      runtime,
      async obtain() {
        renewals++;
        const key = await newKey();
        return createCredential((await issuer.issue(`${issuer.origin}/agent`, key.publicJwk)).wit, key);
      },
    }),
  );
  return {
    trust,
    issuers,
    sources,
    longestGap: () => longestGap,
    loads: () => loads,
    renewals: () => renewals,
    async close() {
      await trust.close();
      await Promise.all([...issuers, ...sources].map((one) => one.close()));
    },
  };
}
