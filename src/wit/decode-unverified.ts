import { configurationInvalid } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import { checkTokenSize, readCompactJws } from "../crypto/jws.js";

/** What a WIT claims. Anyone may have written it. */
export interface UnverifiedWit {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/**
 * Decodes a WIT without verifying anything: for tools that show tokens, never for a decision (ID-7.2.03).
 *
 * @example
 * ```ts
 * import { decodeUnverifiedWit } from "wimse/dangerous";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const { wit } = await issuer.credential("wimse://example.com/agent");
 * console.log(decodeUnverifiedWit(wit).claims.sub); // wimse://example.com/agent
 * ```
 *
 * @throws WimseError `wit_too_large`, `wit_malformed`
 */
export function decodeUnverifiedWit(wit: string): UnverifiedWit {
  if (typeof wit !== "string") throw configurationInvalid("decodeUnverifiedWit: the token is a string");
  checkTokenSize(wit, "wit");
  const { header, claims } = readCompactJws(wit, "wit");
  return { header, claims };
}
