/**
 * Rotation under load, in real time over loopback: for a minute the issuer's key and the workload's credential change every
 * second, while requests are signed and verified as fast as they can be. Fails when a single one is refused.
 *
 *     npx tsup --no-dts --silent && node bench/rotation.mjs [seconds]
 */
import { createServer } from "node:http";
import { createVerifier, signRequest } from "wimse";
import { memoryReplayStore } from "wimse/replay";
import { createTestIssuer } from "wimse/testing";
import { createTrustStore, remoteJwks } from "wimse/trust";

const SECONDS = Number(process.argv[2] ?? 60);
const ORIGIN = "wimse://example.com";
const AUDIENCE = "https://tools.example.com/search";
const WORKERS = 8;
/** Seconds for which a credential is good: while it lives, the key that signed it stays published. */
const LIFETIME = 3;

let fetches = 0;
let published = [];
const server = createServer((_request, response) => {
  fetches++;
  const keys = published.flatMap(({ jwks }) => jwks.keys);
  response.writeHead(200, { "Content-Type": "application/jwk-set+json", "Cache-Control": "max-age=1" });
  response.end(JSON.stringify({ keys }));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

let rotations = 0;
const newKey = () => createTestIssuer(ORIGIN, { kid: `key-${rotations++}` });
let [current, ...next] = await Promise.all([newKey(), newKey(), newKey()]);
let retired = [];
published = [current, ...next];

const keys = remoteJwks(`http://127.0.0.1:${server.address().port}/keys`, {
  allowInsecureLoopback: true,
  minRefreshInterval: 1,
  cooldown: 1,
});
const trust = createTrustStore([{ origin: ORIGIN, keys }]);
const verifier = createVerifier({
  trust,
  audience: AUDIENCE,
  replay: memoryReplayStore({ maxEntries: 2 ** 21 }),
});
let credential = await current.credential(`${ORIGIN}/agent`, { lifetime: LIFETIME });

/** Publishes two keys ahead of use, and those that were used for as long as a WIT of theirs is good. */
async function rotate() {
  retired = [...retired, current].slice(-LIFETIME - 1);
  current = next[0];
  next = [...next.slice(1), await newKey()];
  published = [...retired, current, ...next];
  credential = await current.credential(`${ORIGIN}/agent`, { lifetime: LIFETIME });
}

const end = performance.now() + SECONDS * 1000;
const refusals = new Map();
let requests = 0;

async function work() {
  while (performance.now() < end) {
    try {
      const { request } = await signRequest(new Request(AUDIENCE), credential);
      await verifier.verify(request);
    } catch (error) {
      refusals.set(error.code, (refusals.get(error.code) ?? 0) + 1);
    }
    requests++;
    if (requests % 64 === 0) await new Promise(setImmediate); // the server lives in this process too
  }
}

const rotation = setInterval(() => void rotate(), 1000);
await Promise.all(Array.from({ length: WORKERS }, work));
clearInterval(rotation);
await trust.close();
server.closeAllConnections();
server.close();

const refused = [...refusals.values()].reduce((sum, count) => sum + count, 0);
console.log(`${SECONDS} s: ${requests} requests, ${rotations - 3} rotations, ${fetches} fetches, ${refused} refused`);
for (const [code, count] of refusals) console.log(`  ${code}: ${count}`);
process.exitCode = refused === 0 && fetches > SECONDS / 2 ? 0 : 1;
