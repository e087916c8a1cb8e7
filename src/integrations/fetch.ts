import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { dropRejection } from "../base/runtime.js";
import type { WorkloadCredential } from "../credential/credential.js";
import type { CredentialSource } from "../credential/source.js";
import { checkResponsePolicy, type ResponsePolicy } from "../exchange/response-policy.js";
import type { SignRequestOptions } from "../exchange/sign-options.js";
import { checkSignOptions, SIGN_REQUEST_OPTIONS, signRequest } from "../exchange/sign-request.js";
import { verifyResponse } from "../exchange/verify-response.js";
import type { TrustStore } from "../trust/store.js";

/** Settings of {@link createSigningFetch}. */
export interface SigningFetchOptions extends SignRequestOptions {
  /**
   * The web origins that may receive the workload's credential, such as `"https://tools.example.com"`. Required;
   * `"any"` sends it wherever the caller's code, or whoever chooses its URLs, wants it to go.
   */
  readonly origins: readonly string[] | "any";
  /**
   * The trust domains and their keys with which signed responses are verified. Default: none, and then no signature of a
   * response is looked at. Required, with `expect`, by `requireSignedResponse`.
   */
  readonly trust?: TrustStore;
  /** Who must have answered. Goes with `trust`. */
  readonly expect?: ResponsePolicy["expect"];
  /** What sends the requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * A `fetch` that proves who is calling. Every request gets a fresh proof; a redirect is handed to the caller instead of
 * followed, since the proof is for the target that was asked for.
 *
 * @example
 * ```ts
 * import { createSigningFetch } from "wimse/fetch";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const credential = await issuer.credential("wimse://example.com/agent");
 * const signingFetch = createSigningFetch(credential, {
 *   origins: ["https://tools.example.com"],
 *   fetch: async () => new Response("42"), // leave this out to send for real
 * });
 * const response = await signingFetch("https://tools.example.com/answer");
 * console.log(await response.text()); // 42
 * ```
 *
 * With `trust` and `expect`, a signed response is verified before it is returned, and its content is what was verified. Such
 * requests ask for `Accept-Encoding: identity`, since fetch undoes a content coding before anybody can compare the digest.
 *
 * The returned function throws what `signRequest` and `verifyResponse` throw, and WimseError `credential_origin_refused`
 * for a target outside `origins`, to which nothing is sent.
 *
 * @throws TypeError `configuration_invalid`
 */
export function createSigningFetch(
  credential: WorkloadCredential | CredentialSource,
  options: SigningFetchOptions,
): typeof fetch {
  refuseUnknownOptions(options, [...SIGN_REQUEST_OPTIONS, "origins", "trust", "expect", "fetch"], "createSigningFetch");
  const { origins, trust, expect, fetch: send = globalThis.fetch, ...signing } = options;
  if (typeof send !== "function") throw configurationInvalid("fetch: a function");
  const allowed = originsOf(origins);
  checkSignOptions(signing);
  const policy = responsePolicyOf(options);
  return async (input, init) => {
    const request = requestOf(input, init);
    if (allowed !== "any" && !allowed.has(new URL(request.url).origin)) {
      throw new WimseError("credential_origin_refused", "The target is not one of the origins that may be called");
    }
    if (policy !== undefined && !request.headers.has("accept-encoding")) {
      request.headers.set("Accept-Encoding", "identity");
    }
    const signed = await signRequest(request, credential, signing);
    const response = await send(signed.request);
    if (policy === undefined) return response;
    try {
      return (await verifyResponse(response, signed, policy)).response;
    } catch (error) {
      giveUp(response);
      throw error;
    }
  };
}

/** Ends the content that nobody will read, whatever it is that somebody's own fetch returned. */
function giveUp(response: Partial<Response> | undefined): void {
  dropRejection(response?.body?.cancel?.());
}

/** How responses are judged; `undefined` when their signatures are not looked at. */
function responsePolicyOf(options: SigningFetchOptions): ResponsePolicy | undefined {
  const { trust, expect, runtime, maxBodyBytes, requireSignedResponse } = options;
  if (trust === undefined && expect === undefined) {
    if (requireSignedResponse)
      throw configurationInvalid("requireSignedResponse: trust and expect are required with it");
    return undefined;
  }
  const policy = {
    trust: trust as TrustStore,
    expect: expect as ResponsePolicy["expect"],
    replay: "unchecked" as const, // every request has a nonce of its own, and gets one response
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
    ...(runtime !== undefined && { runtime }),
  };
  checkResponsePolicy(policy);
  return policy;
}

/** The platform's own errors quote the URL and the header that they refuse. */
function requestOf(...args: Parameters<typeof fetch>): Request {
  try {
    return new Request(...args);
  } catch {
    throw configurationInvalid("fetch: no request can be made of these arguments");
  }
}

function originsOf(origins: readonly string[] | "any"): ReadonlySet<string> | "any" {
  if (origins === "any") return origins;
  if (!Array.isArray(origins)) throw configurationInvalid('origins: an array of web origins, or "any", is required');
  for (const origin of origins) {
    if (typeof origin !== "string" || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw configurationInvalid("origins: a web origin is scheme, host and, unless it is the default, port");
    }
  }
  return new Set(origins);
}
