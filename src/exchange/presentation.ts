import { WimseError, withStatus } from "../base/errors.js";
import type { Trace } from "../base/trace.js";
import { checkTokenSize } from "../crypto/jws.js";
import { type HttpRequestView, requestMalformed, trimOws } from "../http/message.js";
import { isTxnToken } from "../wpt/bound-tokens.js";

/** The credentials of a request, told apart but not yet looked into. */
export interface Presentation {
  readonly wit: string;
  readonly wpt: string;
  readonly txnToken: string | undefined;
}

/** The scheme `WPT` in any letter case, and no longer word that begins like it (WPT-2.03). */
const WPT_SCHEME = /^wpt(?![!#$%&'*+\-.^_`|~0-9a-z])/i;
const WIMSE_TAG = /;\s*tag="wimse-workload-to-workload"/;

interface Lines {
  readonly wit: string[];
  readonly authorization: string[];
  readonly txnToken: string[];
  readonly olderProof: boolean;
  readonly signature: boolean;
}

/** Finds the credentials of a request and refuses one that has too few, too many, or of a kind that is not accepted. */
export function readPresentation(view: HttpRequestView, trace?: Trace): Presentation {
  const lines = collectLines(view);

  trace?.begin("request.wit_lines", `${lines.wit.length} lines`);
  // CREDS-5.1.1.01, CREDS-5.1.4.02
  if (lines.wit.length > 1) throw new WimseError("wit_multiple", "The request has several WITs", "CREDS-5.1.1.01");

  trace?.begin("request.authorization_lines", `${lines.authorization.length} lines`);
  const wpt = readAuthorization(lines.authorization);
  trace?.begin("request.txn_token_lines", `${lines.txnToken.length} lines`);
  const txnToken = readTxnToken(lines.txnToken);

  trace?.begin("request.proofs");
  const [wit] = lines.wit;
  if (wit === undefined) throw witMissing(wpt !== undefined || lines.olderProof || lines.signature);
  if (wpt === undefined) throw proofMissing(lines);

  checkTokenSize(wit, "wit", trace);
  checkTokenSize(wpt, "wpt", trace);
  return { wit, wpt, txnToken };
}

/** One pass over the lines; most are told apart by the length of their name alone. CREDS-5.1.1.02: any letter case. */
function collectLines({ headers }: HttpRequestView): Lines {
  const wit: string[] = [];
  const authorization: string[] = [];
  const txnToken: string[] = [];
  let olderProof = false;
  let signature = false;
  for (const [name, value] of headers) {
    switch (name.length) {
      case 9:
        if (name.toLowerCase() === "txn-token") txnToken.push(trimOws(value));
        break;
      case 13:
        if (name.toLowerCase() === "authorization") authorization.push(trimOws(value));
        break;
      case 15:
        if (name.toLowerCase() === "signature-input") signature ||= WIMSE_TAG.test(value);
        break;
      case 20:
        if (name.toLowerCase() === "workload-proof-token") olderProof = true;
        break;
      case 23:
        if (name.toLowerCase() === "workload-identity-token") wit.push(trimOws(value));
        break;
    }
  }
  return { wit, authorization, txnToken, olderProof, signature };
}

/** What follows the scheme in an `Authorization: WPT …`; `undefined` when the request has none. */
function readAuthorization(lines: readonly string[]): string | undefined {
  if (lines.length > 1) {
    // WPT-2.23, WPT-2.2.01
    if (lines.some((line) => WPT_SCHEME.test(line))) {
      throw new WimseError("wpt_multiple", "The request has more than one Authorization field", "WPT-2.23");
    }
    throw requestMalformed("The request has more than one Authorization field", "WPT-2.23");
  }
  const [line] = lines;
  if (line === undefined || !WPT_SCHEME.test(line)) return undefined;
  let start = "WPT".length;
  while (line.charCodeAt(start) === 0x20) start++; // WPT-2.02: one or more spaces, nothing else
  return line.slice(start);
}

function readTxnToken(lines: readonly string[]): string | undefined {
  const [line] = lines;
  if (line === undefined) return undefined;
  // WPT-2.2.05, WPT-2.16: one value, or nobody can say which one tth is about
  if (lines.length > 1 || !isTxnToken(line)) {
    throw requestMalformed("The Txn-Token field is not one token", "WPT-2.16");
  }
  return line;
}

function witMissing(proofPresent: boolean): WimseError {
  const error = new WimseError("wit_missing", "The request has no Workload-Identity-Token field", "WPT-2.01");
  // WPT-2.1.01: asked for credentials when there are none at all; a proof without its WIT is an error of the WIT
  return withStatus(error, proofPresent ? 400 : 401);
}

/**
 * A WIT is worth nothing by itself: CREDS-5.1.10, CREDS-5.1.11, CREDS-9.3.01, WPT-3.1.01, WITSVID-4.07, WITSVID-5.02,
 * WITSVID-7.1.01, WITSVID-7.1.03.
 */
function proofMissing({ signature, olderProof }: Lines): WimseError {
  if (signature) {
    return new WimseError("proof_not_accepted", "The request is signed, and only a WPT is accepted", "CREDS-5.1.10");
  }
  if (olderProof) {
    // WPT-2.01
    return new WimseError("wpt_revision_unsupported", "The WPT came in the field of revision 01", "WPT-2.01");
  }
  return new WimseError("proof_missing", "The request proves no possession of the WIT's key", "CREDS-5.1.10");
}
