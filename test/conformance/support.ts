import { createTarget, type Target } from "../../src/conformance.js";
import { createCredential } from "../../src/credential/credential.js";
import { createSigner, type Signer } from "../../src/crypto/signer.js";
import type { SignRequestOptions } from "../../src/exchange/sign-options.js";
import { signRequest } from "../../src/exchange/sign-request.js";
import { fixedRuntime } from "../../src/testing/fixed-runtime.js";
import { issueWit } from "../../src/wit/issue.js";
import { signWpt } from "../../src/wpt/sign.js";

export const NOW = 1_790_000_000;
export const SUBJECT = "wimse://example.com/agent";
export const AUDIENCE = "https://svc.example.com/orders/42";

/** Private keys that are for these tests and nothing else. */
export const ISSUER_KEY = {
  kty: "OKP",
  crv: "Ed25519",
  alg: "Ed25519",
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

export function publicHalf({ d: _d, ...jwk }: typeof ISSUER_KEY): Record<string, string> {
  return jwk;
}

export const TRUST = { "wimse://example.com": { keys: [{ ...publicHalf(ISSUER_KEY), kid: "k1" }] } };
export const POLICY = { audience: [AUDIENCE], proofs: ["wpt", "http-signature"], replay: "memory", allow: null };
export const CONTEXT = { now: NOW, trust: TRUST, policy: POLICY };

export type Reply = Record<string, unknown> & {
  readonly id?: unknown;
  readonly result?: string;
  readonly code?: string;
  readonly message?: string;
  readonly output?: Record<string, unknown>;
};

/** Asks a target, and insists that the answer is one line of JSON. */
export async function ask(target: Target, message: unknown): Promise<Reply> {
  const line = await target.answer(typeof message === "string" ? message : JSON.stringify(message));
  if (line.includes("\n")) throw new Error("an answer is one line");
  return JSON.parse(line) as Reply;
}

/** One operation, put to a target of its own. */
export function perform(op: string, context: unknown, input: unknown): Promise<Reply> {
  return ask(createTarget(), { id: 1, op, context, input });
}

export function issuer(): Promise<Signer> {
  return createSigner(ISSUER_KEY);
}

export interface RequestSettings {
  readonly subject?: string;
  readonly claims?: Record<string, unknown>;
  readonly lifetime?: number;
  readonly proofLifetime?: number;
  readonly txnToken?: string;
  readonly otherTokens?: Record<string, string>;
  readonly headers?: readonly (readonly [string, string])[];
  readonly random?: Uint8Array;
}

export interface RequestInput {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly [name: string]: unknown;
}

export async function newWit(settings: RequestSettings = {}): Promise<string> {
  return issueWit(
    { sub: settings.subject ?? SUBJECT, cnf: publicHalf(AGENT_KEY), claims: settings.claims ?? {} },
    { signer: await issuer(), kid: "k1", lifetime: settings.lifetime ?? 3600, runtime: fixedRuntime(NOW) },
  );
}

/** A request that the context above accepts. */
export async function newRequest(settings: RequestSettings = {}): Promise<RequestInput> {
  const wit = await newWit(settings);
  const { txnToken, otherTokens = {} } = settings;
  const wpt = await signWpt(
    { audience: AUDIENCE, otherTokens, ...(txnToken !== undefined && { txnToken }) },
    await createCredential(wit, AGENT_KEY),
    { lifetime: settings.proofLifetime ?? 60, runtime: fixedRuntime(NOW, settings.random) },
  );
  return {
    method: "GET",
    scheme: "https",
    target: "/orders/42?x=1",
    headers: [
      ["Host", "svc.example.com"],
      ["Workload-Identity-Token", wit],
      ["Authorization", `WPT ${wpt}`],
      ...(txnToken === undefined ? [] : [["Txn-Token", txnToken] as const]),
      ...Object.entries(otherTokens),
      ...(settings.headers ?? []),
    ],
  };
}

export interface SignedSettings extends SignRequestOptions {
  readonly method?: string;
  readonly content?: string;
  /** Lines that are there before it is signed. */
  readonly headers?: readonly (readonly [string, string])[];
}

/** A request with a signature that the context above accepts: a POST, unless the settings say otherwise. */
export async function newSignedRequest(settings: SignedSettings = {}): Promise<RequestInput> {
  const { method = "POST", content, headers = [], ...options } = settings;
  const unsigned = new Request(`${AUDIENCE}?x=1`, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(content !== undefined && { body: Buffer.from(content) }),
  });
  const credential = await createCredential(await newWit(), AGENT_KEY);
  const { request } = await signRequest(unsigned, credential, { runtime: fixedRuntime(NOW), ...options });
  return {
    method,
    scheme: "https",
    target: "/orders/42?x=1",
    headers: [["Host", "svc.example.com"], ...request.headers],
    ...(content !== undefined && { body: base64Of(content) }),
  };
}

export function base64Of(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A context whose policy has other members. */
export function withPolicy(policy: Record<string, unknown>): Record<string, unknown> {
  return { ...CONTEXT, policy: { ...POLICY, ...policy } };
}
