import { withDeadline } from "../base/deadline.js";
import { WimseError } from "../base/errors.js";
import { parseJsonBytes } from "../base/json.js";
import type { Runtime } from "../base/runtime.js";
import { chunksOf, readChunks } from "../http/content.js";

/** Longest content of a request, bytes: two tokens of the greatest length, and what is around them. */
export const MAX_REQUEST_BYTES: number = 40 * 1024;

/** What an enrolment request holds. */
export interface EnrolmentRequest {
  readonly proof: string;
  readonly bootstrap?: { readonly type: string; readonly value: string };
}

/** Seconds that a content may take to arrive. */
const ARRIVAL_TIMEOUT = 10;

/**
 * The request when all of its content has arrived, so that no slow sender keeps anything busy but its connection.
 *
 * @throws WimseError `enrolment_malformed`: it is none that a workload sends, or took too long; `body_too_large`
 */
export async function arrived(request: Request, runtime: Runtime): Promise<Request> {
  requireJson(request);
  const { url, method, headers, signal } = request;
  const late = (): Error => new WimseError("enrolment_malformed", "The content did not arrive in time");
  const body = await withDeadline(runtime, ARRIVAL_TIMEOUT, signal, late, (end) => contentOf(request, end));
  return new Request(url, { method, headers, body, signal });
}

/**
 * The content of a request.
 *
 * @throws WimseError `body_too_large`
 */
export async function contentOf(request: Request, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) return new Uint8Array();
  return readChunks(chunksOf(request.body), MAX_REQUEST_BYTES, signal);
}

/**
 * Reads the content of a request: exactly the members that it has to have.
 *
 * @throws WimseError `enrolment_malformed`
 */
export function readEnrolmentRequest(content: Uint8Array, withBootstrap: boolean): EnrolmentRequest {
  const object = parseJsonBytes(content);
  const { proof, bootstrap } = object ?? {};
  const members = withBootstrap ? "bootstrap,proof" : "proof";
  if (object === undefined || Object.keys(object).sort().join() !== members || typeof proof !== "string") {
    throw malformed();
  }
  if (!withBootstrap) return { proof };
  const { type, value } = (bootstrap ?? {}) as { type?: unknown; value?: unknown };
  if (typeof type !== "string" || typeof value !== "string") throw malformed();
  return { proof, bootstrap: { type, value } };
}

/**
 * Refuses what browsers send: across origins they do not send JSON without asking, and a page that reaches a loopback
 * server by a name of its own (DNS rebinding) still says its origin. No workload does.
 */
function requireJson({ headers }: Request): void {
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json" || headers.has("origin")) throw malformed();
}

function malformed(): WimseError {
  return new WimseError("enrolment_malformed", "The content is not the JSON that is asked for");
}
