import type { Command } from "commander";
import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { createCredential } from "../credential/credential.js";
import { signRequest } from "../exchange/sign-request.js";
import { isToken, trimOws } from "../http/message.js";
import { type Cli, readJson, readText, writeJson, writeLines } from "./io.js";
import { seconds, several, withJson } from "./options.js";

interface SignOptions {
  readonly wit: string;
  readonly key: string;
  readonly url: string;
  readonly method: string;
  readonly audience?: string;
  readonly txnToken?: string;
  readonly bind?: readonly string[];
  readonly lifetime?: number;
  readonly allowInsecure?: boolean;
  readonly json?: boolean;
}

export function addSign(program: Command, cli: Cli): void {
  withJson(
    program
      .command("sign")
      .description("make the header lines with which a workload proves who it is, for one request")
      .requiredOption("--wit <file>", "the Workload Identity Token, - for standard input")
      .requiredOption("--key <file>", "the private JWK that it binds")
      .requiredOption("--url <url>", "where the request goes")
      .option("--method <name>", "its method; a WPT does not cover it", "GET")
      .option("--audience <uri>", "who is meant to receive it (default: the URL without query)")
      .option("--txn-token <token>", "a Txn-Token to send along and bind")
      .option("--bind <line>", 'another "Name: token" header line to send along and bind; may be repeated', several)
      .option("--lifetime <seconds>", "seconds until the proof expires (default: 60)", seconds)
      .option("--allow-insecure", "sign for plain http to other hosts than loopback too")
      .addHelpText(
        "after",
        `
The lines are good for one request, within their lifetime:
  $ wimse sign --wit agent.wit --key agent.jwk --url https://svc.example.com/orders \\
      | curl -H @- https://svc.example.com/orders`,
      ),
  ).action((options: SignOptions) => sign(options, cli));
}

async function sign(options: SignOptions, { io }: Cli): Promise<void> {
  const { txnToken, audience, lifetime, bind = [], allowInsecure = false, json } = options;
  const wit = await readText(options.wit, "--wit", io);
  const credential = await createCredential(wit, (await readJson(options.key, "--key", io)) as JWK);
  const tokens: [string, string][] = bind.map(readLine);
  const sent: [string, string][] = [
    ...(txnToken === undefined ? [] : [["Txn-Token", txnToken] as [string, string]]),
    ...tokens,
  ];
  const { request } = await signRequest(requestTo(options.url, options.method, sent), credential, {
    proof: "wpt",
    allowInsecure,
    boundTokens: tokens.map(([name]) => name),
    runtime: io.runtime,
    ...(audience !== undefined && { audience }),
    ...(lifetime !== undefined && { lifetime }),
  });
  const headers = ["Workload-Identity-Token", "Authorization", ...sent.map(([name]) => name)].map((name) => [
    name,
    request.headers.get(name) ?? "",
  ]);
  if (json) await writeJson(io, { headers });
  else
    await writeLines(
      io,
      headers.map(([name, value]) => `${name}: ${value}`),
    );
}

function readLine(line: string): [string, string] {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0));
  if (!isToken(name)) throw configurationInvalid('--bind: a header line "Name: token"');
  return [name, trimOws(line.slice(colon + 1))];
}

function requestTo(url: string, method: string, headers: [string, string][]): Request {
  if (!URL.canParse(url)) throw configurationInvalid("--url: not a URL");
  try {
    return new Request(url, { method, headers });
  } catch {
    throw configurationInvalid("No request can be made of this URL, method and header lines"); // the platform quotes them
  }
}
