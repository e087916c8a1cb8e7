import { WimseError } from "../base/errors.js";
import { isField } from "../http/fields.js";
import { type HeaderLine, type HttpRequestView, isToken, requestMalformed, trimOws } from "../http/message.js";

/** A request whose content is at hand. */
export type RawRequest = HttpRequestView & { readonly body?: Uint8Array };

/** Header section with request line, bytes; the verifier has a stricter limit for the fields alone. */
const MAX_HEAD = 128 * 1024;
/** Lines behind the request line; again the verifier takes fewer. */
const MAX_LINES = 1024;
/** No other version has this form on the wire: a dump that says HTTP/2 was put together from something else. */
const REQUEST_LINE = /^(\S+) ([!-~\x80-\xff]+) HTTP\/1\.[01]$/;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads an HTTP/1.0 or HTTP/1.1 request as it went over the wire (RFC 9112). Lines end in CRLF or in LF; everything
 * else that parsers are known to read in different ways is refused: folded lines, white space before a colon, bare CR,
 * NUL, content without Content-Length.
 *
 * @throws WimseError `request_malformed`, `request_too_large`
 */
export function parseRawRequest(bytes: Uint8Array, scheme: "http" | "https" = "https"): RawRequest {
  const { lines, end } = readHead(bytes);
  const [requestLine = "", ...fields] = lines;
  const [, method, target] = REQUEST_LINE.exec(requestLine) ?? [];
  if (method === undefined || target === undefined || !isToken(method)) {
    throw requestMalformed(
      "The request line is not method, target and HTTP/1.1 or HTTP/1.0, with one space between them",
    );
  }
  const headers = fields.map(readField);
  const body = contentOf(headers, bytes.subarray(end));
  return { method, scheme, target, headers, ...(body.length > 0 && { body }) };
}

/** The lines up to the empty one, as ISO 8859-1, and where the content begins. */
function readHead(bytes: Uint8Array): { lines: string[]; end: number } {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const lineFeed = bytes.indexOf(LF, start);
    if (lineFeed === -1) break;
    if (lineFeed > MAX_HEAD) throw tooLarge();
    const stop = lineFeed > start && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
    if (stop === start) return { lines, end: lineFeed + 1 };
    if (lines.length > MAX_LINES) throw tooLarge();
    lines.push(Buffer.from(bytes.subarray(start, stop)).toString("latin1"));
    start = lineFeed + 1;
  }
  if (bytes.length > MAX_HEAD) throw tooLarge();
  throw requestMalformed("The header section does not end with an empty line");
}

function readField(line: string): HeaderLine {
  // RFC 9112 section 5.2
  if (/^[ \t]/.test(line)) throw requestMalformed("A header line is folded");
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0));
  // RFC 9112 section 5.1: no white space between name and colon
  if (!isToken(name)) throw requestMalformed("A header line has no field name followed by a colon");
  const value = trimOws(line.slice(colon + 1));
  // RFC 9110 section 5.5
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw requestMalformed("A field value has a control character");
  return [name, value];
}

/** The content is what is there. A message that says otherwise was cut short, or is in a coding that is not read. */
function contentOf(headers: readonly HeaderLine[], rest: Uint8Array): Uint8Array {
  let announced = false;
  for (const [name, value] of headers) {
    if (isField(name, "transfer-encoding")) throw requestMalformed("The content is in a transfer coding");
    if (!isField(name, "content-length")) continue;
    if (value !== String(rest.length)) throw requestMalformed("Content-Length is not the length of the content");
    announced = true;
  }
  if (announced) return rest;
  // RFC 9112 section 6.3: without Content-Length there is no content, and a server takes what follows for the next
  // request. Editors end the files that they save with a line end, which is neither.
  if (!/^(\r?\n)?$/.test(Buffer.from(rest.subarray(0, 3)).toString("latin1"))) {
    throw requestMalformed("There is content, but no Content-Length");
  }
  return rest.subarray(0, 0);
}

function tooLarge(): WimseError {
  return new WimseError("request_too_large", "The head of the request is too large", "ID-7.1.03");
}
