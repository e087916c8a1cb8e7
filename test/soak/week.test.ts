import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { createVerifier, signRequest } from "../../src/index.js";
import { memoryReplayStore } from "../../src/replay.js";
import { simulatedRuntime } from "../support/simulated-runtime.js";
import { createPopulation, HOUR } from "./population.js";

/** `npm run soak` asks for a week of a thousand trust domains; every test run has a day of a few. */
const DAYS = Number(process.env["SOAK_DAYS"] ?? 1);
const DOMAINS = Number(process.env["SOAK_DOMAINS"] ?? 20);
const WORKLOADS = Math.min(DOMAINS, 100);
const START = 1_790_000_000;
const AUDIENCE = "https://svc.example.com/tools";
const LONG = DAYS > 1;
/** Minutes from one request to the next. */
const STEP = 5;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe(`${DOMAINS} trust domains in ${DAYS * 24} simulated hours`, () => {
  it("FED-4.1.04, CREDS-9.5.03: every refresh is in time, no request fails, and nothing grows", {
    timeout: 3_600_000,
  }, async () => {
    const runtime = simulatedRuntime(START);
    const population = await createPopulation(runtime, { domains: DOMAINS, workloads: WORKLOADS });
    const newVerifier = () =>
      createVerifier({
        trust: population.trust,
        audience: AUDIENCE,
        replay: memoryReplayStore({ maxEntries: 10_000, runtime }),
        runtime,
      });
    let verifier = newVerifier();
    const heap: number[] = [];
    const timers: number[] = [];
    let requests = 0;
    for (let minute = 0; minute < DAYS * 24 * 60; minute += STEP) {
      await runtime.runUntil(START + minute * 60);
      const source = population.sources[requests % WORKLOADS];
      if (source === undefined) throw new Error("no source");
      const { request } = await signRequest(new Request(AUDIENCE), source, { runtime });
      await verifier.verify(request);
      requests++;
      if ((minute + STEP) % (12 * 60) === 0) {
        // A verifier remembers WITs up to a fixed number, which takes it longer to reach than this lasts.
        verifier = newVerifier();
        heap.push(heapInUse());
        timers.push(runtime.pending);
      }
    }
    const { longestGap, loads, renewals } = population;
    if (LONG) console.log({ requests, loads: loads(), renewals: renewals(), longestGap: longestGap(), heap, timers });
    expect(requests).toBe((DAYS * 24 * 60) / STEP);
    // Late would be after what the server called the keys' time; early would be a server asked without need.
    expect(longestGap()).toBeGreaterThan(0.7 * HOUR);
    expect(longestGap()).toBeLessThan(HOUR);
    expect(loads()).toBeLessThan((DOMAINS * DAYS * 24) / 0.7 + DOMAINS);
    expect(renewals()).toBeGreaterThan((WORKLOADS * DAYS * 24) / 0.67 - WORKLOADS);
    // One of each trust domain's keys, two of its issuer, one of each source, and the attempt that may be going on.
    expect(Math.max(...timers)).toBeLessThanOrEqual(4 * DOMAINS + 2 * WORKLOADS);
    // After the first day everything that there can be was there once.
    if (LONG) expect(Math.max(...heap.slice(3)) / Math.min(...heap.slice(1, 3))).toBeLessThan(1.03);
    await population.close();
    expect(runtime.pending).toBe(0);
  });
});
