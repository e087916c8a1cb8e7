import { configurationInvalid } from "../../base/errors.js";
import { limitOf } from "../../base/limits.js";
import { FileUnreadable, type ReadFile, readFile } from "../../base/read-file.js";
import type { JsonDocument } from "../spiffe-bundle.js";
import { documentUrl, fetchDocument } from "./fetch-document.js";
import { LoadFailure } from "./load-failure.js";
import { type RefreshOptions, refreshTimesOf } from "./refresh-times.js";
import type { RefreshingKeysOptions } from "./refreshing-keys.js";

/** How a document is read that stands elsewhere. */
export interface DocumentOptions {
  /** What fetches it from a URL. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Allows `http:` URLs of this machine: `localhost`, `127.0.0.0/8`, `[::1]`. Default false. */
  readonly allowInsecureLoopback?: boolean;
  /** What reads it from a file. Default: the platform's files. */
  readonly readFile?: ReadFile;
  /** Most bytes that are taken of it. */
  readonly maxBytes?: number;
}

/** The names of {@link DocumentOptions}. */
export const DOCUMENT_OPTIONS: readonly (keyof DocumentOptions)[] = [
  "fetch",
  "allowInsecureLoopback",
  "readFile",
  "maxBytes",
];

/** A document that is at hand, or how to get at it; that is done again and again. */
export type DocumentSource = { readonly kind: "inline"; readonly document: JsonDocument } | DistantDocument;

/** A document that stands elsewhere. */
export interface DistantDocument {
  readonly kind: "file" | "url";
  /** Fails with a {@link LoadFailure}. */
  read(signal: AbortSignal): Promise<Uint8Array>;
}

const JSON_OBJECT = /^[ \t\r\n]*\{/;
/** Of at least two letters: a single one is a drive. */
const WITH_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]+:/;

/**
 * Tells the forms apart in which a document may be given: an object, bytes or a text that begins with a brace is the
 * document; a URL or a text that begins with a scheme says where it is; any other text is the path of a file.
 *
 * @param where what errors call it
 * @param mostBytes the default for `maxBytes`
 * @throws TypeError `configuration_invalid`
 */
export function documentSource(
  document: JsonDocument | URL,
  where: string,
  mostBytes: number,
  options: DocumentOptions & RefreshOptions,
): DocumentSource {
  const { fetch: send = globalThis.fetch, readFile: read = readFile, allowInsecureLoopback = false } = options;
  const maxBytes = limitOf(options.maxBytes, mostBytes, "maxBytes", 2 ** 26, 2);
  if (typeof allowInsecureLoopback !== "boolean") throw configurationInvalid("allowInsecureLoopback: a boolean");
  if (typeof read !== "function") throw configurationInvalid("readFile: a function");
  if (options.fetch !== undefined && typeof options.fetch !== "function")
    throw configurationInvalid("fetch: a function");
  refreshTimesOf(options); // a mistake is one wherever the document is
  const place = placeOf(document, where);
  if (place === undefined) return { kind: "inline", document };
  if (typeof place === "string" || place.protocol === "file:") {
    return { kind: "file", read: (signal) => readDocument(place, read, maxBytes, signal) };
  }
  if (typeof send !== "function") throw configurationInvalid("fetch: a function");
  const url = documentUrl(place, where, { allowInsecureLoopback }); // FED-5.2.1.1.01, FED-5.2.1.1.02
  const fetching = {
    fetch: send,
    maxBytes,
    accept: "application/json", // FED-5.2.1.3.05: asked for, and not insisted on
    redirects: "any-origin", // FED-5.2.1.3.06, FED-5.2.1.4.03, FED-5.2.1.4.04: to whatever could be configured
    allowInsecureLoopback,
  } as const;
  return {
    kind: "url",
    // FED-5.2.1.4.05: from the configured URL each time; FED-5.2.1.3.03: without credentials; FED-5.2.1.4.01: certificates
    // are for fetch to verify, with the authorities of the platform or those that it was given
    async read(signal) {
      const { bytes = new Uint8Array() } = await fetchDocument(url, { ...fetching, signal });
      return bytes;
    },
  };
}

/** When a document is read again: a file soon, since reading one costs little, unless the caller says otherwise. */
export function rereadingOf(
  { kind }: DistantDocument,
  options: RefreshOptions,
): Pick<RefreshingKeysOptions, "times"> & Required<Pick<RefreshingKeysOptions, "retry">> {
  const ofFile = kind === "file" ? { refreshInterval: 10, cooldown: 1 } : {};
  return {
    times: refreshTimesOf({ ...ofFile, ...options }),
    retry: kind === "url" ? "next-interval" : "back-off", // FED-6.2.01
  };
}

/** The URL or path at which a document is; `undefined` when it is given itself. */
function placeOf(document: JsonDocument | URL, where: string): string | URL | undefined {
  if (document instanceof URL) return document;
  if (typeof document !== "string") {
    if (typeof document === "object" && document !== null) return undefined;
    throw configurationInvalid(`${where}: an object, its text, the path of a file or a URL`);
  }
  if (JSON_OBJECT.test(document)) return undefined;
  if (document.trim() === "") throw configurationInvalid(`${where}: an empty text is no path`);
  if (!WITH_SCHEME.test(document)) return document;
  if (!URL.canParse(document)) throw configurationInvalid(`${where}: not a URL`);
  return new URL(document);
}

async function readDocument(
  path: string | URL,
  read: ReadFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    const bytes = await read(path, { maxBytes, signal });
    if (bytes.length <= maxBytes) return bytes;
  } catch (error) {
    throw new LoadFailure(error instanceof FileUnreadable ? error.reason : "unreadable");
  }
  throw new LoadFailure("too_large");
}
