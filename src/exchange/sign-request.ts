import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { isLoopback } from "../base/loopback.js";
import { runtimeOf } from "../base/runtime.js";
import type { WorkloadCredential } from "../credential/credential.js";
import { type CredentialSource, currentCredential } from "../credential/source.js";
import { signatureLifetimeOf } from "../httpsig/sign-profile.js";
import { maxBodyBytesOf } from "./policy.js";
import type { SignRequestOptions } from "./sign-options.js";
import type { SignedRequest } from "./signed-request.js";
import { withSignature } from "./with-signature.js";
import { withWpt } from "./with-wpt.js";

/** The names of the options of {@link signRequest}, for what passes them on. */
export const SIGN_REQUEST_OPTIONS: readonly string[] = [
  "proof",
  "audience",
  "lifetime",
  "boundTokens",
  "requireSignedResponse",
  "allowInsecure",
  "revision",
  "maxBodyBytes",
  "runtime",
];

/**
 * Adds the workload's WIT and a fresh proof of possession to a request. The content is read, and moved into the signed
 * request; with a signature it gets its `Content-Digest`.
 *
 * @example
 * ```ts
 * import { signRequest } from "wimse";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const credential = await issuer.credential("wimse://example.com/agent");
 * const order = new Request("https://tools.example.com/orders?draft=1", { method: "POST", body: "two cones" });
 * const { request } = await signRequest(order, credential);
 * console.log(request.headers.get("signature-input")); // wimse=("@method" "@path" "@query" "workload-identity-token" …
 * ```
 *
 * @throws WimseError `credential_expired`, `credential_unavailable`; `credential_insecure_target`: plain http;
 *   `body_too_large`: there is more content than `maxBodyBytes`, a stream without end for instance
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
  const { proof = "http-signature" } = options;
  requireSecureTarget(new URL(request.url), options.allowInsecure === true, proof);
  refuseOverwriting(request.headers, proof === "wpt" && options.revision === undefined);

  const current = await currentCredential(credential, runtimeOf(options).now(), request.signal);
  return proof === "wpt" ? withWpt(request, current, options) : withSignature(request, current, options);
}

const OLDER_FORMAT_OF = { wpt: "wpt-01", "http-signature": "http-signature-06" } as const;

/** Refuses settings that cannot be honoured, before anything is signed. */
export function checkSignOptions(options: SignRequestOptions): void {
  const { proof = "http-signature", revision, requireSignedResponse = false, allowInsecure = false } = options;
  const { audience, lifetime, maxBodyBytes } = options;
  if (proof !== "wpt" && proof !== "http-signature") throw configurationInvalid("proof: an unknown kind of proof");
  if (revision !== undefined && revision !== OLDER_FORMAT_OF[proof]) {
    throw configurationInvalid("revision: the older formats are wpt-01 of a WPT and http-signature-06 of a signature");
  }
  if (typeof requireSignedResponse !== "boolean") throw configurationInvalid("requireSignedResponse: a boolean");
  if (proof === "wpt" && requireSignedResponse) {
    throw configurationInvalid("requireSignedResponse: a WPT cannot ask for a signed response");
  }
  if (typeof allowInsecure !== "boolean") throw configurationInvalid("allowInsecure: a boolean");
  // HSIG-3.2.02
  if (audience !== undefined && (typeof audience !== "string" || audience === "")) {
    throw configurationInvalid("audience: a non-empty string");
  }
  signatureLifetimeOf(lifetime);
  maxBodyBytesOf(maxBodyBytes);
}

const TLS_REQUIREMENT_OF = { wpt: "WPT-3.1.1.01", "http-signature": "HSIG-5.1.02" } as const;

function requireSecureTarget(
  { protocol, hostname }: URL,
  allowInsecure: boolean,
  proof: keyof typeof TLS_REQUIREMENT_OF,
): void {
  if (protocol === "https:") return;
  // WPT-3.1.1.01, HSIG-5.1.02, CREDS-9.6.01, WITSVID-7.3.01
  if (protocol !== "http:" || !(allowInsecure || isLoopback(hostname))) {
    throw new WimseError("credential_insecure_target", "The target is not reached over TLS", TLS_REQUIREMENT_OF[proof]);
  }
}

function refuseOverwriting(headers: Headers, needsAuthorization: boolean): void {
  // WPT-2.2.01, WPT-2.2.02
  const authorization = needsAuthorization ? headers.get("authorization") : null;
  if (authorization !== null) {
    const scheme = /^(Basic|Bearer|DPoP|WPT)\b/i.exec(authorization)?.[0] ?? "another scheme";
    throw configurationInvalid(`signRequest: the request has an Authorization field already (${scheme})`);
  }
  for (const name of ["workload-identity-token", "workload-proof-token"]) {
    if (headers.has(name)) throw configurationInvalid(`signRequest: the request has a ${name} field already`);
  }
}
