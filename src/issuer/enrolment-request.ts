import { WimseError } from "../base/errors.js";
import { parseJsonBytes } from "../base/json.js";
import { chunksOf, readChunks } from "../http/content.js";

/** Longest content of a request, bytes: two tokens of the greatest length, and what is around them. */
export const MAX_REQUEST_BYTES: number = 40 * 1024;

/** What an enrolment request holds. */
export interface EnrolmentRequest {
  readonly proof: string;
  readonly bootstrap?: { readonly type: string; readonly value: string };
}

/**
 * The content of a request.
 *
 * @throws WimseError `body_too_large`
 */
export async function contentOf(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  return readChunks(chunksOf(request.body), MAX_REQUEST_BYTES, request.signal);
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

/** Refuses what browsers send across origins without asking. */
export function requireJson(request: Request): void {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw malformed();
}

function malformed(): WimseError {
  return new WimseError("enrolment_malformed", "The content is not the JSON that is asked for");
}
