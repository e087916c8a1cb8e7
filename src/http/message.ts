import { configurationInvalid, WimseError } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";

/** One header line as it was received: the name in its own letter case, the value without surrounding white space. */
export type HeaderLine = readonly [name: string, value: string];

/**
 * Reads the content of a message, all of it, as received. Asked once, and only when something else says that it is worth
 * reading.
 *
 * @param limit the most bytes that are wanted; more is `body_too_large`
 */
export type ContentReader = (limit: number, options?: { readonly signal?: AbortSignal }) => Awaitable<Uint8Array>;

/** An HTTP request as the wire has it. Adapters fill it from raw data and never normalise. */
export interface HttpRequestView {
  readonly method: string;
  /** Scheme of the connection as the server knows it; default `"https"`. */
  readonly scheme?: "http" | "https";
  /** The request target as on the request line (RFC 9112 section 3.2), or `:path` of HTTP/2. */
  readonly target: string;
  /**
   * The authority of the target URI where neither the target nor a `Host` line has it: `:authority` of HTTP/2, or that
   * of a URL. Only signatures over `@authority` and `@target-uri` look at it.
   */
  readonly authority?: string;
  /** Every header line in the order received; repeated fields stay separate lines. */
  readonly headers: readonly HeaderLine[];
  /** The trailer lines, where they are known. They are never taken for header lines. */
  readonly trailers?: readonly HeaderLine[];
  /**
   * The bytes of the content as received, before content coding is undone; or a function that reads them, which is asked
   * once, and only after the rest of a signature was verified. Left out: there is no content. Bytes that were verified must
   * not be changed afterwards.
   */
  readonly body?: Uint8Array | ContentReader;
}

/** An HTTP response as the wire has it. */
export interface HttpResponseView {
  readonly status: number;
  /** Every header line in the order received; repeated fields stay separate lines. */
  readonly headers: readonly HeaderLine[];
  /** The trailer lines, where they are known. They are never taken for header lines. */
  readonly trailers?: readonly HeaderLine[];
  /** The bytes of the content as received. */
  readonly body?: Uint8Array;
}

/** Any HTTP message. What has a `status` is a response. */
export type HttpMessageView = HttpRequestView | HttpResponseView;

/** A message as callers have it: of fetch, or a view. */
export type HttpMessage = Request | Response | HttpMessageView;

const MAX_HEADER_LINES = 256;
/** Names, values and four octets a line for ": " and the line end: 64 KiB in all. */
const MAX_HEADER_OCTETS = 65536;
const MAX_TARGET_LENGTH = 16384;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII without the fragment sign: what may stand on a request line. */
const TARGET = /^[!"$-~]+$/;
/** Userinfo has no place in it (RFC 9110 section 4.2.4). */
const ABSOLUTE_FORM = /^https?:\/\/[^/?@]+(?=[/?]|$)/i;

/** Whether `text` is a token of RFC 9110 section 5.6.2: a field name or a method. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A field value without the white space around it (RFC 9110 section 5.5), which is not part of the value. */
export function trimOws(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isOws(value.charCodeAt(start))) start++;
  while (end > start && isOws(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Refuses a request whose head is too large or not well formed, before any of it is used, and returns its path. */
export function checkRequestHead(view: HttpRequestView, trace?: Trace): string {
  const { headers } = view;
  if (!Array.isArray(headers) || typeof view.method !== "string" || typeof view.target !== "string") {
    throw configurationInvalid("request: method and target must be strings, headers an array of lines");
  }
  trace?.begin("request.size", `${headers.length} header lines`);
  if (hasTooMuch(headers, view.trailers) || view.target.length > MAX_TARGET_LENGTH) {
    throw new WimseError("request_too_large", "The head of the request is too large", "ID-7.1.03");
  }
  trace?.begin("request.form");
  if (!isToken(view.method)) throw requestMalformed("The method is not a token", "R9421-2.2.02");
  const fault = lineFault(headers) ?? lineFault(view.trailers ?? []);
  if (fault !== undefined) throw requestMalformed(fault.message, fault.requirement);
  return pathOf(view);
}

/** Whether there are more header and trailer lines, or longer ones, than anybody has to read. */
export function hasTooMuch(headers: readonly HeaderLine[], trailers: readonly HeaderLine[] = []): boolean {
  if (!Array.isArray(trailers)) throw configurationInvalid("trailers: an array of lines");
  const octets = octetsOf(headers) + octetsOf(trailers);
  return headers.length + trailers.length > MAX_HEADER_LINES || octets > MAX_HEADER_OCTETS;
}

function octetsOf(lines: readonly unknown[]): number {
  let octets = 0;
  for (const line of lines) {
    if (!Array.isArray(line) || typeof line[0] !== "string" || typeof line[1] !== "string")
      throw configurationInvalid("headers: a header line is a pair of strings");
    octets += line[0].length + line[1].length + 4;
  }
  return octets;
}

/** What is wrong with a line, in fixed text, and what it violates. */
export interface LineFault {
  readonly message: string;
  readonly requirement: string;
}

/** What is wrong with the first line that is not well formed. */
export function lineFault(lines: readonly HeaderLine[]): LineFault | undefined {
  for (const [name, value] of lines) {
    // CREDS-5.1.1.02: letter case is all that two spellings of one name may differ in
    if (!isToken(name)) return { message: "A field name is not a token", requirement: "CREDS-5.1.1.02" };
    if (endsLine(value)) {
      return { message: "A field value has a character that no value has", requirement: "R9421-2.04" };
    }
  }
  return undefined;
}

/** Whether a value has one of the characters that end a line for somebody on the way (RFC 9110 section 5.5). */
function endsLine(value: string): boolean {
  return value.includes("\n") || value.includes("\r") || value.includes("\0");
}

/** The path of the request as received, without query: never decoded, never normalised. `*` for the asterisk form. */
export function pathOf(view: HttpRequestView): string {
  const { target } = view;
  // WPT-2.28: what is no target has no URI that an audience could match
  if (!TARGET.test(target)) throw requestMalformed("The request target has characters that no target has", "WPT-2.28");
  let start = 0;
  const asterisk = target === "*" && view.method === "OPTIONS"; // RFC 9112 section 3.2.4
  if (target.charCodeAt(0) !== 0x2f && !asterisk) {
    const authority = ABSOLUTE_FORM.exec(target);
    if (authority === null) {
      throw requestMalformed("The request target has no form that its method can have", "WPT-2.28");
    }
    start = authority[0].length;
  }
  const query = target.indexOf("?", start);
  return target.slice(start, query === -1 ? undefined : query) || "/";
}

/** The error for a request that is not well formed, whatever proof it carries. */
export function requestMalformed(message: string, requirement?: string): WimseError {
  return new WimseError("request_malformed", message, requirement);
}
