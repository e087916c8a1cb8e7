/**
 * A signed request in full, and a server that verifies them:
 *
 *     npm run bench
 */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { authenticate } from "wimse/node";
import {
  makeSigningAgent,
  naiveSignatureVerifier,
  rawSignatureVerifier,
  warmSignatureVerifier,
} from "./signature-fixtures.mjs";
import { goal, inTurns, median } from "./support.mjs";

const CALLS = 200;

/** WIT known, signature new, 1 KiB of content and its digest, memory replay store. */
export async function signedRequest(algorithm) {
  const agent = await makeSigningAgent(algorithm, CALLS);
  const raw = rawSignatureVerifier(agent);
  const times = await inTurns(
    {
      ours: async () => {
        const verifier = await warmSignatureVerifier(agent);
        return (i) => verifier.verify(agent.requests[i]);
      },
      raw: () => raw,
      naive: () => {
        const verify = naiveSignatureVerifier(agent);
        return (i) => verify(agent.requests[i]);
      },
    },
    { calls: CALLS },
  );
  return {
    times,
    goals: [
      goal(`${algorithm} signature: speed, in % of raw verify`, (100 * times.raw) / times.ours, ">=", 90),
      goal(`${algorithm} signature: times as fast as the naive composition`, times.naive / times.ours, ">=", 4),
    ],
  };
}

/** Requests per second of one `node:http` server with our verifier, against the same with one raw verify. */
export async function serverThroughput(algorithm) {
  const count = 3000;
  const agent = await makeSigningAgent(algorithm, count);
  const raw = rawSignatureVerifier(agent);
  const figures = { ours: [], raw: [] };
  for (let round = 0; round < 5; round++) {
    const verifier = await warmSignatureVerifier(agent);
    const handlers = {
      ours: async (req) => (await authenticate(req, verifier)).workload,
      raw: async (req) => {
        for await (const _chunk of req);
        raw(Number(req.headers["x-number"]));
      },
    };
    for (const name of round % 2 === 0 ? ["ours", "raw"] : ["raw", "ours"]) {
      const rate = await requestsPerSecond(handlers[name], agent.requests);
      if (round > 0) figures[name].push(rate);
    }
  }
  const share = (100 * median(figures.ours)) / median(figures.raw);
  return { goals: [goal(`${algorithm} server: requests per second, in % of one raw verify each`, share, ">=", 90)] };
}

async function requestsPerSecond(handle, requests) {
  const server = createServer((req, res) => {
    handle(req).then(
      () => res.end("ok"),
      () => {
        res.statusCode = 500;
        res.end();
      },
    );
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const client = spawn(process.execPath, [
    fileURLToPath(new URL("./load.mjs", import.meta.url)),
    String(server.address().port),
  ]);
  client.stdin.end(
    JSON.stringify(
      requests.map(({ method, target, headers, body }) => ({ method, target, headers, body: body.toString("base64") })),
    ),
  );
  let output = "";
  for await (const chunk of client.stdout) output += chunk;
  server.close();
  server.closeAllConnections();
  const { rate, failed } = JSON.parse(output);
  if (failed > 0) throw new Error(`${failed} requests were refused`);
  return rate;
}
