import { decodeBase64url, encodeBase64url } from "../base/base64url.js";
import { asciiBytes, utf8Bytes } from "../base/bytes.js";
import { configurationInvalid, WimseError } from "../base/errors.js";
import { type JsonObject, parseJsonBytes, parseJsonObject } from "../base/json.js";
import type { Trace } from "../base/trace.js";
import { algorithmNamed } from "./algorithms.js";
import { type Signer, signatureOf } from "./signer.js";

/** Longest token that is read, in characters (16 KiB). */
export const MAX_TOKEN_LENGTH = 16384;

/** A JWS in compact serialization, decoded; its signature is not verified. */
export interface CompactJws {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** Header and payload as they were sent: what the signature covers. */
  readonly signingInput: string;
  readonly signature: Uint8Array;
}

const CODES = {
  wit: { large: "wit_too_large", malformed: "wit_malformed", critical: "wit_critical_header_unsupported" },
  wpt: { large: "wpt_too_large", malformed: "wpt_malformed", critical: "wpt_critical_header_unsupported" },
  enrolment: { large: "enrolment_malformed", malformed: "enrolment_malformed", critical: "enrolment_malformed" },
  bootstrap: {
    large: "enrolment_bootstrap_refused",
    malformed: "enrolment_bootstrap_refused",
    critical: "enrolment_bootstrap_refused",
  },
} as const;

/** What a token is: its errors depend on that. `bootstrap` is a JWT of another issuer that vouches for a workload. */
export type TokenKind = keyof typeof CODES;

// CREDS-5.1.1.01, WPT-2.04
const SHAPE: { readonly [kind in TokenKind]?: string } = { wit: "CREDS-5.1.4.02", wpt: "WPT-2.24" };

/** Refuses a token over the size limit before anything in it is read. */
export function checkTokenSize(token: string, kind: TokenKind, trace?: Trace): void {
  trace?.begin(`${kind}.size`, `${token.length} characters`);
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new WimseError(CODES[kind].large, `The token is longer than ${MAX_TOKEN_LENGTH} characters`, SHAPE[kind]);
  }
}

/** The parts of a compact JWS; header and claims are not decoded yet. */
export interface CompactParts {
  readonly header: string;
  readonly claims: string;
  /** Header and payload as they were sent: what the signature covers. */
  readonly signingInput: string;
  readonly signature: Uint8Array;
}

/** Takes a token apart strictly (RFC 7515 section 7.1): three non-empty parts, the signature canonical base64url. */
export function splitCompactJws(token: string, kind: TokenKind, trace?: Trace): CompactParts {
  trace?.begin(`${kind}.shape`);
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  const three = first > 0 && second > first + 1 && second + 1 < token.length;
  const signature = three ? decodeBase64url(token.slice(second + 1)) : undefined; // with a third dot it is none
  if (signature === undefined) throw malformed(kind, "The token is not a JWS in compact serialization");
  const header = token.slice(0, first);
  return { header, claims: token.slice(first + 1, second), signingInput: token.slice(0, second), signature };
}

/** Decodes the header: one JSON object in UTF-8 without duplicate members, in canonical base64url. */
export function decodeHeader({ header }: CompactParts, kind: TokenKind, trace?: Trace): JsonObject {
  trace?.begin(`${kind}.header`);
  return decodeJsonPart(header) ?? refuse(kind, "The header of the token is not one JSON object in base64url");
}

/** Decodes the claims, as strictly as the header. */
export function decodeClaims({ claims }: CompactParts, kind: TokenKind, trace?: Trace): JsonObject {
  trace?.begin(`${kind}.claims`);
  return decodeJsonPart(claims) ?? refuse(kind, "The payload of the token is not one JSON object in base64url");
}

/** Takes a token apart and decodes header and claims. */
export function readCompactJws(token: string, kind: TokenKind, trace?: Trace): CompactJws {
  const parts = splitCompactJws(token, kind, trace);
  const header = decodeHeader(parts, kind, trace);
  const claims = decodeClaims(parts, kind, trace);
  return { header, claims, signingInput: parts.signingInput, signature: parts.signature };
}

function malformed(kind: TokenKind, message: string): WimseError {
  return new WimseError(CODES[kind].malformed, message, SHAPE[kind]);
}

function refuse(kind: TokenKind, message: string): never {
  throw malformed(kind, message);
}

function decodeJsonPart(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  return bytes === undefined ? undefined : parseJsonBytes(bytes);
}

/**
 * Refuses any critical header parameter: none is understood here (RFC 7515 section 4.1.11). `b64` changes what is
 * signed (RFC 7797) and is refused even where it is not marked critical.
 */
export function checkCriticalHeaders(header: JsonObject, kind: TokenKind, trace?: Trace): void {
  trace?.begin(`${kind}.critical`);
  // CREDS-5.1.4.01, WITSVID-2.4.02
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) {
    throw new WimseError(CODES[kind].critical, "The header has a critical parameter", "CREDS-5.1.4.01");
  }
}

/** Whether a `typ` header conveys a media type: letter case and the prefix `application/` do not matter (RFC 7515 section 4.1.9). */
export function isMediaType(typ: unknown, subtype: string): boolean {
  if (typ === subtype) return true;
  if (typeof typ !== "string") return false;
  const lower = typ.toLowerCase();
  return lower === subtype || lower === `application/${subtype}`;
}

/** Signs header and claims as a compact JWS. */
export async function signCompactJws(
  header: JsonObject,
  claims: JsonObject,
  signer: Signer,
  options?: { readonly signal?: AbortSignal },
): Promise<string> {
  const signingInput = `${encodeJsonPart(header)}.${encodeJsonPart(claims)}`;
  const signature = await signatureOf(signer, asciiBytes(signingInput), options?.signal);
  const expected = algorithmNamed(signer.algorithm)?.signatureLength;
  // A key service that answers with a DER structure would make tokens that nobody accepts.
  if (!(signature instanceof Uint8Array) || (expected !== undefined && signature.length !== expected)) {
    throw configurationInvalid(`The signer's ${signer.algorithm} signature is not in the form of RFC 7518 section 3.4`);
  }
  const token = `${signingInput}.${encodeBase64url(signature)}`;
  if (token.length > MAX_TOKEN_LENGTH) {
    throw configurationInvalid(`The token would be longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  return token;
}

/** Writes what `readCompactJws` reads: nothing that JSON cannot hold, and nothing that nests too deep. */
function encodeJsonPart(object: JsonObject): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(object);
  } catch {
    // a BigInt or a circle
  }
  if (text === undefined || parseJsonObject(text) === undefined) {
    throw configurationInvalid("The claims are not JSON of at most 16 levels");
  }
  return encodeBase64url(utf8Bytes(text));
}
