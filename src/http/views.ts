import { configurationInvalid } from "../base/errors.js";
import { bodyTooLarge, chunksOf, readChunks } from "./content.js";
import type {
  ContentReader,
  HeaderLine,
  HttpMessage,
  HttpMessageView,
  HttpRequestView,
  HttpResponseView,
} from "./message.js";

/** The view of a fetch `Request`; a view is returned as it is. Fetch has joined repeated fields with ", " already. */
export function requestViewOf(request: Request | HttpRequestView): HttpRequestView {
  if (typeof request !== "object" || request === null)
    throw configurationInvalid("request: a Request or a view of one");
  if (!("url" in request)) return request;
  const { url, headers } = request;
  const scheme = typeof url === "string" ? /^https?(?=:\/\/)/.exec(url)?.[0] : undefined;
  // a framework's request has a `url` too: often a path, and headers that were joined already
  if (scheme === undefined || !URL.canParse(url) || typeof headers?.[Symbol.iterator] !== "function") {
    throw configurationInvalid("request: a fetch Request with an http or https URL, or a view of a request");
  }
  const { href } = new URL(url); // always has a path; a question mark alone stays
  const path = href.indexOf("/", scheme.length + 3);
  const fragment = href.indexOf("#", path);
  return {
    method: request.method,
    scheme: scheme as "http" | "https",
    target: href.slice(path, fragment === -1 ? undefined : fragment),
    authority: href.slice(scheme.length + 3, path),
    headers: [...headers],
    ...(request.body !== null && { body: contentReaderOf(request) }),
  };
}

/** Reads a copy of the content, so that whoever handles the request can read it too. */
function contentReaderOf(request: Request): ContentReader {
  return (limit, options) => {
    if (request.bodyUsed) throw configurationInvalid("request: its content was read already; verify the request first");
    const copy = request.clone();
    // runtimes without request streams have no `body` here, whether there is content or not
    return copy.body ? readChunks(chunksOf(copy.body), limit, options?.signal) : readWhole(copy, limit);
  };
}

async function readWhole(copy: Request, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await copy.arrayBuffer());
  if (bytes.length > limit) throw bodyTooLarge();
  return bytes;
}

/** Whether a message is a response. */
export function isResponse<T extends object, U extends { readonly status: number }>(message: T | U): message is U {
  return "status" in message;
}

/** The view of a message of fetch; a view is returned as it is. */
export function messageViewOf(message: HttpMessage): HttpMessageView {
  if (typeof message !== "object" || message === null || !isResponse(message)) {
    const view = requestViewOf(message);
    if (!Array.isArray(view.headers)) throw configurationInvalid("message: its headers are an array of lines");
    return view;
  }
  const { status, headers } = message;
  if (typeof headers?.[Symbol.iterator] !== "function") {
    throw configurationInvalid("message: a fetch Response, or a view of a message");
  }
  return Array.isArray(headers) ? (message as HttpResponseView) : { status, headers: [...headers] as HeaderLine[] };
}
