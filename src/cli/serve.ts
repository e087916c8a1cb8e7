import type { Command } from "commander";
import type { JSONWebKeySet } from "jose";
import { encodeBase64url } from "../base/base64url.js";
import { configurationInvalid, isConfigurationError } from "../base/errors.js";
import { isLoopback } from "../base/loopback.js";
import { printable } from "../base/text.js";
import type { BootstrapCheck } from "../issuer/bootstrap.js";
import type { EnrolmentEvent } from "../issuer/enrolment-audit.js";
import { createEnrolmentToken, type EnrolmentTokenRecord, enrolmentTokens } from "../issuer/enrolment-tokens.js";
import { createIdentityServer } from "../issuer/identity-server.js";
import { createIssuer } from "../issuer/issuer.js";
import { jwtBootstrap } from "../issuer/jwt-bootstrap.js";
import type { WitProfile } from "../trust/trust-domain.js";
import { type Cli, type CommandIo, fileProblem, readJson, writeJson, writeLines } from "./io.js";
import { oneOf, portNumber, seconds, several, withJson } from "./options.js";
import { policyOf } from "./serve/allowed.js";
import { listen } from "./serve/listener.js";
import { openStateFolder, type StateFolder } from "./serve/state-folder.js";
import { styleFor } from "./style.js";
import { durationInWords } from "./times.js";

interface ServeOptions {
  readonly dir: string;
  readonly origin: string;
  readonly profile: WitProfile;
  readonly algorithm: string;
  readonly lifetime: number;
  readonly refresh: number;
  readonly rotateEvery?: number;
  readonly host: string;
  readonly port: number;
  readonly url?: string;
  readonly allowRemote?: boolean;
  readonly allow?: readonly string[];
  readonly newToken?: boolean;
  readonly tokenLifetime: number;
  readonly tokenUses: number;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly jwtKeys?: string;
  readonly allowJwt?: readonly string[];
  readonly json?: boolean;
}

export function addServe(program: Command, cli: Cli): void {
  withJson(
    program
      .command("serve")
      .description("an identity server: workloads enrol and renew with it, verifiers fetch its keys")
      .requiredOption("--dir <folder>", "where it keeps its keys; made when it is not there")
      .requiredOption("--origin <origin>", "the trust domain, such as wimse://example.com")
      .option(
        "--allow <identifier>",
        "what holders of an enrolment token may be; …/* for all below; repeatable",
        several,
      )
      .option("--profile <profile>", "wit, or wit-svid, with a SPIFFE bundle", oneOf(["wit", "wit-svid"]), "wit")
      .option("--algorithm <name>", "algorithm of new signing keys", "ES256")
      .option("--lifetime <seconds>", "seconds that a WIT lives", seconds, 3600)
      .option("--refresh <seconds>", "seconds for which verifiers may keep the keys", seconds, 300)
      .option("--rotate-every <seconds>", "make a new signing key that often (default: wimse rotate does)", seconds)
      .option("--host <address>", "address to listen on", "127.0.0.1")
      .option("--port <number>", "port to listen on; 0 takes a free one", portNumber, 8420)
      .option("--url <url>", "where clients reach it, when that is another place: the https URL of the TLS proxy")
      .option("--allow-remote", "listen on an address that is not loopback; takes --url")
      .option("--new-token", "make an enrolment token (default: at the first start only)")
      .option("--token-lifetime <seconds>", "seconds that it is good for", seconds, 3600)
      .option("--token-uses <number>", "enrolments that it is good for", seconds, 1)
      .option("--jwt-issuer <issuer>", "accept JWTs of this issuer; takes the next three")
      .option("--jwt-audience <audience>", "the audience that they must have")
      .option("--jwt-keys <file>", "the issuer's public JWK Set")
      .option("--allow-jwt <pair>", "subject=identifier: what the JWT's subject may be; repeatable", several)
      .addHelpText(
        "after",
        "\nExample:\n  $ wimse serve --dir id --origin wimse://example.com --allow 'wimse://example.com/dev/*'",
      ),
  ).action((options: ServeOptions) => serve(options, cli));
}

async function serve(options: ServeOptions, { io }: Cli): Promise<void> {
  const { origin, profile, algorithm, lifetime, refresh, rotateEvery, host, port, allow = [], allowJwt = [] } = options;
  const { runtime } = io;
  checkAddress(options);
  if (allow.length + allowJwt.length === 0) {
    throw configurationInvalid("--allow or --allow-jwt: who may be whom has no default");
  }
  const policy = policyOf({ tokens: allow, jwts: allowJwt });
  const jwts = await jwtChecks(options, io);
  const folder = await openStateFolder(options.dir, true, runtime);
  const issuer = await createIssuer({
    origin,
    profile,
    algorithm,
    maxLifetime: lifetime,
    refreshHint: refresh,
    store: folder.store,
    runtime,
    ...(rotateEvery !== undefined && { rotateEvery }),
  });
  try {
    await folder.saveNote({ publishAhead: issuer.publishAhead });
    const { records, made } = await tokensOf(options, folder, io);
    const tokens = enrolmentTokens(records, { save: (left) => folder.saveEnrolmentTokens(left), runtime });
    const urlAt = (actual: number): string =>
      options.url ?? `http://${host.includes(":") ? `[${host}]` : host}:${actual}`;
    const server = await listen({ host, port }, (actual) => {
      const url = urlAt(actual);
      const audit = auditTo(io, options.json === true);
      const bootstrap = [tokens, ...jwts];
      return { url, answer: createIdentityServer({ issuer, url, policy, bootstrap, audit, runtime }) };
    }).catch((error) => {
      throw isConfigurationError(error) ? error : configurationInvalid(`--port: ${listenProblem(error)}`);
    });
    try {
      await tell(io, options, urlAt(server.port), made);
      await io.untilStopped();
    } finally {
      await server.close();
    }
  } finally {
    await issuer.close();
  }
}

