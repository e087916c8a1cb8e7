import { configurationInvalid, refuseUnknownOptions, WimseError, type WimseErrorCode } from "../base/errors.js";
import { parseJsonBytes } from "../base/json.js";
import type { Awaitable, Runtime } from "../base/runtime.js";
import { createCredential, type WorkloadCredential } from "../credential/credential.js";
import type { ObtainOptions, RenewalOptions } from "../credential/renewal-options.js";
import { type RenewingSource, renewingSource } from "../credential/renewing-source.js";
import { createSigner, generateKey, type Signer, type SigningKey } from "../crypto/signer.js";
import { signRequest } from "../exchange/sign-request.js";
import { chunksOf, readChunks } from "../http/content.js";
import { parseWorkloadIdentifier } from "../identifier/parse.js";
import { signEnrolmentProof } from "./enrolment-proof.js";
import { baseUrlOf } from "./identity-server-options.js";

/** What vouches for the workload until it has its first credential, and again when it has none any more. */
export interface EnrolmentBootstrap {
  /** Of the server's bootstrap check: `enrolment-token`, `jwt`, or another one's. */
  readonly type: string;
  /** The secret, or what reads it anew each time: the mounted token of a service account, for instance. */
  readonly value: string | (() => Awaitable<string>);
}

/** Settings of {@link identityServerSource}. */
export interface IdentityServerSourceOptions extends Omit<RenewalOptions, "id"> {
  /** The identifier that is asked for. Required. */
  readonly sub: string;
  /** Required. */
  readonly bootstrap: EnrolmentBootstrap;
  /** The workload's key. Default: a new one for each credential, which cannot be extracted. */
  readonly key?: SigningKey;
  /** Algorithm of the keys that it makes. Default `ES256`. */
  readonly algorithm?: string;
  /** Seconds that one attempt may take. Default 30. */
  readonly timeout?: number;
  /** What sends the requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}

const OPTION_NAMES = ["sub", "bootstrap", "key", "algorithm", "timeout", "fetch", "onChange", "runtime"];
const MAX_ANSWER_BYTES = 64 * 1024;

/** What a server may say of itself that a client repeats. */
const TOLD: ReadonlySet<string> = new Set<WimseErrorCode>([
  "enrolment_malformed",
  "enrolment_key_invalid",
  "enrolment_signature_invalid",
  "enrolment_audience_mismatch",
  "enrolment_expired",
  "enrolment_replayed",
  "enrolment_subject_invalid",
  "enrolment_bootstrap_refused",
  "enrolment_denied",
  "enrolment_overloaded",
  "issuer_state_unavailable",
  "wit_expired",
  "wit_revoked",
]);

/**
 * A credential source that gets its WITs from an identity server: it enrols once, with what vouches for the workload, and
 * from then on renews with the credential that it has. Each credential has a key of its own. Where a renewal is refused,
 * or comes too late, it enrols anew.
 *
 * @example
 * ```ts
 * import { identityServerSource } from "wimse/credential";
 *
 * const source = identityServerSource("https://id.example.com", {
 *   sub: "wimse://example.com/builds/7",
 *   bootstrap: { type: "enrolment-token", value: "wimse_enrol_…" },
 * });
 * console.log(source.state().status); // idle: it asks when somebody needs the credential
 * await source.close();
 * ```
 *
 * The attempts of the source fail with the `enrolment_*` code that the server answers with; see `docs/identity-server.md`.
 *
 * @throws TypeError `configuration_invalid`: among others for a URL of plain http that is not loopback
 */
export function identityServerSource(url: string | URL, options: IdentityServerSourceOptions): RenewingSource {
  refuseUnknownOptions(options, OPTION_NAMES, "identityServerSource");
  const { sub, bootstrap, key, algorithm, fetch: send = globalThis.fetch, timeout, onChange, runtime } = options;
  const base = baseUrlOf(url);
  requireIdentifier(sub);
  requireBootstrap(bootstrap);
  if (typeof send !== "function") throw configurationInvalid("fetch: a function");
  const server: Server = { base, sub, bootstrap, send };

  async function obtain({ signal, runtime: clock, current }: ObtainOptions): Promise<WorkloadCredential> {
    const signer = key === undefined ? await generateKey(algorithm) : await createSigner(key, algorithm);
    if (current === undefined || clock.now() >= current.expiresAt) return enrol(server, signer, clock, signal);
    try {
      return await renew(server, current, signer, clock, signal);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      // the policy, or the server, is another one than it was; if nothing vouches any more, that was the reason
      return enrol(server, signer, clock, signal).catch((error) => {
        throw error instanceof Refusal ? refusal : error;
      });
    }
  }
  return renewingSource({
    obtain: async (given) => {
      try {
        return await obtain(given);
      } catch (error) {
        throw error instanceof Refusal ? error.told : error;
      }
    },
    id: sub,
    ...(timeout !== undefined && { timeout }),
    ...(onChange && { onChange }),
    ...(runtime && { runtime }),
  });
}

interface Server {
  readonly base: string;
  readonly sub: string;
  readonly bootstrap: EnrolmentBootstrap;
  readonly send: typeof fetch;
}

/** The server understood, and said no. */
class Refusal extends Error {
  constructor(readonly told: WimseError) {
    super(told.message);
  }
}

async function enrol(server: Server, key: Signer, runtime: Runtime, signal: AbortSignal): Promise<WorkloadCredential> {
  const { type, value } = server.bootstrap;
  const secret = typeof value === "string" ? value : await value();
  if (typeof secret !== "string" || secret === "") throw unavailable();
  const audience = `${server.base}/enrol`;
  const proof = await signEnrolmentProof({ audience, sub: server.sub, bootstrap: secret }, key, runtime);
  const request = requestTo(audience, { proof, bootstrap: { type, value: secret } }, signal);
  return credentialFrom(await sent(request, server.send), key);
}

/** WPTs do not cover content: the signature does, so that nobody on the way puts a proof of his own key in its place. */
async function renew(
  server: Server,
  current: WorkloadCredential,
  key: Signer,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<WorkloadCredential> {
  const audience = `${server.base}/renew`;
  const proof = await signEnrolmentProof({ audience, sub: server.sub, bootstrap: current.wit }, key, runtime);
  const { request } = await signRequest(requestTo(audience, { proof }, signal), current, { audience, runtime });
  return credentialFrom(await sent(request, server.send), key);
}

function requestTo(url: string, body: object, signal: AbortSignal): Request {
  const headers = { "Content-Type": "application/json" };
  return new Request(url, { method: "POST", headers, body: JSON.stringify(body), redirect: "error", signal });
}

/** The answer to a request, which is a success. */
async function sent(request: Request, send: typeof fetch): Promise<Uint8Array> {
  const response = await send(request);
  const content = response.body === null ? new Uint8Array() : await contentOf(response.body);
  if (response.status === 200 && !response.redirected) return content;
  if (response.status < 400 || response.status >= 500 || response.status === 429) throw toldBy(content);
  throw new Refusal(toldBy(content));
}

function contentOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return readChunks(chunksOf(body), MAX_ANSWER_BYTES);
}

/** The error that a problem document stands for; its words are not repeated. */
function toldBy(content: Uint8Array): WimseError {
  const { type } = parseJsonBytes(content) ?? {};
  const code = typeof type === "string" ? type.replace(/^urn:wimse:problem:/, "") : "";
  if (!TOLD.has(code)) return unavailable();
  return new WimseError(code as WimseErrorCode, `The identity server refused with ${code}`);
}

async function credentialFrom(content: Uint8Array, key: Signer): Promise<WorkloadCredential> {
  const { wit } = parseJsonBytes(content) ?? {};
  if (typeof wit !== "string") throw unavailable();
  return createCredential(wit, key);
}

function unavailable(): WimseError {
  return new WimseError("credential_unavailable", "The identity server gave no WIT");
}

function requireIdentifier(sub: string): void {
  try {
    parseWorkloadIdentifier(sub);
  } catch {
    throw configurationInvalid("sub: a Workload Identifier is required");
  }
}

function requireBootstrap(bootstrap: EnrolmentBootstrap): void {
  const { type, value } = bootstrap ?? {};
  const hasValue = typeof value === "function" || (typeof value === "string" && value !== "");
  if (typeof type !== "string" || type === "" || !hasValue) {
    throw configurationInvalid("bootstrap: a type and a value, or a function that reads it, are required");
  }
}
