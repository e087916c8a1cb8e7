import { configurationInvalid } from "../base/errors.js";
import { runtimeOf } from "../base/runtime.js";
import type { WorkloadCredential } from "../credential/credential.js";
import { bindableFieldsOf } from "../wpt/bound-tokens.js";
import { withoutQueryAndFragment } from "../wpt/claims.js";
import { signOlderWpt, signWpt } from "../wpt/sign.js";
import type { SignRequestOptions } from "./sign-options.js";
import { type SignedRequest, sealSignedRequest } from "./signed-request.js";

/** The request with a WIT and a WPT. */
export async function withWpt(
  request: Request,
  credential: WorkloadCredential,
  options: SignRequestOptions,
): Promise<SignedRequest> {
  const { signal } = request;
  const txnToken = request.headers.get("txn-token");
  const content = {
    audience: options.audience ?? withoutQueryAndFragment(request.url), // WPT-2.09
    otherTokens: boundTokensOf(request.headers, options.boundTokens),
    ...(txnToken !== null && { txnToken }),
  };
  const settings = {
    ...(options.lifetime !== undefined && { lifetime: options.lifetime }),
    runtime: runtimeOf(options),
    signal,
  };
  // WPT-2.01, CREDS-5.1.1.01, WITSVID-5.04; never the WIT in Authorization, never without a proof: WITSVID-5.02,
  // WITSVID-5.03, WITSVID-7.1.01, WITSVID-7.1.02, WITSVID-7.1.04
  const headers = new Headers(request.headers);
  headers.set("Workload-Identity-Token", credential.wit);
  if (options.revision === undefined) {
    headers.set("Authorization", `WPT ${await signWpt(content, credential, settings)}`);
  } else {
    const authorization = request.headers.get("authorization") ?? undefined;
    headers.set("Workload-Proof-Token", await signOlderWpt(content, authorization, credential, settings));
  }
  const signed = requestWith(request, { headers });
  const { url, method } = signed;
  return sealSignedRequest(signed, { url, method, responseSignatureRequired: false, asked: undefined });
}

/** What has the members of a Request need not be one, and its body may be in other hands: the platform tells. */
export function requestWith(request: Request, changes: RequestInit): Request {
  try {
    return new Request(request, { ...changes, redirect: request.redirect === "error" ? "error" : "manual" });
  } catch {
    throw configurationInvalid("signRequest: a Request is required, with a body that nobody reads");
  }
}

function boundTokensOf(headers: Headers, names: readonly string[] = []): Record<string, string> {
  const tokens = boundFields(headers, names).map((name): [string, string] => [name, headers.get(name) ?? ""]);
  return Object.fromEntries(tokens); // a field may be called __proto__
}

/** The fields that the caller wants bound, in lower case; each has to be there. */
export function boundFields(headers: Headers, names: readonly string[] = []): readonly string[] {
  const fields = bindableFieldsOf(names, "boundTokens");
  // WPT-2.17
  if (!fields.every((name) => headers.has(name))) {
    throw configurationInvalid("boundTokens: the request has no such field");
  }
  return fields;
}
