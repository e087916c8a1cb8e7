import type { Command } from "commander";
import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import { createCredential } from "../credential/credential.js";
import type { OlderFormat, ProofKind } from "../exchange/policy.js";
import { signRequest } from "../exchange/sign-request.js";
import { isToken, trimOws } from "../http/message.js";
import { type Cli, type CommandIo, readBytes, readJson, readText, writeJson, writeLines } from "./io.js";
import { OLDER_FORMATS, oneOf, PROOF_KINDS, seconds, several, withJson } from "./options.js";

interface SignOptions {
  readonly wit: string;
  readonly key: string;
  readonly url: string;
  readonly method?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly proof: ProofKind;
  readonly revision?: OlderFormat;
  readonly audience?: string;
  readonly txnToken?: string;
  readonly header?: readonly string[];
  readonly bind?: readonly string[];
  readonly requireSignedResponse?: boolean;
  readonly lifetime?: number;
  readonly allowInsecure?: boolean;
  readonly json?: boolean;
}

type Line = [name: string, value: string];

export function addSign(program: Command, cli: Cli): void {
  withJson(
    program
      .command("sign")
      .description("make the header lines with which a workload proves who it is, for one request")
      .requiredOption("--wit <file>", "the Workload Identity Token, - for standard input")
      .requiredOption("--key <file>", "the private JWK that it binds")
      .requiredOption("--url <url>", "where the request goes")
      .option("--method <name>", "its method (default: GET, and POST where there is content)")
      .option("--body <file>", "its content, byte for byte, - for standard input")
      .option("--content-type <type>", "the media type of the content")
      .option("--header <line>", 'another "Name: value" header line of the request; may be repeated', several)
      .option("--txn-token <token>", "a Txn-Token to send along and cover")
      .option("--bind <line>", 'another "Name: token" header line to send along and cover; may be repeated', several)
      .option(
        "--proof <kind>",
        "http-signature, or wpt, which covers neither method, query nor content",
        oneOf(PROOF_KINDS),
        "http-signature",
      )
      .option("--revision <format>", "for an older peer: http-signature-06, or wpt-01", oneOf(OLDER_FORMATS))
      .option("--require-signed-response", "demand that the response is signed; takes a signature")
      .option("--audience <uri>", "who is meant to receive it (default: the URL without query)")
      .option("--lifetime <seconds>", "seconds until the proof expires (default: 60)", seconds)
      .option("--allow-insecure", "sign for plain http to other hosts than loopback too")
      .addHelpText(
        "after",
        `
The lines are good for one request, within their lifetime:
  $ wimse sign --wit agent.wit --key agent.jwk --url https://svc.example.com/orders \\
      --body order.json --content-type application/json \\
      | curl -H @- --data-binary @order.json https://svc.example.com/orders`,
      ),
  ).action((options: SignOptions) => sign(options, cli));
}

async function sign(options: SignOptions, { io }: Cli): Promise<void> {
  const { proof, revision, requireSignedResponse = false, audience, lifetime, allowInsecure = false } = options;
  const credential = await createCredential(
    await readText(options.wit, "--wit", io),
    (await readJson(options.key, "--key", io)) as JWK,
  );
  const bound = (options.bind ?? []).map((line) => readLine(line, "--bind"));
  const given = [...givenLines(options), ...bound];
  const { request } = await signRequest(requestTo(options, given, await contentOf(options, io)), credential, {
    proof,
    requireSignedResponse,
    allowInsecure,
    boundTokens: bound.map(([name]) => name),
    runtime: io.runtime,
    maxBodyBytes: Number.MAX_SAFE_INTEGER, // whoever calls chose the file; the recipient has a limit of its own
    ...(revision !== undefined && { revision }),
    ...(audience !== undefined && { audience }),
    ...(lifetime !== undefined && { lifetime }),
  });
  const headers = linesOf(request.headers, given);
  if (options.json) await writeJson(io, { headers });
  else
    await writeLines(
      io,
      headers.map(([name, value]) => `${name}: ${value}`),
    );
}

/** The lines that the request has before it is signed, but for those that are bound by name. */
function givenLines({ txnToken, contentType, header = [] }: SignOptions): Line[] {
  return [
    ...(txnToken === undefined ? [] : [["Txn-Token", txnToken] as Line]),
    ...(contentType === undefined ? [] : [["Content-Type", contentType] as Line]),
    ...header.map((line) => readLine(line, "--header")),
  ];
}

function readLine(line: string, where: string): Line {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0));
  if (!isToken(name)) throw configurationInvalid(`${where}: a header line "Name: value"`);
  return [name, trimOws(line.slice(colon + 1))];
}

async function contentOf({ body, wit, key }: SignOptions, io: CommandIo): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (body === undefined) return undefined;
  // It can be read once. What is left for the second is nothing, and nothing would be signed.
  if (body === "-" && (wit === "-" || key === "-")) {
    throw configurationInvalid("--body: standard input is something else already");
  }
  return new Uint8Array(await readBytes(body, "--body", io));
}

function requestTo({ url, method }: SignOptions, headers: Line[], body: Uint8Array<ArrayBuffer> | undefined): Request {
  if (!URL.canParse(url)) throw configurationInvalid("--url: not a URL");
  const chosen = method ?? (body === undefined ? "GET" : "POST");
  try {
    return new Request(url, { method: chosen, headers, ...(body !== undefined && { body }) });
  } catch {
    // the platform quotes them
    throw configurationInvalid("No request can be made of this URL, method, content and header lines");
  }
}

/** What signing may add, under the names that the specifications write. */
const BEFORE = ["Workload-Identity-Token", "Authorization", "Workload-Proof-Token"];
const AFTER = ["Content-Digest", "Signature-Input", "Signature"];

/** Every header line of the signed request, each field once: fetch has joined the lines of one name. */
function linesOf(headers: Headers, given: readonly Line[]): Line[] {
  const names = new Map<string, string>();
  for (const name of [...BEFORE, ...given.map(([name]) => name), ...AFTER]) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()].flatMap((name): Line[] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
}
