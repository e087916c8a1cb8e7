// A program that speaks wimse-target/v1, more or less: what it does to the identifier "wimse://example.com/b" is said on
// its command line. It knows neither codes nor anything of this library.
import { createInterface } from "node:readline";

const [behaviour, ...more] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const misbehaviours = {
  garbage: () => process.stdout.write("oops\n"),
  "wrong-id": ({ id }) => say({ id: id + 1, result: "accept", output: {} }),
  dies: () => process.exit(3),
  "dies-in-a-line": () => process.stdout.write('{"id":', () => process.exit(0)),
  "is-killed": () => process.kill(process.pid, "SIGTERM"),
  silent: () => {},
  endless: () => process.stdout.write("x".repeat(20_000_000)),
  "closes-its-output": () => process.stdout.end(),
};

process.stdout.on("error", () => process.exit()); // whoever was listening has had enough
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, hello, reset, input } = JSON.parse(line);
  if (hello !== undefined) {
    if (behaviour === "does-not-greet") process.exit(1);
    return say({ hello, name: ["fake", ...more].join(" "), version: "1", operations: ["parseIdentifier"], specs: [] });
  }
  if (reset) return say({ id, result: "accept", output: {} });
  if (input.uri === "wimse://example.com/b" && misbehaviours[behaviour]) return misbehaviours[behaviour]({ id });
  if (/[A-Z]/.test(input.uri)) return say({ id, result: "reject" });
  say({ id, result: "accept", output: { origin: input.uri.split("/").slice(0, 3).join("/") } });
});
