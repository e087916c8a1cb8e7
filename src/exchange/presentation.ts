import { WimseError, withStatus } from "../base/errors.js";
import type { Trace } from "../base/trace.js";
import { checkTokenSize } from "../crypto/jws.js";
import { isField } from "../http/fields.js";
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

/** What there is of each field: how many lines, and the value of the last. */
interface Lines {
  witLines: number;
  wit: string;
  authorizationLines: number;
  authorization: string;
  /** Whether any `Authorization` line has the scheme WPT. */
  wptScheme: boolean;
  txnTokenLines: number;
  txnToken: string;
  olderProof: boolean;
  signature: boolean;
}

/** Finds the credentials of a request and refuses one that has too few, too many, or of a kind that is not accepted. */
export function readPresentation(view: HttpRequestView, trace?: Trace): Presentation {
  const lines = collectLines(view);

  trace?.begin("request.wit_lines", `lines: ${lines.witLines}`);
  // CREDS-5.1.1.01, CREDS-5.1.4.02
  if (lines.witLines > 1) throw new WimseError("wit_multiple", "The request has several WITs", "CREDS-5.1.1.01");

  trace?.begin("request.authorization_lines", `lines: ${lines.authorizationLines}`);
  const wpt = readWpt(lines);
  trace?.begin("request.txn_token_lines", `lines: ${lines.txnTokenLines}`);
  const txnToken = readTxnToken(lines);

  trace?.begin("request.proofs");
  if (lines.witLines === 0) throw witMissing(wpt !== undefined || lines.olderProof || lines.signature);
  if (wpt === undefined) throw proofMissing(lines);

  checkTokenSize(lines.wit, "wit", trace);
  checkTokenSize(wpt, "wpt", trace);
  return { wit: lines.wit, wpt, txnToken };
}

/** One pass over the lines; most are told apart by the length of their name alone. CREDS-5.1.1.02: any letter case. */
function collectLines({ headers }: HttpRequestView): Lines {
  const found: Lines = {
    witLines: 0,
    wit: "",
    authorizationLines: 0,
    authorization: "",
    wptScheme: false,
    txnTokenLines: 0,
    txnToken: "",
    olderProof: false,
    signature: false,
  };
  for (const line of headers) {
    const name = line[0];
    switch (name.length) {
      case 9:
        if (!isField(name, "txn-token")) break;
        found.txnTokenLines++;
        found.txnToken = trimOws(line[1]);
        break;
      case 13:
        if (!isField(name, "authorization")) break;
        found.authorizationLines++;
        found.authorization = trimOws(line[1]);
        found.wptScheme ||= WPT_SCHEME.test(found.authorization);
        break;
      case 15:
        if (isField(name, "signature-input")) found.signature ||= WIMSE_TAG.test(line[1]);
        break;
      case 20:
        found.olderProof ||= isField(name, "workload-proof-token");
        break;
      case 23:
        if (!isField(name, "workload-identity-token")) break;
        found.witLines++;
        found.wit = trimOws(line[1]);
        break;
    }
  }
  return found;
}

/** What follows the scheme in an `Authorization: WPT …`; `undefined` when the request has none. */
function readWpt({ authorizationLines, authorization, wptScheme }: Lines): string | undefined {
  if (authorizationLines > 1) {
    const message = "The request has more than one Authorization field";
    // WPT-2.23, WPT-2.2.01
    throw wptScheme ? new WimseError("wpt_multiple", message, "WPT-2.23") : requestMalformed(message, "WPT-2.23");
  }
  if (!wptScheme) return undefined;
  let start = "WPT".length;
  while (authorization.charCodeAt(start) === 0x20) start++; // WPT-2.02: one or more spaces, nothing else
  return authorization.slice(start);
}

function readTxnToken({ txnTokenLines, txnToken }: Lines): string | undefined {
  if (txnTokenLines === 0) return undefined;
  // WPT-2.2.05, WPT-2.16: one value, or nobody can say which one tth is about
  if (txnTokenLines > 1 || !isTxnToken(txnToken)) {
    throw requestMalformed("The Txn-Token field is not one token", "WPT-2.16");
  }
  return txnToken;
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
