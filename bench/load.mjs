/** Sends the requests that it reads from standard input to a port of loopback, each once, and prints how fast. */
import { Agent, request as send } from "node:http";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const requests = JSON.parse(text).map((one, number) => ({
  ...one,
  headers: { ...Object.fromEntries(one.headers), "X-Number": String(number) },
  body: Buffer.from(one.body, "base64"),
}));
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const port = Number(process.argv[2]);
let failed = 0;
let next = 0;

function one({ method, target, headers, body }) {
  return new Promise((done) => {
    const sent = send({ agent, host: "127.0.0.1", port, method, path: target, headers }, (answer) => {
      if (answer.statusCode !== 200) failed++;
      answer.resume().on("end", done);
    });
    sent.on("error", () => {
      failed++;
      done();
    });
    sent.end(body);
  });
}

async function worker() {
  while (next < requests.length) await one(requests[next++]);
}

const start = process.hrtime.bigint();
await Promise.all(Array.from({ length: 16 }, worker));
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
agent.destroy();
console.log(JSON.stringify({ rate: requests.length / seconds, failed }));
