import { WimseError, withStatus } from "../base/errors.js";
import type { Trace } from "../base/trace.js";
import { checkTokenSize } from "../crypto/jws.js";
import { isField } from "../http/fields.js";
import { type HttpRequestView, requestMalformed, trimOws } from "../http/message.js";
import { findProfileSignature, type ProfileRevision, revisionOf } from "../httpsig/profile.js";
import type { ReceivedSignature } from "../httpsig/signature-fields.js";
import { isTxnToken } from "../wpt/bound-tokens.js";
import type { AcceptedProofs } from "./policy.js";

/** The credentials of a request, told apart but not yet looked into: its WIT, and at least one proof. */
export interface Presentation {
  readonly wit: string;
  readonly wpt: PresentedWpt | undefined;
  readonly signature: PresentedSignature | undefined;
  readonly txnToken: string | undefined;
  /** The one `Authorization` field, if there is one. */
  readonly authorization: string | undefined;
}

/** A WPT, and the format in which it came. */
export interface PresentedWpt {
  readonly token: string;
  readonly revision: "wpt-02" | "wpt-01";
}

/** A signature of the WIMSE profile, and the revision in which it was made. */
export interface PresentedSignature {
  readonly received: ReceivedSignature;
  readonly revision: ProfileRevision;
}

