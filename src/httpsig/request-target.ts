import { configurationInvalid } from "../base/errors.js";
import { isField } from "../http/fields.js";
import { type HttpRequestView, trimOws } from "../http/message.js";
import { componentInvalid } from "./component.js";

/** The target of a request, taken apart as received: nothing is decoded, encoded or normalised. */
export interface RequestTarget {
  /** What stands on the request line, or `:path` of HTTP/2. */
  readonly text: string;
  readonly form: "origin" | "absolute" | "authority" | "asterisk";
  /** Of the absolute form only, in lower case. */
  readonly scheme?: string;
  /** Of the absolute and the authority form only. */
  readonly authority?: string;
  readonly path: string;
  /** With its question mark, which stands alone where there is no query. */
  readonly query: string;
}

/** Visible ASCII without the fragment sign: what may stand on a request line. */
const TARGET = /^[!"$-~]+$/;
const ABSOLUTE_FORM = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?]*)/;
/** Host, and port if there is one; userinfo is none of it (RFC 9110 section 4.2.4). */
const AUTHORITY = /^(\[[0-9A-Za-z:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(?::([0-9]*))?$/;
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http", "80"],
  ["https", "443"],
]);

/** Takes the target of a request apart (RFC 9112 section 3.2). */
export function readTarget({ method, target: text }: HttpRequestView): RequestTarget {
  if (!TARGET.test(text)) throw malformed("The request target has characters that no target has"); // R9421-2.2.02
  if (text.charCodeAt(0) === 0x2f) return { text, form: "origin", ...pathAndQuery(text, 0) };
  if (text === "*") return { text, form: "asterisk", path: text, query: "?" };
  const absolute = ABSOLUTE_FORM.exec(text);
  if (absolute !== null) {
    const [start, scheme = "", authority = ""] = absolute;
    return { text, form: "absolute", scheme: scheme.toLowerCase(), authority, ...pathAndQuery(text, start.length) };
  }
  if (method === "CONNECT" && AUTHORITY.exec(text)?.[2]) {
    return { text, form: "authority", authority: text, path: "/", query: "?" };
  }
  throw malformed("The request target has none of the forms of RFC 9112 section 3.2");
}

function malformed(message: string): Error {
  return componentInvalid(message, "R9421-2.5.03");
}

function pathAndQuery(text: string, start: number): { path: string; query: string } {
  const mark = text.indexOf("?", start);
  // R9421-2.2.6.01: an empty path is a slash; R9421-2.2.7.01: no query is a question mark
  if (mark === -1) return { path: text.slice(start) || "/", query: "?" };
  return { path: text.slice(start, mark) || "/", query: text.slice(mark) };
}

/** The scheme of the target URI. */
export function schemeOf(view: HttpRequestView, target: RequestTarget): string {
  const scheme = target.scheme ?? view.scheme ?? "https";
  if (target.scheme === undefined && !DEFAULT_PORTS.has(scheme)) throw configurationInvalid("scheme: http or https");
  return scheme;
}

/** The authority of the target URI as received. */
export function authorityOf(view: HttpRequestView, target: RequestTarget): string {
  // RFC 9112 section 3.2.2: beside an absolute target a `Host` line says nothing
  const authority = target.authority ?? authorityOfFields(view, schemeOf(view, target));
  if (!AUTHORITY.test(authority)) throw componentInvalid("The authority of the request is malformed", "R9421-2.5.03");
  return authority;
}

function authorityOfFields(view: HttpRequestView, scheme: string): string {
  const hosts = view.headers.filter(([name]) => isField(name, "host")).map(([, value]) => trimOws(value));
  const [host] = hosts;
  const authority = view.authority ?? host;
  // `X-Forwarded-Host` and its like are never looked at: R9421-7.4.3.01
  if (authority === undefined || hosts.length > 1) {
    throw componentInvalid("The request does not name one authority", "R9421-2.5.03");
  }
  // RFC 9113 section 8.3.1
  if (host !== undefined && normalAuthority(host, scheme) !== normalAuthority(authority, scheme)) {
    throw componentInvalid("The request names two authorities", "R9421-2.5.03");
  }
  return authority;
}

/** An authority with its host in lower case and without the port that the scheme has anyway. */
export function normalAuthority(authority: string, scheme: string): string {
  const [, host = authority, port = ""] = AUTHORITY.exec(authority) ?? [];
  const isDefault = port === "" || port === DEFAULT_PORTS.get(scheme);
  return `${host.toLowerCase()}${isDefault ? "" : `:${port}`}`; // R9421-2.2.3.01
}

/** The query's parameters under their encoded names; `undefined` for one that has no single value. */
export function readQueryParameters(query: string): ReadonlyMap<string, string | undefined> {
  const parameters = new Map<string, string | undefined>();
  // R9421-2.2.8.01, R9421-7.5.8.01: read as applications read it; the constructor takes the question mark away
  for (const [name, value] of new URLSearchParams(query)) {
    const encoded = encodeFormComponent(name);
    // Octets that are no UTF-8 all become U+FFFD: behind it one value could be changed into another.
    const isExact = !parameters.has(encoded) && !`${name}${value}`.includes("\ufffd");
    parameters.set(encoded, isExact ? encodeFormComponent(value) : undefined);
  }
  return parameters;
}

const REMAINING: Readonly<Record<string, string>> = { "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E" };

/** The percent-encoding of form data in which a space is `%20`; `encodeURIComponent` leaves five characters more. */
function encodeFormComponent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]/g, (character) => REMAINING[character] ?? "");
}
