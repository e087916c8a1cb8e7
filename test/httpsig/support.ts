import { buildSignatureBase } from "wimse/httpsig";
import { WimseError } from "../../src/base/errors.js";
import type { HeaderLine, HttpMessage, HttpRequestView, HttpResponseView } from "../../src/http/message.js";

/** What a call came to: `"accepted"`, or the code of the error; anything without a code is the test's own failure. */
export function codeOf(call: () => unknown): string {
  try {
    call();
    return "accepted";
  } catch (error) {
    if (error instanceof WimseError) return error.code;
    if (error instanceof TypeError && "code" in error) return String(error.code);
    throw error;
  }
}

/** A request to `https://example.com`, with what a test changes about it. */
export function requestView(changes: Partial<HttpRequestView> = {}): HttpRequestView {
  return { method: "POST", target: "/foo?a=b", headers: [["Host", "example.com"]], ...changes };
}

/** A response, with what a test changes about it. */
export function responseView(changes: Partial<HttpResponseView> = {}): HttpResponseView {
  return { status: 200, headers: [["Content-Type", "text/plain"]], ...changes };
}

/** A request with these lines after `Host`. */
export function withLines(...lines: HeaderLine[]): HttpRequestView {
  return requestView({ headers: [["Host", "example.com"], ...lines] });
}

/** The value of one component. */
export function valueFor(message: HttpMessage, component: string, request?: HttpRequestView): string {
  const base = buildSignatureBase(message, [component], {}, request && { request });
  const identifier = component.startsWith('"') ? component : `"${component}"`;
  const end = base.lastIndexOf('\n"@signature-params": ');
  return base.slice(identifier.length + 2, end);
}
