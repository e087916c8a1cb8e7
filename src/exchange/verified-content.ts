import { configurationInvalid, isConfigurationError, WimseError } from "../base/errors.js";
import { type Awaitable, isPending } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import { announcedLength, bodyTooLarge } from "../http/content.js";
import { checkContentDigest } from "../http/content-digest.js";
import { isField } from "../http/fields.js";
import { type ContentReader, type HeaderLine, requestMalformed, trimOws } from "../http/message.js";

/** A message whose signature was verified, `Content-Digest` included where it has that. */
export interface DigestedMessage {
  readonly headers: readonly HeaderLine[];
  readonly body?: Uint8Array | ContentReader;
}

/** How much is read, and how long it is waited for. */
export interface ContentLimits {
  readonly maxBodyBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The content of a message, compared with the `Content-Digest` that its signature covers; `undefined` when it has none.
 *
 * @throws WimseError `body_too_large`, `content_digest_missing`, `content_digest_malformed`,
 *   `content_digest_unsupported`, `content_digest_mismatch`; `request_malformed` when it did not arrive whole
 */
export function verifiedContent(
  { headers, body }: DigestedMessage,
  { maxBodyBytes, signal }: ContentLimits,
  trace?: Trace,
): Awaitable<Uint8Array | undefined> {
  const digest = digestField(headers);
  trace?.begin("content.size", `at most ${maxBodyBytes} bytes`);
  const announced = announcedLength(headers);
  if (typeof announced === "number" && announced > maxBodyBytes) throw bodyTooLarge();
  // HSIG-3.19: told before anything is read. A view without content says nothing about what was announced.
  const missing = digest === undefined && (body == null ? !!announced : typeof announced === "number" && announced > 0);
  if (missing) throw digestMissing();
  if (typeof body !== "function") return compared(body, digest, maxBodyBytes, trace);
  const read = contentRead(body, maxBodyBytes, signal);
  if (!isPending(read)) return compared(read, digest, maxBodyBytes, trace);
  return read.then((bytes) => compared(bytes, digest, maxBodyBytes, trace));
}

function contentRead(
  read: ContentReader,
  maxBodyBytes: number,
  signal: AbortSignal | undefined,
): Awaitable<Uint8Array> {
  try {
    const bytes = read(maxBodyBytes, signal && { signal });
    return isPending(bytes) ? bytes.then(requireBytes, refuseUnread) : requireBytes(bytes);
  } catch (error) {
    return refuseUnread(error);
  }
}

/** What is no bytes would have no length, and pass for no content. */
function requireBytes(body: unknown): Uint8Array {
  if (!(body instanceof Uint8Array)) throw configurationInvalid("body: a Uint8Array, or a function that reads one");
  return body;
}

/** What a connection says when it breaks is not passed on. */
function refuseUnread(error: unknown): never {
  if (error instanceof WimseError || isConfigurationError(error)) throw error;
  throw requestMalformed("The content did not arrive whole", "HSIG-3.20");
}

function compared(
  body: Uint8Array | undefined,
  digest: string | undefined,
  maxBodyBytes: number,
  trace?: Trace,
): Uint8Array | undefined {
  const bytes = body == null ? NO_BYTES : requireBytes(body);
  if (bytes.length > maxBodyBytes) throw bodyTooLarge();
  trace?.begin("content.digest", `${bytes.length} bytes`);
  if (digest === undefined) {
    if (bytes.length > 0) throw digestMissing();
    return undefined;
  }
  checkContentDigest(digest, bytes); // HSIG-3.20, HSIG-3.21
  return bytes;
}

const NO_BYTES = new Uint8Array();

/** The lines of `Content-Digest`, joined. */
function digestField(headers: readonly HeaderLine[]): string | undefined {
  let field: string | undefined;
  for (const [name, value] of headers) {
    if (!isField(name, "content-digest")) continue;
    field = field === undefined ? trimOws(value) : `${field}, ${trimOws(value)}`;
  }
  return field;
}

function digestMissing(): WimseError {
  return new WimseError("content_digest_missing", "There is content, but no Content-Digest", "HSIG-3.19");
}
