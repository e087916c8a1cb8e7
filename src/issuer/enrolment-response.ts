import { WimseError, type WimseErrorCode } from "../base/errors.js";
import { statusOf, titleOf } from "../exchange/problem.js";

const STATUS: Partial<Record<WimseErrorCode, number>> = {
  enrolment_bootstrap_refused: 403, // not 401: there is no challenge to go with it
  enrolment_denied: 403,
  enrolment_overloaded: 429,
  issuer_state_unavailable: 503,
};

/** A JSON answer that nobody may keep. */
export function jsonResponse(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
  });
}

/** A document that everybody may have and keep for so many seconds (FED-5.2.1.3.03). */
export function publicResponse(document: object, maxAge: number): Response {
  return new Response(JSON.stringify(document), {
    // FED-5.2.1.3.04, FED-5.2.1.3.05
    headers: { "Content-Type": "application/json", "Cache-Control": `public, max-age=${maxAge}` },
  });
}

/** The answer to a request that was refused (RFC 9457): a code and nothing else; a plain 500 for what is not ours. */
export function problemResponse(error: unknown): Response {
  const known = error instanceof WimseError;
  const status = known ? (STATUS[error.code] ?? error.status ?? statusOf(error.code)) : 500;
  const type = known ? `urn:wimse:problem:${error.code}` : "about:blank";
  const title = known ? titleOf(error.code) : "Internal Server Error";
  return jsonResponse(
    status,
    { type, title, status },
    { "Content-Type": "application/problem+json", ...(status === 429 && { "Retry-After": "1" }) },
  );
}
