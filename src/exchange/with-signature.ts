import { configurationInvalid, WimseError } from "../base/errors.js";
import { runtimeOf } from "../base/runtime.js";
import type { WorkloadCredential } from "../credential/credential.js";
import { chunksOf, readChunks } from "../http/content.js";
import { checkContentDigest, contentDigest } from "../http/content-digest.js";
import type { HttpRequestView } from "../http/message.js";
import { requestViewOf } from "../http/views.js";
import { findProfileSignature, type ProfileRevision, requestCoverage } from "../httpsig/profile.js";
import { signProfile } from "../httpsig/sign-profile.js";
import { withoutQueryAndFragment } from "../wpt/claims.js";
import { maxBodyBytesOf } from "./policy.js";
import type { SignRequestOptions } from "./sign-options.js";
import { type SignedRequest, sealSignedRequest } from "./signed-request.js";
import { boundFields, requestWith } from "./with-wpt.js";

/** The request with a WIT and a signature of the WIMSE profile, over all of it that the profile covers. */
export async function withSignature(
  request: Request,
  credential: WorkloadCredential,
  options: SignRequestOptions,
): Promise<SignedRequest> {
  const { requireSignedResponse = false, lifetime } = options;
  const revision: ProfileRevision = options.revision === "http-signature-06" ? options.revision : "http-signature-07";
  refuseSigned(request);
  const content = await contentOf(request, maxBodyBytesOf(options.maxBodyBytes));
  const headers = new Headers(request.headers);
  headers.set("Workload-Identity-Token", credential.wit); // CREDS-5.1.1.01
  await setDigest(headers, content);

  const view = viewAsSent(request, headers);
  const bound = boundFields(headers, options.boundTokens);
  const required = requestCoverage(view.headers, revision);
  const covered = new Set(required.map(({ name }) => name));
  const extra = bound.filter((name) => !covered.has(name)).map((name) => ({ name, req: false }));
  const audience = options.audience ?? withoutQueryAndFragment(request.url); // HSIG-3.2.03
  const { signatureInput, signature, nonce } = await signProfile(
    {
      message: view,
      components: [...required, ...extra],
      // HSIG-3.27, HSIG-3.2.02; HSIG-3.28, HSIG-3.3.03
      parameters: [["wimse-aud", audience], ...(requireSignedResponse ? [["wimse-sign-response", true] as const] : [])],
    },
    credential,
    { lifetime, runtime: runtimeOf(options), signal: request.signal },
  );
  headers.append("Signature-Input", signatureInput);
  headers.append("Signature", signature);
  const signed = requestWith(request, { headers, ...(content !== undefined && { body: content }) });
  const { url, method } = signed;
  const asked = { view: viewAsSent(request, headers), nonce, revision };
  return sealSignedRequest(signed, { url, method, responseSignatureRequired: requireSignedResponse, asked });
}

/** A second signature of the profile would make the recipient refuse both (HSIG-3.34). */
function refuseSigned(request: Request): void {
  let found: unknown;
  try {
    found = findProfileSignature(requestViewOf(request));
  } catch {
    throw configurationInvalid("signRequest: the request has signature fields that cannot be read");
  }
  if (found !== undefined) throw configurationInvalid("signRequest: the request has a WIMSE signature already");
}

/** All of the content, whatever it was made of: fetch has turned it into bytes already. */
async function contentOf(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.body === null) return undefined;
  try {
    if (request.body !== undefined) return await readChunks(chunksOf(request.body), limit, request.signal);
    const bytes = new Uint8Array(await request.clone().arrayBuffer()); // a runtime without request streams
    if (bytes.length <= limit) return bytes.length === 0 ? undefined : bytes;
  } catch (error) {
    if (error instanceof WimseError) throw error;
    request.signal?.throwIfAborted();
    throw configurationInvalid("signRequest: the request's body cannot be read");
  }
  throw new WimseError("body_too_large", "The content is longer than the limit", "HSIG-3.19");
}

/** HSIG-3.19, HSIG-3.08: content goes with its digest. One of the caller's own has to be right. */
async function setDigest(headers: Headers, content: Uint8Array | undefined): Promise<void> {
  const own = headers.get("content-digest");
  if (own === null) {
    if (content !== undefined && content.length > 0) headers.set("Content-Digest", await contentDigest(content));
    return;
  }
  try {
    checkContentDigest(own, content ?? new Uint8Array());
  } catch {
    throw configurationInvalid("signRequest: the request's Content-Digest is not that of its content");
  }
}

/** The request as it goes over the wire: fetch leaves out a question mark that nothing follows. */
function viewAsSent(request: Request, headers: Headers): HttpRequestView {
  const { method, scheme, authority, target } = requestViewOf(request);
  return {
    method,
    ...(scheme !== undefined && { scheme }),
    ...(authority !== undefined && { authority }),
    target: target.indexOf("?") === target.length - 1 ? target.slice(0, -1) : target,
    headers: [...headers],
  };
}
