import { describe, expect, it } from "vitest";
import { NOW, temporaryFolder, wimse } from "../cli/support.js";
import { AGENT_KEY } from "../conformance/support.js";
import { rejectedCases } from "../vectors/rejection.js";
import { contextOf, type Json } from "../vectors/support.js";
import { secretsOf } from "./case-secrets.js";
import { d, request, said, secrets, wit, wrongWords } from "./command-scene.js";
import { Secrets } from "./secrets.js";

const folder = temporaryFolder();
const wrong = wrongWords(folder);

/** The request of a case as it went over the wire. */
function rawRequest({ method, target, headers, body = "" }: Json): Uint8Array {
  const content = Buffer.from(String(body), "base64");
  const lines = (headers as [string, string][]).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${target} HTTP/1.1`, ...lines, `Content-Length: ${content.length}`, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), content]);
}

/** One request for each code of each file: the library's own words for all of them are looked at elsewhere. */
const requests = new Map(
  rejectedCases.flatMap(([file, one]) => {
    const isRequest = one.op === "verifyRequest" && one.expect.code !== "configuration_invalid";
    return isRequest ? [[`${file.path}, ${one.expect.code}`, [file, one] as const]] : [];
  }),
);

describe("of a request that is refused", () => {
  it.each([...requests])("WPT-3.1.5.01: %s, no command repeats a piece", async (_name, [file, one]) => {
    const context = contextOf(file, one);
    const { always, outsideReports, open } = secretsOf({ ...one, context });
    const policy = context["policy"] as { audience: string | readonly string[] };
    const trust = folder.write("trust.json", context["trust"]);
    const audiences = [policy.audience].flat().flatMap((audience) => ["--audience", audience]);
    const argv = ["verify", "--trust", trust, ...audiences, "--now", String(context["now"])];
    const stdin = [rawRequest(one.input)];
    for (const more of [[], ["--json"], ["--explain"], ["--explain", "--json"]]) {
      const ended = await wimse([...argv, ...more], { stdin });
      const isReport = more.length > 0;
      const secrets = new Secrets([...always, ...outsideReports], isReport ? [...open, ...outsideReports] : open);
      if (ended.status === 0) continue; // a replay, or a policy that no option has
      expect(secrets.pieceIn(said(ended))).toBeUndefined();
    }
  });
});

const key = folder.write("agent.jwk", AGENT_KEY);
const witFile = folder.write("agent.wit", wit);
const trust = folder.write("good.json", { "wimse://example.com": { keys: [] } });

/** Command lines in which `?` stands for what is wrong. */
const LINES: readonly string[] = [
  "? ",
  "--? x",
  "keygen ?",
  "keygen --algorithm ?",
  `keygen --out ${folder.path("none")}/? --public`,
  `issue --sub ? --key ${key} --cnf ${key}`,
  `issue --sub wimse://example.com/a --key ? --cnf ${key}`,
  `issue --sub wimse://example.com/a --key ${key} --cnf ?`,
  `issue --sub wimse://example.com/a --key ${key} --cnf ${key} --claims ?`,
  `issue --sub wimse://example.com/a --key ${key} --cnf ${key} --lifetime ?`,
  `issue --sub wimse://example.com/a --key ${key} --cnf ${key} --profile ?`,
  `sign --wit ? --key ${key} --url https://a.example/`,
  `sign --wit ${witFile} --key ? --url https://a.example/`,
  `sign --wit ${witFile} --key ${key} --url ?`,
  `sign --wit ${witFile} --key ${key} --url http://a.example/?`,
  ...["method", "body", "header", "txn-token", "bind", "proof", "revision", "lifetime"].map(
    (name) => `sign --wit ${witFile} --key ${key} --url https://a.example/ --${name} ?`,
  ),
  "sign --wit ? --key ? --url ?",
  `verify ? --trust ${trust} --audience a`,
  "verify --trust ? --audience a",
  ...[
    "audience",
    "base-uri",
    "proof",
    "compat",
    "now",
    "clock-tolerance",
    "max-lifetime",
    "max-body-bytes",
    "understood-token",
  ].map((name) => `verify --trust ${trust} --${name} ?`),
  "verify ? ? --trust ?",
  "conformance ?",
  "conformance run --suite ?",
  "conformance run --case ?",
  "conformance run --format ?",
  "conformance run --vectors ?",
  "conformance run --timeout ?",
  "demo ?",
];

describe.each(LINES)("wimse %s", (line) => {
  it.each(wrong)("does not repeat %s", async (_what, value) => {
    for (const json of [[], ["--json"]]) {
      // split first: what is wrong may have spaces in it
      const argv = [
        ...line
          .trim()
          .split(" ")
          .map((word) => word.replace("?", () => value)),
        ...json,
      ];
      const ended = await wimse(argv, { stdin: request });
      if (ended.status === 0) continue; // nothing was wrong, and to print it may be the command's purpose
      expect(secrets.pieceIn(said(ended))).toBeUndefined();
    }
  });
});

it("what is inspected is shown decoded, and neither as a token nor with its signature", async () => {
  const undecoded = new Secrets([wit, d, ...request.split(/[\r\n]+/).filter((line) => /^signature:/i.test(line))]);
  for (const argv of [
    ["inspect", wit],
    ["inspect", witFile],
    ["inspect", "-"],
  ]) {
    for (const json of [[], ["--json"]]) {
      const ended = await wimse([...argv, ...json], { stdin: request });
      expect(ended.status).toBe(0);
      expect(undecoded.pieceIn(said(ended))).toBeUndefined();
    }
  }
  for (const [, value] of wrong) {
    const ended = await wimse(["inspect", value], { stdin: request });
    if (ended.status !== 0) expect(secrets.pieceIn(said(ended))).toBeUndefined();
  }
});

it("the clock of these commands is one at which the tokens are good", () => {
  expect(JSON.parse(Buffer.from(wit.split(".")[1] ?? "", "base64url").toString()).exp).toBe(NOW + 3600);
});
