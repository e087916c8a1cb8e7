import { configurationInvalid, WimseError } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { Trace } from "../base/trace.js";
import { sha256Base64url } from "../crypto/digest.js";
import { singleFieldValue } from "../http/fields.js";
import { type HeaderLine, isToken, trimOws } from "../http/message.js";

/** Fields with rules of their own: what they carry is never bound through `oth`. */
const RESERVED_FIELDS = new Set(["authorization", "workload-identity-token", "txn-token"]);
const VISIBLE_ASCII = /^[\x20-\x7e]+$/;
/** A Txn-Token is one compact JWT; a comma would make it two values. */
const TXN_TOKEN = /^[A-Za-z0-9\-._~+/=]+$/;
/** What a token may have in it that somebody else has bound. */
const ASCII = /^[\t\x20-\x7e]+$/;
const VALUE_HASH = /^[A-Za-z0-9_-]{43}$/;

/** Whether the value of a `Txn-Token` field is one token. */
export function isTxnToken(value: string): boolean {
  return TXN_TOKEN.test(value);
}

/** Names of fields whose tokens `oth` can bind, in lower case, checked. */
export function bindableFieldsOf(names: readonly string[], where: string): readonly string[] {
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string" && isToken(name))) {
    throw configurationInvalid(`${where}: names of header fields`);
  }
  const lower = names.map((name) => name.toLowerCase());
  if (lower.some((name) => RESERVED_FIELDS.has(name))) {
    throw configurationInvalid(`${where}: this field is bound in another way, or not at all`);
  }
  return lower;
}

/** The claims that bind the tokens of a request: `tth` and `oth` (WPT-2.15 to 2.19). */
export function tokenHashClaims(txnToken?: string, otherTokens?: Readonly<Record<string, string>>): JsonObject {
  const claims: { tth?: string; oth?: Record<string, string> } = {};
  // WPT-2.15, WPT-2.16
  if (txnToken !== undefined) claims.tth = sha256Base64url(requireTxnToken(txnToken));
  const given = Object.entries(otherTokens ?? {});
  const names = bindableFieldsOf(
    given.map(([name]) => name),
    "otherTokens",
  ); // WPT-2.19
  if (new Set(names).size < names.length) throw configurationInvalid("otherTokens: two members name the same field");
  const tokens = given.map(([, value]) => requireFieldValue(value, "otherTokens"));
  // WPT-2.17, WPT-2.18
  if (names.length > 0) claims.oth = Object.fromEntries(tokens.map((token, i) => [names[i], sha256Base64url(token)]));
  return claims;
}

function requireTxnToken(value: string): string {
  const trimmed = requireFieldValue(value, "txnToken");
  if (!isTxnToken(trimmed)) throw configurationInvalid("txnToken: a Txn-Token is one token"); // WPT-2.2.05
  return trimmed;
}

function requireFieldValue(value: string, where: string): string {
  const trimmed = typeof value === "string" ? trimOws(value) : "";
  if (!VISIBLE_ASCII.test(trimmed)) throw configurationInvalid(`${where}: a token is non-empty visible ASCII`);
  return trimmed;
}

/** Checks that the Txn-Token of the request is the one that the proof names, and that neither comes without the other. */
export function checkTxnToken(claims: JsonObject, txnToken: string | undefined, trace?: Trace): void {
  const { tth } = claims;
  trace?.begin("wpt.txn_token_hash", txnToken === undefined ? "no Txn-Token" : `tth ${shown(tth)}`);
  // WPT-2.33, WPT-2.16; a tth without its token means that someone took the token away
  if (txnToken === undefined ? tth !== undefined : tth !== sha256Base64url(txnToken)) {
    throw new WimseError("wpt_txn_token_hash_mismatch", "tth is not the hash of the Txn-Token", "WPT-2.33");
  }
}

/**
 * Checks every entry of `oth` and returns the tokens that it covers, by lower-case field name. Tokens that it does not
 * list are not returned, so that nobody can rely on them (WPT-2.37).
 */
export function checkOtherTokens(
  { oth }: JsonObject,
  understood: ReadonlySet<string>,
  fields: readonly HeaderLine[],
  trace?: Trace,
): ReadonlyMap<string, string> | undefined {
  trace?.begin("wpt.other_token_hashes", isJsonObject(oth) ? `${Object.keys(oth).length} entries` : "no oth");
  if (oth === undefined) return undefined;
  const covered = new Map<string, string>();
  const entries = Object.entries(oth as JsonObject);
  for (const [name] of entries) {
    // WPT-2.36, WPT-2.19: understood names are lower case, so one with a capital is not understood
    if (!understood.has(name)) {
      throw new WimseError("wpt_other_token_unknown", "oth binds a token that is not understood here", "WPT-2.36");
    }
  }
  for (const [name, hash] of entries) {
    const value = singleFieldValue(fields, name);
    // WPT-2.34, WPT-2.35, WPT-2.18: other characters than of ASCII have no bytes that both sides agree on; WPT-2.20: a
    // field that occurs twice has no single value
    if (value === undefined || !ASCII.test(value) || hash !== sha256Base64url(value)) {
      throw new WimseError("wpt_other_token_hash_mismatch", "oth is not the hash of the token it names", "WPT-2.35");
    }
    covered.set(name, value);
  }
  return covered;
}

/** A claimed hash as a report may show it; anything that is not a hash stays unsaid. */
export function shown(hash: unknown): string {
  return typeof hash === "string" && VALUE_HASH.test(hash) ? hash : "not a hash";
}
