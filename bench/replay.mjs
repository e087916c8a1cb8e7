// The memory replay store at a million live entries: memory, longest pause, cost of a claim.
// Run: npx tsup --no-dts && node --expose-gc bench/replay.mjs [path of the built replay.js]
import { hash, randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const built = process.argv[2] ?? new URL("../dist/replay.js", import.meta.url).pathname;
const { memoryReplayStore } = await import(pathToFileURL(resolve(built)).href);

const LIVE = 1_000_000;
const LIFETIME = 305;

if (typeof globalThis.gc !== "function") {
  console.error("Run with node --expose-gc: without it the memory cannot be measured.");
  process.exit(2);
}

function memory() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const BLOCK = 100;
const ROUNDS = 3;

/**
 * Runs `claims` claims whose ids are made outside the measured time, and adds to `waits` how long each took. Every round
 * makes the same claims on a new store, and the shortest time of each counts: a pause of the store's comes back in every
 * round, one that another program or the garbage of this script causes does not.
 */
function run(claims, entryOf, claim, waits) {
  let micros = 0;
  for (let done = 0; done < claims; done += BLOCK) {
    const block = Array.from({ length: BLOCK }, (_, i) => [entryOf(done + i)]);
    const cpu = process.cpuUsage();
    let last = performance.now();
    for (let i = 0; i < BLOCK; i++) {
      claim(block[i]);
      const now = performance.now();
      waits[done + i] = Math.min(waits[done + i], now - last);
      last = now;
    }
    const { user, system } = process.cpuUsage(cpu);
    micros += user + system;
  }
  return (micros * 1000) / claims;
}

const noWaits = (claims) => new Float32Array(claims).fill(Number.POSITIVE_INFINITY);
const longestMs = (waits) => Number(waits.reduce((longest, wait) => Math.max(longest, wait), 0).toFixed(2));

function fixedClock() {
  const clock = { time: 1_800_000_000 };
  const runtime = { now: () => clock.time, randomBytes: (n) => randomBytes(n), schedule: () => ({ cancel() {} }) };
  return { clock, runtime };
}

/** One round: fills a store, lets everything expire in one second, then adds as many as expire. */
function round(senders, waits) {
  const { clock, runtime } = fixedClock();
  // With k equal senders a store of n places holds k / (k + 1) of n; the bytes are counted for each entry held.
  const places = Math.ceil((LIVE * (senders + 1)) / senders);
  const before = memory();
  const store = memoryReplayStore({ maxEntries: places, runtime });
  const claim = (entries) => {
    if (!store.claim(entries)) throw new Error("a new id was refused");
  };
  const prefix = randomBytes(12).toString("base64url");
  let made = 0;
  const entry = (i, expiresAt) => ({
    scope: `request wpt spiffe://example.org/agents/worker-${i % senders}`,
    id: prefix + (made++).toString(36).padStart(6, "0"),
    expiresAt,
  });
  const fill = run(LIVE, (i) => entry(i, clock.time + LIFETIME), claim, waits.fill);
  const bytes = (memory() - before) / store.size;
  clock.time += LIFETIME;
  const expire = run(waits.expire.length, (i) => entry(i, clock.time + LIFETIME + (i % 60)), claim, waits.expire);
  const steadyEntry = (i) => {
    if (i % 4000 === 0) clock.time++;
    return entry(i, clock.time + 60);
  };
  const steady = run(waits.steady.length, steadyEntry, claim, waits.steady);
  return { places, bytes, fill, expire, steady };
}

function measure(senders) {
  const waits = { fill: noWaits(LIVE), expire: noWaits(LIVE / 2), steady: noWaits(LIVE / 2) };
  const rounds = Array.from({ length: ROUNDS }, () => round(senders, waits));
  const best = (name) => Math.round(Math.min(...rounds.map((values) => values[name])));
  return {
    senders,
    places: rounds[0].places,
    "bytes an entry": Number(Math.max(...rounds.map(({ bytes }) => bytes)).toFixed(1)),
    "fill: ns a claim": best("fill"),
    "longest ms": longestMs(waits.fill),
    "a million expire: ns": best("expire"),
    "longest ms ": longestMs(waits.expire),
    "steady: ns": best("steady"),
    "longest ms  ": longestMs(waits.steady),
  };
}

/** Claims that are refused first clear some thousand expired entries, here all of other senders. */
function refusals() {
  const waits = noWaits(1000);
  let refused = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const { clock, runtime } = fixedClock();
    const store = memoryReplayStore({ maxEntries: LIVE, runtime });
    for (let k = 1; LIVE >> k > 1000; k++) {
      for (let n = 0; n < LIVE >> k; n++) {
        store.claim([{ scope: `sender ${k}`, id: `old${n}`, expiresAt: clock.time + LIFETIME }]);
      }
    }
    clock.time += LIFETIME;
    refused = 0;
    const entry = (n) => ({ scope: "sender 1", id: `new${n}`, expiresAt: clock.time + LIFETIME });
    const claim = (entries) => {
      try {
        store.claim(entries);
      } catch (error) {
        if (error.code !== "replay_store_unavailable") throw error;
        refused++;
      }
    };
    run(waits.length, entry, claim, waits);
  }
  return { refused, "longest ms": longestMs(waits) };
}

/** What one digest of the length that a claim needs costs here and now: the larger part of a claim. */
function digestNs() {
  const texts = Array.from({ length: 200_000 }, () => randomBytes(75).toString("base64url"));
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ROUNDS; i++) {
    const cpu = process.cpuUsage();
    for (const text of texts) hash("sha256", text, "base64url");
    const { user, system } = process.cpuUsage(cpu);
    best = Math.min(best, ((user + system) * 1000) / texts.length);
  }
  return Math.round(best);
}

console.table([100, LIVE].map(measure));
console.log("a full store in which all has expired at once:", refusals());
console.log("one SHA-256 of 100 characters, ns:", digestNs());
