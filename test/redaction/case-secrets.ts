import type { Case, Json } from "../vectors/support.js";

/** Members of a JWK that only its holder has. */
const PRIVATE_MEMBERS = new Set(["d", "k", "p", "q", "dp", "dq", "qi"]);
/** Fields that carry neither a token nor anything of the sender's: who is called, and what kind of content it is. */
const PLAIN_FIELDS = /^(?:host|content-type|content-length|content-digest|accept-signature|date)$/i;
/** Claims and header parameters that a report or an audit shows: who, for whom, and hashes. */
const REPORTED = new Set(["sub", "aud", "wth", "tth", "ath", "alg"]);

const PARAMETER = /;(nonce|wimse-aud)="([^"]*)"/g;

export interface CaseSecrets {
  /** What the service was configured with, and may be told. */
  readonly open: readonly string[];
  /** What no output may hold. */
  readonly always: readonly string[];
  /** What only reports and audit events may hold: what the sender says who it is, and whom it means. */
  readonly outsideReports: readonly string[];
}

/** Everything in a case that must not be found in what is said of it. */
export function secretsOf({ input, op, context = {} }: Pick<Case, "input" | "op" | "context">): CaseSecrets {
  const always: string[] = [];
  const outsideReports: string[] = [];
  const token = (text: string): void => {
    always.push(text);
    for (const part of text.split(/[^\w-]+/)) collectClaims(decoded(part), always, outsideReports);
  };
  collectPrivate([input, context], always);
  for (const name of ["wit", "wpt", "key"]) {
    const value = input[name];
    if (typeof value === "string") token(value);
  }
  if (op === "parseIdentifier") outsideReports.push(String(input["uri"]));
  for (const message of [input, input["request"], input["message"]].filter(isObject)) {
    for (const [name, value] of linesOf(message)) {
      if (PLAIN_FIELDS.test(name)) continue;
      if (!/^signature-input$/i.test(name)) token(value);
      // of what is signed, the rest are names of the protocol, and times
      else
        for (const [, parameter, text = ""] of value.matchAll(PARAMETER))
          (parameter === "nonce" ? always : outsideReports).push(text);
    }
    const { body, txnToken, otherTokens } = message;
    if (typeof body === "string") always.push(body, Buffer.from(body, "base64").toString("utf8"));
    if (typeof txnToken === "string") always.push(txnToken);
    if (isObject(otherTokens)) always.push(...Object.values(otherTokens).map(String));
  }
  const { trust = {}, policy = {} } = context;
  const open = [...Object.keys(trust as Json), ...[(policy as Json)["audience"] ?? []].flat().map(String)];
  return { always, outsideReports, open };
}

/** Texts in the decoded header or claims of a token. */
function collectClaims(value: unknown, always: string[], outsideReports: string[], isReported = false): void {
  if (typeof value === "string") (isReported ? outsideReports : always).push(value);
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    collectClaims(member, always, outsideReports, isReported || REPORTED.has(name));
  }
}

function collectPrivate(value: unknown, into: string[]): void {
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (PRIVATE_MEMBERS.has(name) && typeof member === "string") into.push(member);
    collectPrivate(member, into);
  }
}

function decoded(part: string): unknown {
  if (!part.startsWith("ey")) return undefined; // no JSON object
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function linesOf({ headers }: Json): readonly (readonly [string, string])[] {
  return Array.isArray(headers) ? headers : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}
