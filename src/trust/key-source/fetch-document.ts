import { configurationInvalid } from "../../base/errors.js";
import { isLoopback } from "../../base/loopback.js";
import { dropRejection } from "../../base/runtime.js";
import { LoadFailure } from "./load-failure.js";

/** What may be fetched, and how. */
export interface FetchDocumentOptions {
  readonly fetch: typeof fetch;
  /** Most bytes of content, counted as they arrive, after any content coding was undone. */
  readonly maxBytes: number;
  /** The field `Accept`. */
  readonly accept: string;
  /** Where a redirect may lead. Every target has to satisfy {@link documentUrl}. */
  readonly redirects: "same-origin" | "any-origin";
  /** Allows plain http to this machine itself. */
  readonly allowInsecureLoopback: boolean;
  /** Entity tag of the document at hand: the answer may then be that it is current. */
  readonly etag?: string | undefined;
  /** Ends everything. The caller sees to it that it does so in time, and does not wait longer itself. */
  readonly signal: AbortSignal;
}

/** A document as it was fetched; without `bytes` the one at hand is current. */
export interface FetchedDocument {
  readonly bytes?: Uint8Array;
  readonly headers: Headers;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 3;

/**
 * The URL of a document with keys, checked: https, or http to loopback where that is allowed; without userinfo.
 * No error quotes it, since its query may be a secret.
 *
 * @throws TypeError `configuration_invalid`
 */
export function documentUrl(
  url: string | URL,
  where: string,
  options: { readonly allowInsecureLoopback: boolean },
): URL {
  if (!(typeof url === "string" || url instanceof URL) || !URL.canParse(url)) {
    throw configurationInvalid(`${where}: an absolute URL`);
  }
  const parsed = new URL(url);
  parsed.hash = "";
  const fault = urlFault(parsed, options.allowInsecureLoopback);
  if (fault !== undefined) throw configurationInvalid(`${where}: ${fault}`);
  return parsed;
}

function urlFault(url: URL, allowInsecureLoopback: boolean): string | undefined {
  if (url.protocol === "http:" && isLoopback(url.hostname)) {
    if (!allowInsecureLoopback) return "http to loopback only with allowInsecureLoopback";
  } else if (url.protocol !== "https:") {
    return "https is required";
  }
  return url.username === "" && url.password === "" ? undefined : "it must not hold a user name or password";
}

/**
 * Fetches a document, following redirects as far as they are allowed. Nothing is believed of what the server says about
 * length, type or encoding.
 *
 * @throws LoadFailure `unreachable`, `redirect_refused`, `status_<n>`, `too_large`
 */
export async function fetchDocument(url: URL, options: FetchDocumentOptions): Promise<FetchedDocument> {
  let target = url;
  for (let redirects = 0; ; redirects++) {
    const response = await send(target, options);
    try {
      if (!REDIRECTS.has(response.status)) return await readResponse(response, options);
      if (redirects === MOST_REDIRECTS) throw new LoadFailure("redirect_refused");
      target = redirectTarget(response, target, options);
      discard(response);
    } catch (error) {
      discard(response);
      throw error instanceof LoadFailure ? error : new LoadFailure("unreachable");
    }
  }
}

async function send(url: URL, { fetch, accept, etag, signal }: FetchDocumentOptions): Promise<Response> {
  try {
    // A cache on the way is to ask the origin: who looks for a new key is not helped by yesterday's set.
    const headers = {
      Accept: accept,
      "Cache-Control": "no-cache",
      ...(etag !== undefined && { "If-None-Match": etag }),
    };
    // Some runtimes refuse further members, such as `cache` and `credentials`.
    const response = await fetch(url.href, { method: "GET", headers, redirect: "manual", signal });
    // Whoever hid a redirect from us, a browser or a fetch that follows all the same, has not shown where it leads.
    if (!response.redirected && response.type !== "opaqueredirect") return response;
    discard(response);
  } catch {
    throw new LoadFailure("unreachable"); // the platform's error may tell of the URL
  }
  throw new LoadFailure("redirect_refused");
}

function redirectTarget(response: Response, from: URL, options: FetchDocumentOptions): URL {
  const location = response.headers.get("location") ?? "";
  if (location === "" || !URL.canParse(location, from.href)) throw new LoadFailure("redirect_refused");
  const target = new URL(location, from.href);
  target.hash = "";
  const allowed = options.redirects === "any-origin" || target.origin === from.origin;
  // Only who is on this machine may lead to what is on it without TLS.
  const allowInsecureLoopback = options.allowInsecureLoopback && from.protocol === "http:";
  if (!allowed || urlFault(target, allowInsecureLoopback) !== undefined) {
    throw new LoadFailure("redirect_refused");
  }
  return target;
}

async function readResponse(response: Response, options: FetchDocumentOptions): Promise<FetchedDocument> {
  const { status, headers } = response;
  if (status === 304 && options.etag !== undefined) {
    discard(response);
    return { headers };
  }
  if (status !== 200) throw new LoadFailure(`status_${Number.isInteger(status) ? status : 0}`);
  return { bytes: await readBytes(response.body, options), headers };
}

async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, signal }: FetchDocumentOptions,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const cancel = (): void => dropRejection(reader.cancel());
  signal.addEventListener("abort", cancel, { once: true });
  try {
    let bytes = new Uint8Array(Math.min(maxBytes, 4096));
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) throw new LoadFailure("closed"); // then the stream has ended because of us
      if (done) return bytes.subarray(0, length);
      if (!(value instanceof Uint8Array)) throw new LoadFailure("unreachable"); // of a fetch of the caller's own
      if (length + value.length > maxBytes) throw new LoadFailure("too_large");
      // One buffer: pieces of a byte each would take up a hundred times as much if they were kept.
      if (length + value.length > bytes.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(2 * bytes.length, length + value.length)));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(value, length);
      length += value.length;
    }
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** Frees the connection of a response that nobody will read. */
function discard(response: Response): void {
  try {
    if (response.body?.locked === false) dropRejection(response.body.cancel());
  } catch {
    // A response of the caller's own fetch need not be a real one.
  }
}
