import { remoteJwks } from "wimse/trust";
import { makeAgent, naiveVerifier, rawVerifier, warmVerifier } from "./fixtures.mjs";
import { goal, inTurns, median } from "./support.mjs";

const CALLS = 200;
const LEAST_TIMES_NAIVE = { Ed25519: 3, ES256: 4.5 };

/** A warm verification of WIT and WPT against one raw signature check, and against the composition of jose. */
export async function againstRawAndNaive(algorithm) {
  const agent = await makeAgent(algorithm, CALLS);
  const raw = rawVerifier(agent);
  const rawAsReceived = rawVerifier(agent, { asReceived: true });
  const times = await inTurns(
    {
      ours: async () => verifies(await warmVerifier(agent), agent),
      raw: () => raw,
      ...(algorithm === "ES256" && { "raw r||s": () => rawAsReceived }),
      naive: () => {
        const verify = naiveVerifier(agent);
        return (i) => verify(agent.requests[i].view);
      },
    },
    { calls: CALLS },
  );
  return {
    times,
    goals: [
      goal(`${algorithm}: speed, in % of raw verify`, (100 * times.raw) / times.ours, ">=", 90),
      ...asReceived(algorithm, times),
      goal(
        `${algorithm}: times as fast as the naive composition`,
        times.naive / times.ours,
        ">=",
        LEAST_TIMES_NAIVE[algorithm],
      ),
    ],
  };
}

/** Node takes ECDSA signatures as JOSE has them, for a price that whoever calls it by hand pays. */
function asReceived(algorithm, { ours, "raw r||s": raw }) {
  if (raw === undefined) return [];
  return [goal(`${algorithm}: speed, in % of raw verify of the signature as received`, (100 * raw) / ours, ">=", 90)];
}

/** A proof that has expired: refused before any signature is checked. */
export async function expiredProof(algorithm) {
  const hourAgo = {
    now: () => Date.now() / 1000 - 3600,
    randomBytes: (n) => crypto.getRandomValues(new Uint8Array(n)),
  };
  const agent = await makeAgent(algorithm, CALLS, { runtime: hourAgo });
  const times = await inTurns(
    {
      ours: async () => refuses(verifies(await warmVerifier(agent), agent)),
      naive: () => {
        const verify = naiveVerifier(agent);
        return refuses((i) => verify(agent.requests[i].view));
      },
    },
    { calls: CALLS },
  );
  const what = `${algorithm}: an expired proof, times cheaper than naive`;
  return { times, goals: [goal(what, times.naive / times.ours, ">=", 20)] };
}

/** A hundred thousand trust domains against one. */
export async function manyDomains(algorithm) {
  const agent = await makeAgent(algorithm, CALLS);
  const { jwks } = agent.issuer;
  const others = Array.from({ length: 100_000 }, (_, i) => ({ origin: `wimse://td${i}.example`, keys: jwks }));
  const one = await warmVerifier(agent);
  const many = await warmVerifier(agent, others);
  // Replayed proofs: everything but the last step, so that both verifiers can be kept.
  const times = await inTurns(
    { one: () => settles(verifies(one, agent)), many: () => settles(verifies(many, agent)) },
    { calls: CALLS, rounds: 101 },
  );
  const what = `${algorithm}: 100,000 trust domains, times the cost of one`;
  return { times, goals: [goal(what, times.many / times.one, "<=", 1.05)] };
}

/** Keys that are fetched and refreshed against keys that are given. */
export async function remoteKeys(algorithm) {
  const agent = await makeAgent(algorithm, CALLS);
  const { jwks } = agent.issuer;
  const keys = remoteJwks("https://id.example.com/keys", { fetch: async () => Response.json(jwks) });
  const given = await warmVerifier(agent);
  const fetched = await warmVerifier(agent, [], keys);
  const times = await inTurns(
    { given: () => settles(verifies(given, agent)), fetched: () => settles(verifies(fetched, agent)) },
    { calls: CALLS, rounds: 101 },
  );
  const what = `${algorithm}: a remote key set, times the cost of a static one`;
  return { times, goals: [goal(what, times.fetched / times.given, "<=", 1.05)] };
}

/** Bytes allocated for one warm verification, memory outside the heap included, awaiting a promise not included. */
export async function allocations(algorithm) {
  const calls = 2000;
  const agent = await makeAgent(algorithm, calls);
  const ours = [];
  const harness = [];
  for (let round = 0; round < 15; round++) {
    ours.push(await allocatedBy(verifies(await warmVerifier(agent), agent), calls));
    harness.push(await allocatedBy(async () => undefined, calls));
  }
  const bytes = median(ours.slice(5)) - median(harness.slice(5));
  return { goals: [goal(`${algorithm}: bytes allocated per request`, bytes, "<=", 2048)] };
}

async function allocatedBy(run, calls) {
  globalThis.gc();
  const before = allocated();
  for (let i = 0; i < calls; i++) await run(i);
  return (allocated() - before) / calls;
}

function allocated() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function verifies(verifier, { requests }) {
  return (i) => verifier.verify(requests[i].view);
}

function refuses(run) {
  return async (i) => {
    try {
      await run(i);
    } catch {
      return;
    }
    throw new Error("an expired proof was accepted");
  };
}

function settles(run) {
  return (i) => run(i).then(undefined, () => undefined);
}
