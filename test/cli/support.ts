import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Runtime } from "../../src/base/runtime.js";
import type { CommandIo } from "../../src/cli/io.js";
import { run } from "../../src/cli/run.js";
import { createCredential } from "../../src/credential/credential.js";
import { createSigner } from "../../src/crypto/signer.js";
import type { SignRequestOptions } from "../../src/exchange/sign-options.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { issueWit } from "../../src/wit/issue.js";
import { signWpt } from "../../src/wpt/sign.js";

export const NOW = 1_790_000_000;
export const SUBJECT = "wimse://example.com/agent";

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly stdin?: string | Iterable<Uint8Array>;
  readonly terminal?: boolean;
  readonly env?: Record<string, string>;
  readonly vectors?: string;
  readonly runtime?: Runtime;
  readonly untilStopped?: () => Promise<void>;
  /** Sees what is written to standard output, while the command goes on. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a command line in a world of its own. */
export async function wimse(argv: readonly string[], world: World = {}): Promise<Ended> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const {
    stdin = "",
    terminal = false,
    env = {},
    vectors = "",
    runtime = fixedRuntime(NOW),
    untilStopped = async () => {},
  } = world;
  const chunks = typeof stdin === "string" ? [Buffer.from(stdin)] : stdin;
  const io: CommandIo = {
    stdin: (async function* () {
      yield* chunks;
    })(),
    stdout: {
      isTTY: terminal,
      write: async (text) => {
        stdout.push(text);
        world.onOutput?.(text);
      },
    },
    stderr: { isTTY: terminal, write: async (text) => void stderr.push(text) },
    env,
    vectors,
    runtime,
    untilStopped,
  };
  const status = await run(argv, io);
  return { status, stdout: stdout.join(""), stderr: stderr.join("") };
}

/** A folder that lasts as long as the test file. */
export function temporaryFolder(): { path(name: string): string; write(name: string, content: unknown): string } {
  const folder = mkdtempSync(join(tmpdir(), "wimse-cli-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write(name, content) {
      const text = typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content);
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

/** Private keys that are for these tests and nothing else. */
export const ISSUER_KEY = {
  kty: "OKP",
  crv: "Ed25519",
  alg: "Ed25519",
  kid: "k1",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
};
export const AGENT_KEY = {
  kty: "OKP",
  crv: "Ed25519",
  alg: "Ed25519",
  x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
  d: "TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs",
};

export function publicHalf<T extends { d: string }>({ d: _d, ...jwk }: T): Omit<T, "d"> {
  return jwk;
}

export const TRUST = { "wimse://example.com": { keys: [publicHalf(ISSUER_KEY)] } };

export async function newWit(
  claims: Record<string, unknown> = {},
  runtime: Runtime = fixedRuntime(NOW),
): Promise<string> {
  const signer = await createSigner(ISSUER_KEY);
  return issueWit({ sub: SUBJECT, cnf: publicHalf(AGENT_KEY), claims }, { signer, kid: "k1", runtime });
}

export interface RawSettings {
  readonly txnToken?: string;
  readonly otherTokens?: Record<string, string>;
  readonly audience?: string;
}

/** A raw request that is accepted with the trust above for `https://svc.example.com`. */
export async function newRawRequest(settings: RawSettings = {}): Promise<string> {
  const { txnToken, otherTokens = {}, audience = "https://svc.example.com/orders/42" } = settings;
  const wit = await newWit();
  const wpt = await signWpt(
    { audience, otherTokens, ...(txnToken !== undefined && { txnToken }) },
    await createCredential(wit, AGENT_KEY),
    { runtime: fixedRuntime(NOW) },
  );
  const lines = [
    "GET /orders/42?x=1 HTTP/1.1",
    "Host: svc.example.com",
    `Workload-Identity-Token: ${wit}`,
    `Authorization: WPT ${wpt}`,
    ...(txnToken === undefined ? [] : [`Txn-Token: ${txnToken}`]),
    ...Object.entries(otherTokens).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

export interface SignedSettings extends SignRequestOptions {
  readonly content?: string;
  readonly headers?: Record<string, string>;
}

/** The same with a signature, as `POST` where there is content. */
export async function newSignedRequest({ content, headers = {}, ...options }: SignedSettings = {}): Promise<string> {
  const method = content === undefined ? "GET" : "POST";
  const body = content === undefined ? {} : { body: Buffer.from(content) };
  const unsigned = new Request("https://svc.example.com/orders/42?x=1", { method, headers, ...body });
  const credential = await createCredential(await newWit(), AGENT_KEY);
  const { request } = await signRequest(unsigned, credential, { runtime: fixedRuntime(NOW), ...options });
  const lines = [
    `${method} /orders/42?x=1 HTTP/1.1`,
    "Host: svc.example.com",
    ...[...request.headers].map(([name, value]) => `${name}: ${value}`),
    ...(content === undefined ? [] : [`Content-Length: ${Buffer.byteLength(content)}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${content ?? ""}`;
}
