/**
 * Every performance claim of docs/performance.md, measured in one run:
 *
 *     npm run bench
 */
import { cpus } from "node:os";
import { serverThroughput, signedRequest } from "./signature.mjs";
import { againstRawAndNaive, allocations, expiredProof, manyDomains, remoteKeys } from "./verify.mjs";

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}\n`);
let missed = 0;
for (const measure of [
  signedRequest,
  serverThroughput,
  againstRawAndNaive,
  expiredProof,
  manyDomains,
  remoteKeys,
  allocations,
]) {
  for (const algorithm of ["Ed25519", "ES256"]) {
    const { times, goals } = await measure(algorithm);
    for (const { what, measured, goal, met } of goals) {
      console.log(`${met ? "met   " : "missed"}  ${what}: ${measured} (goal ${goal})`);
      if (!met) missed++;
    }
    if (times)
      console.log(
        `        ${Object.entries(times)
          .map(([name, us]) => `${name} ${us.toFixed(1)} µs`)
          .join(", ")}`,
      );
  }
}
process.exitCode = missed === 0 ? 0 : 1;
