import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import type { WorkloadCredential } from "../credential/credential.js";
import { type CredentialSource, currentCredential } from "../credential/source.js";
import { withoutQueryAndFragment } from "../wpt/claims.js";
import { signWpt } from "../wpt/sign.js";
import { bindableFieldsOf } from "../wpt/verify.js";
import type { ProofKind } from "./policy.js";

/** Settings of {@link signRequest}. */
export interface SignRequestOptions {
  /** Default `"http-signature"`, which this release does not make yet: say `"wpt"`. */
  readonly proof?: ProofKind;
  /** Who is meant to receive it. Default: the target URI without query and fragment. */
  readonly audience?: string;
  /** Seconds until the proof expires. Default 60, at most 300. */
  readonly lifetime?: number;
  /** Names of header fields whose tokens the proof binds, besides `Txn-Token`, which it always binds. Default: none. */
  readonly boundTokens?: readonly string[];
  /** A WPT cannot ask for a signed response. Default false. */
  readonly requireSignedResponse?: boolean;
  /** Allows plain http to other hosts than loopback. Default false. */
  readonly allowInsecure?: boolean;
  /** For older peers; this release makes no older formats. */
  readonly revision?: "wpt-01" | "http-signature-06";
  readonly runtime?: Runtime;
}

/** The names of the options of {@link signRequest}, for what passes them on. */
export const SIGN_REQUEST_OPTIONS: readonly string[] = [
  "proof",
  "audience",
  "lifetime",
  "boundTokens",
  "requireSignedResponse",
  "allowInsecure",
  "revision",
  "runtime",
];

let seal: (request: Request) => SignedRequest;

/** A request that carries a WIT and a proof. Send it once; to try again, sign again. */
export class SignedRequest {
  readonly #request: Request;

  private constructor(token: symbol, request: Request) {
    checkSeal(token, new.target, SignedRequest);
    this.#request = request;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The request to send. It never follows a redirect: the proof is for this target only. */
  get request(): Request {
    return this.#request;
  }

  toString(): string {
    return `${this.#request.method} ${withoutQueryAndFragment(this.#request.url)}`;
  }

  static {
    closeSealedClass(SignedRequest);
    seal = (request) => new SignedRequest(SEAL, request);
  }
}

/**
 * Adds the workload's WIT and a fresh proof of possession to a request. The request's body is moved into the signed
 * one.
 *
 * @example
 * ```ts
 * import { signRequest } from "wimse";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const credential = await issuer.credential("wimse://example.com/agent");
 * const { request } = await signRequest(new Request("https://tools.example.com/search?q=1"), credential, {
 *   proof: "wpt",
 * });
 * console.log([...request.headers.keys()]); // [ 'authorization', 'workload-identity-token' ]
 * ```
 *
 * @throws WimseError `credential_expired`, `credential_unavailable`; `credential_insecure_target`: plain http
 * @throws TypeError `configuration_invalid`: also when the request has credentials already, which are not overwritten
 */
export async function signRequest(
  request: Request,
  credential: WorkloadCredential | CredentialSource,
  options: SignRequestOptions = {},
): Promise<SignedRequest> {
  refuseUnknownOptions(options, SIGN_REQUEST_OPTIONS, "signRequest");
  checkSignOptions(options);
  if (typeof request?.url !== "string" || !URL.canParse(request.url) || typeof request.headers?.get !== "function") {
    throw configurationInvalid("signRequest: a Request is required");
  }
  if (request.bodyUsed) throw configurationInvalid("signRequest: the request's body was consumed already");
  requireSecureTarget(new URL(request.url), options.allowInsecure === true);
  refuseOverwriting(request.headers);

  const { signal } = request;
  const runtime = runtimeOf(options);
  const current = await currentCredential(credential, runtime.now(), signal);
  const txnToken = request.headers.get("txn-token");
  const wpt = await signWpt(
    {
      audience: options.audience ?? withoutQueryAndFragment(request.url), // WPT-2.09
      otherTokens: boundTokensOf(request.headers, options.boundTokens),
      ...(txnToken !== null && { txnToken }),
    },
    current,
    { ...(options.lifetime !== undefined && { lifetime: options.lifetime }), runtime, signal },
  );
  // WPT-2.01, CREDS-5.1.1.01, WITSVID-5.04; never the WIT in Authorization, never without a proof: WITSVID-5.02,
  // WITSVID-5.03, WITSVID-7.1.01, WITSVID-7.1.02, WITSVID-7.1.04
  const headers = new Headers(request.headers);
  headers.set("Workload-Identity-Token", current.wit);
  headers.set("Authorization", `WPT ${wpt}`);
  return seal(requestWith(request, headers));
}

/** What has the members of a Request need not be one, and its body may be in other hands: the platform tells. */
function requestWith(request: Request, headers: Headers): Request {
  try {
    return new Request(request, { headers, redirect: request.redirect === "error" ? "error" : "manual" });
  } catch {
    throw configurationInvalid("signRequest: a Request is required, with a body that nobody reads");
  }
}

/** Refuses settings that this release cannot honour, before anything is signed. */
export function checkSignOptions({
  proof = "http-signature",
  revision,
  requireSignedResponse = false,
  allowInsecure = false,
  audience,
}: SignRequestOptions): void {
  if (proof === "http-signature") {
    throw configurationInvalid('proof: this release does not make HTTP message signatures; say proof: "wpt"');
  }
  if (proof !== "wpt") throw configurationInvalid("proof: an unknown kind of proof");
  if (revision !== undefined) throw configurationInvalid("revision: this release makes no older formats");
  if (requireSignedResponse !== false) {
    throw configurationInvalid("requireSignedResponse: a WPT cannot ask for a signed response");
  }
  if (typeof allowInsecure !== "boolean") throw configurationInvalid("allowInsecure: a boolean");
  if (audience !== undefined && typeof audience !== "string") throw configurationInvalid("audience: a string");
}

function requireSecureTarget({ protocol, hostname }: URL, allowInsecure: boolean): void {
  if (protocol === "https:") return;
  // WPT-3.1.1.01, CREDS-9.6.01, WITSVID-7.3.01
  if (protocol !== "http:" || !(allowInsecure || isLoopback(hostname))) {
    throw new WimseError("credential_insecure_target", "The target is not reached over TLS", "WPT-3.1.1.01");
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function refuseOverwriting(headers: Headers): void {
  // WPT-2.2.01, WPT-2.2.02
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const scheme = /^(Basic|Bearer|DPoP|WPT)\b/i.exec(authorization)?.[0] ?? "another scheme";
    throw configurationInvalid(`signRequest: the request has an Authorization field already (${scheme})`);
  }
  if (headers.has("workload-identity-token")) {
    throw configurationInvalid("signRequest: the request has a Workload-Identity-Token field already");
  }
}

function boundTokensOf(headers: Headers, names: readonly string[] = []): Record<string, string> {
  const tokens = bindableFieldsOf(names, "boundTokens").map((name): [string, string] => {
    const value = headers.get(name);
    if (value === null) throw configurationInvalid("boundTokens: the request has no such field"); // WPT-2.17
    return [name, value];
  });
  return Object.fromEntries(tokens); // a field may be called __proto__
}