function listenProblem(error: unknown): string {
  return (error as { code?: unknown }).code === "EADDRINUSE" ? "it is in use" : fileProblem(error);
}

/** WITs and secrets go over this connection: where it leaves the machine, it takes TLS. */
function checkAddress({ host, allowRemote, url }: ServeOptions): void {
  if (isLoopback(host) || host === "::1") return;
  if (!allowRemote) throw configurationInvalid("--host: not loopback; --allow-remote says that TLS is put before it");
  if (!url?.startsWith("https://")) {
    throw configurationInvalid("--allow-remote takes --url: the https URL of the TLS proxy");
  }
}

async function jwtChecks(options: ServeOptions, io: CommandIo): Promise<BootstrapCheck[]> {
  const { jwtIssuer: issuer, jwtAudience: audience, jwtKeys, allowJwt } = options;
  if (issuer === undefined && audience === undefined && jwtKeys === undefined && allowJwt === undefined) return [];
  if (issuer === undefined || audience === undefined || jwtKeys === undefined || allowJwt === undefined) {
    throw configurationInvalid("--jwt-issuer, --jwt-audience, --jwt-keys and --allow-jwt go together");
  }
  const keys = (await readJson(jwtKeys, "--jwt-keys", io)) as unknown as JSONWebKeySet;
  return [jwtBootstrap({ issuer, audience, keys, runtime: io.runtime })];
}

/** Labels do not come back when tokens are over: the audit tells them apart for ever. */
const LABEL_BYTES = 6;

interface MadeToken {
  readonly token: string;
  readonly record: EnrolmentTokenRecord;
}

async function tokensOf(
  options: ServeOptions,
  folder: StateFolder,
  { runtime }: CommandIo,
): Promise<{ records: readonly EnrolmentTokenRecord[]; made: MadeToken | undefined }> {
  const saved = await folder.enrolmentTokens();
  const wanted = options.newToken ?? (saved === undefined && options.allow !== undefined);
  const kept = (saved ?? []).filter(({ expiresAt }) => runtime.now() < expiresAt);
  if (!wanted) return { records: kept, made: undefined };
  const { tokenLifetime, tokenUses } = options;
  const label = `token-${encodeBase64url(runtime.randomBytes(LABEL_BYTES))}`;
  const made = createEnrolmentToken({ label, lifetime: tokenLifetime, uses: tokenUses, runtime });
  const records = [...kept, made.record];
  await folder.saveEnrolmentTokens(records);
  return { records, made };
}

async function tell(
  io: CommandIo,
  { origin, profile, json, tokenLifetime }: ServeOptions,
  url: string,
  made: MadeToken | undefined,
): Promise<void> {
  const places = {
    enrol: `${url}/enrol`,
    renew: `${url}/renew`,
    jwks: `${url}/jwks.json`,
    ...(profile === "wit-svid" && { bundle: `${url}/bundle.json` }),
  };
  if (json) {
    const { label, expiresAt, uses } = made?.record ?? {};
    const enrolmentToken = made && { token: made.token, label, expiresAt, uses };
    return writeJson(io, { origin, url, ...places, ...(enrolmentToken && { enrolmentToken }) });
  }
  const style = styleFor(io.stdout, io);
  const lines = [
    style.strong(`identity server of ${origin} at ${url}`),
    ...Object.entries(places).map(([name, place]) => `  ${style.name(name.padEnd(6))} ${place}`),
  ];
  if (made !== undefined) {
    const uses = made.record.uses === 1 ? "one enrolment" : `${made.record.uses} enrolments`;
    lines.push(
      `enrolment token for ${uses} within ${durationInWords(tokenLifetime)}, shown this once:`,
      `  ${made.token}`,
    );
  }
  await writeLines(io, lines);
}

/** Each decision on a line of standard error: no token, no secret. */
function auditTo(io: CommandIo, json: boolean): (event: EnrolmentEvent) => void {
  return (event) => {
    const { operation, outcome, sub = "", caller, code = "" } = event;
    // the sub of a JWT is anything: it must not write lines of its own
    const words = [operation, outcome, code, sub, caller && `for ${caller.type} ${printable(caller.name)}`];
    const line = json ? JSON.stringify(event) : words.filter((word) => word).join(" ");
    void io.stderr.write(`${line}\n`);
  };
}