/** The scheme `WPT` in any letter case, and no longer word that begins like it (WPT-2.03). */
const WPT_SCHEME = /^wpt(?![!#$%&'*+\-.^_`|~0-9a-z])/i;

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
  olderWptLines: number;
  olderWpt: string;
  /** Whether there is any of the two fields of signatures. */
  signatureFields: boolean;
}

/** Finds the credentials of a request and refuses one that has too few, too many, or of a kind that is not accepted. */
export function readPresentation(view: HttpRequestView, accepted: AcceptedProofs, trace?: Trace): Presentation {
  const lines = collectLines(view);

  trace?.begin("request.wit_lines", `lines: ${lines.witLines}`);
  // CREDS-5.1.1.01, CREDS-5.1.4.02
  if (lines.witLines > 1) throw new WimseError("wit_multiple", "The request has several WITs", "CREDS-5.1.1.01");

  trace?.begin("request.authorization_lines", `lines: ${lines.authorizationLines}`);
  const inAuthorization = readWpt(lines);
  trace?.begin("request.txn_token_lines", `lines: ${lines.txnTokenLines}`);
  const txnToken = readTxnToken(lines);

  trace?.begin("request.proofs");
  if (lines.witLines === 0) throw witMissing(inAuthorization, lines, view);
  const signature = accepted.httpSignature ? readSignature(lines, view, accepted, trace) : undefined;
  const wpt = acceptedWpt(inAuthorization, signature, lines, accepted);
  if (wpt === undefined && signature === undefined) throw proofMissing(inAuthorization, lines, view, accepted);

  checkTokenSize(lines.wit, "wit", trace);
  if (wpt !== undefined) checkTokenSize(wpt.token, "wpt", trace);
  const authorization = lines.authorizationLines === 0 ? undefined : lines.authorization;
  return { wit: lines.wit, wpt, signature, txnToken, authorization };
}

/** One pass over the lines; most are told apart by the length of their name alone. CREDS-5.1.1.02: any letter case. */
function collectLines(view: HttpRequestView): Lines {
  const found: Lines = {
    witLines: 0,
    wit: "",
    authorizationLines: 0,
    authorization: "",
    wptScheme: false,
    txnTokenLines: 0,
    txnToken: "",
    olderWptLines: 0,
    olderWpt: "",
    signatureFields: view.trailers !== undefined, // which may have them too
  };
  for (const line of view.headers) {
    const name = line[0];
    switch (name.length) {
      case 9:
        if (isField(name, "txn-token")) {
          found.txnTokenLines++;
          found.txnToken = trimOws(line[1]);
        } else if (isField(name, "signature")) {
          found.signatureFields = true;
        }
        break;
      case 13:
        if (!isField(name, "authorization")) break;
        found.authorizationLines++;
        found.authorization = trimOws(line[1]);
        found.wptScheme ||= WPT_SCHEME.test(found.authorization);
        break;
      case 15:
        if (isField(name, "signature-input")) found.signatureFields = true;
        break;
      case 20:
        if (!isField(name, "workload-proof-token")) break;
        found.olderWptLines++;
        found.olderWpt = trimOws(line[1]);
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

/** The signature of the profile, if there is one, in a revision that is accepted. */
function readSignature(
  { signatureFields }: Lines,
  view: HttpRequestView,
  { older }: AcceptedProofs,
  trace?: Trace,
): PresentedSignature | undefined {
  if (!signatureFields) return undefined;
  trace?.begin("signature.fields");
  const received = findProfileSignature(view);
  if (received === undefined) return undefined;
  const revision = revisionOf(received.input, false);
  trace?.begin("signature.revision", revision);
  // HSIG-3.05
  if (revision !== "http-signature-07" && !older.has(revision)) {
    const message = "The signature covers @request-target, as in revision 06, in place of path and query";
    throw new WimseError("signature_revision_unsupported", message, "HSIG-3.05");
  }
  return { received, revision };
}

/** The WPT, if there is one and WPTs are accepted. Beside another accepted proof the field of revision 01 means nothing. */
function acceptedWpt(
  inAuthorization: string | undefined,
  signature: PresentedSignature | undefined,
  { olderWptLines, olderWpt }: Lines,
  accepted: AcceptedProofs,
): PresentedWpt | undefined {
  if (!accepted.wpt) return undefined;
  if (inAuthorization !== undefined) return { token: inAuthorization, revision: "wpt-02" };
  if (signature !== undefined || olderWptLines === 0 || !accepted.older.has("wpt-01")) return undefined;
  if (olderWptLines > 1) throw new WimseError("wpt_multiple", "The request has several WPTs", "WPT-2.23");
  return { token: olderWpt, revision: "wpt-01" };
}

/** Whether a signature of the profile can be made out, where nobody is going to verify it. */
function looksSigned({ signatureFields }: Lines, view: HttpRequestView): boolean {
  if (!signatureFields) return false;
  try {
    return findProfileSignature(view) !== undefined;
  } catch {
    return false;
  }
}

function witMissing(wpt: string | undefined, lines: Lines, view: HttpRequestView): WimseError {
  const error = new WimseError("wit_missing", "The request has no Workload-Identity-Token field", "WPT-2.01");
  const proofPresent = wpt !== undefined || lines.olderWptLines > 0 || looksSigned(lines, view);
  // WPT-2.1.01: asked for credentials when there are none at all; a proof without its WIT is an error of the WIT
  return withStatus(error, proofPresent ? 400 : 401);
}

/**
 * A WIT is worth nothing by itself: CREDS-5.1.10, CREDS-5.1.11, CREDS-9.3.01, HSIG-5.1.01, WPT-3.1.01, WITSVID-4.07,
 * WITSVID-5.02, WITSVID-7.1.01, WITSVID-7.1.03.
 */
function proofMissing(
  wpt: string | undefined,
  lines: Lines,
  view: HttpRequestView,
  accepted: AcceptedProofs,
): WimseError {
  const older = lines.olderWptLines > 0;
  if (wpt !== undefined || (older && !accepted.wpt) || (!accepted.httpSignature && looksSigned(lines, view))) {
    return new WimseError(
      "proof_not_accepted",
      "The request has a proof, of a kind that is not accepted",
      "CREDS-5.1.10",
    );
  }
  if (older) {
    // WPT-2.01
    return new WimseError("wpt_revision_unsupported", "The WPT came in the field of revision 01", "WPT-2.01");
  }
  return new WimseError("proof_missing", "The request proves no possession of the WIT's key", "CREDS-5.1.10");
}
