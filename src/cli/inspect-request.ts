import { WimseError } from "../base/errors.js";
import { sha256Base64url } from "../crypto/digest.js";
import { isField } from "../http/fields.js";
import {
  type InspectedContent,
  type InspectedSignature,
  inspectContent,
  inspectSignatures,
} from "./inspect-signature.js";
import { type DecodedToken, decodeToken } from "./inspect-token.js";
import type { RawRequest } from "./raw-request.js";

/** A request as it is shown. */
export interface InspectedRequest {
  readonly kind: "request";
  readonly method: string;
  readonly target: string;
  /** The names of all fields; values may be secrets. */
  readonly headers: readonly string[];
  readonly tokens: readonly FoundToken[];
  readonly signatures: readonly InspectedSignature[];
  /** Why there is no telling which signatures there are. */
  readonly signatureNote?: string;
  /** Left out where there is neither content nor a digest of it. */
  readonly content?: InspectedContent;
}

/** A line of a request that carries a token. */
export interface FoundToken {
  readonly field: string;
  /** base64url SHA-256 of the value. */
  readonly sha256: string;
  /** Why it is not decoded. */
  readonly note?: string;
  readonly token?: DecodedToken;
}

/** Finds the tokens and signatures of a request and decodes those that can be. */
export async function inspectRequest(view: RawRequest, now: number): Promise<InspectedRequest> {
  const tokens: FoundToken[] = [];
  for (const [name, value] of view.headers) {
    if (isField(name, "workload-identity-token")) tokens.push(await find(name, value, "wit", now));
    else if (isField(name, "workload-proof-token"))
      tokens.push(undecoded(name, value, "the WPT field of older drafts"));
    else if (isField(name, "txn-token")) tokens.push(await find(name, value, "wit", now));
    else if (isField(name, "authorization")) {
      const [, wpt] = /^WPT +(.*)$/i.exec(value) ?? [];
      tokens.push(wpt === undefined ? undecoded(name, value, "not a WPT") : await find(name, wpt, "wpt", now));
    }
  }
  const { method, target, headers, body = new Uint8Array() } = view;
  const { signatures, note } = inspectSignatures(view, now);
  const content = inspectContent(headers, body);
  return {
    kind: "request",
    method,
    target,
    headers: headers.map(([name]) => name),
    tokens: withHashesExplained(tokens),
    signatures,
    ...(note !== undefined && { signatureNote: note }),
    ...(content !== undefined && { content }),
  };
}

/** Says of the hashes in a WPT whether they are those of the tokens beside it. */
function withHashesExplained(found: readonly FoundToken[]): FoundToken[] {
  const hashesIn = (lowerCaseName: string): string[] =>
    found.flatMap(({ field, sha256 }) => (isField(field, lowerCaseName) ? [sha256] : []));
  const wit = hashesIn("workload-identity-token");
  const txnToken = hashesIn("txn-token");
  const explained = (
    name: string,
    hash: unknown,
    hashes: readonly string[],
  ): readonly (readonly [string, string])[] => {
    if (typeof hash !== "string") return [];
    return [[name, hashes.includes(hash) ? "the hash of the one here" : "not the hash of one here"]];
  };
  return found.map((one) => {
    if (one.token?.kind !== "wpt") return one;
    const { claims, notes } = one.token;
    const more = [...explained("wth", claims["wth"], wit), ...explained("tth", claims["tth"], txnToken)];
    return { ...one, token: { ...one.token, notes: { ...notes, ...Object.fromEntries(more) } } };
  });
}

async function find(field: string, value: string, kind: "wit" | "wpt", now: number): Promise<FoundToken> {
  try {
    const token = await decodeToken(value, kind, now);
    return { field, sha256: token.sha256, token };
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    return undecoded(field, value, error.message);
  }
}

function undecoded(field: string, value: string, note: string): FoundToken {
  return { field, sha256: sha256Base64url(value), note };
}
