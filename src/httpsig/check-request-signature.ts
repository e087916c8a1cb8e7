import { WimseError } from "../base/errors.js";
import type { Awaitable } from "../base/runtime.js";
import { shortened } from "../base/shortened.js";
import type { Trace } from "../base/trace.js";
import type { HttpRequestView } from "../http/message.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import { checkProfileSignature, type ProfileRules, requireString, type VerifiedSignature } from "./check-profile.js";
import { parameterInvalid } from "./parameters.js";
import { type ProfileRevision, requestCoverage } from "./profile.js";
import type { ReceivedSignature } from "./signature-fields.js";

const SIGN_RESPONSE = "wimse-sign-response";

/**
 * Verifies the signature of a request against its verified WIT (WIMSE HTTP signatures section 3).
 *
 * @param audience what the recipient is called, from configuration
 */
export function checkRequestSignature(
  { received, revision }: { readonly received: ReceivedSignature; readonly revision: ProfileRevision },
  view: HttpRequestView,
  wit: VerifiedWit,
  rules: ProfileRules,
  audience: readonly string[],
  now: number,
  trace?: Trace,
): Awaitable<VerifiedSignature> {
  const signed = { message: view, received, revision, required: requestCoverage(view.headers, revision) };
  return checkProfileSignature(signed, wit, rules, now, bindingTo(audience), trace);
}

function bindingTo(accepted: readonly string[]) {
  return {
    read(params: ReceivedSignature["input"]["params"]): string {
      // HSIG-3.27, HSIG-3.2.01, HSIG-3.2.02, HSIG-7.1.01
      const value = requireString(params, "wimse-aud", {
        missing: "HSIG-3.27",
        mistyped: "HSIG-3.2.01",
        empty: "HSIG-3.2.02",
      });
      const flag = params.get(SIGN_RESPONSE) ?? false; // HSIG-3.28, HSIG-3.3.02
      // HSIG-3.3.01: the string "true", or the number 1, is neither
      if (typeof flag !== "boolean") throw parameterInvalid(`${SIGN_RESPONSE} is no Boolean`, "HSIG-3.3.01");
      return value;
    },
    judge(value: string, trace?: Trace): void {
      trace?.begin("signature.audience", `${shortened(value)}; accepted: ${accepted.join(", ")}`);
      // HSIG-3.2.03, HSIG-3.2.04, HSIG-3.2.05: byte for byte, the whole value
      if (!accepted.includes(value)) {
        throw new WimseError("signature_audience_mismatch", "The signature is not for this recipient", "HSIG-3.2.05");
      }
    },
  };
}

/** Whether the sender demands a signed response: HSIG-3.3.01, HSIG-3.5.02, HSIG-3.5.11. */
export function demandsSignedResponse({ input }: ReceivedSignature): boolean {
  return input.params.get(SIGN_RESPONSE) === true;
}
