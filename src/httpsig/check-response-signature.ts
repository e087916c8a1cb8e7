import { WimseError } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import type { HttpRequestView, HttpResponseView } from "../http/message.js";
import type { Params } from "../http/structured-dictionary.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import {
  type Binding,
  checkProfileSignature,
  type ProfileRules,
  requireString,
  type VerifiedSignature,
} from "./check-profile.js";
import { type ProfileRevision, responseCoverage } from "./profile.js";
import type { ReceivedSignature } from "./signature-fields.js";

/** A request as it was signed, and the nonce of its signature. */
export interface AskedRequest {
  readonly view: HttpRequestView;
  readonly nonce: string;
  readonly revision: ProfileRevision;
}

/** Verifies the signature of a response against its verified WIT (WIMSE HTTP signatures sections 3.4 and 3.5). */
export function checkResponseSignature(
  received: ReceivedSignature,
  response: HttpResponseView,
  asked: AskedRequest,
  wit: VerifiedWit,
  rules: ProfileRules,
  now: number,
): Awaitable<VerifiedSignature> {
  const { view: request, revision } = asked;
  const required = responseCoverage(response.headers, revision);
  const signed = { message: response, request, received, revision, required };
  return checkProfileSignature(signed, wit, rules, now, bindingTo(asked.nonce));
}

const REQUEST_NONCE = { missing: "HSIG-3.4.02", mistyped: "HSIG-3.4.01", empty: "HSIG-3.4.03" };

function bindingTo(nonce: string): Binding {
  return {
    // HSIG-3.29, HSIG-3.4.01, HSIG-3.4.02
    read: (params: Params) => requireString(params, "wimse-req-nonce", REQUEST_NONCE),
    judge(value: string): void {
      // HSIG-3.4.03, HSIG-3.5.09
      if (value !== nonce) {
        const message = "The response was signed for another request";
        throw new WimseError("signature_request_nonce_mismatch", message, "HSIG-3.5.09");
      }
    },
  };
}
