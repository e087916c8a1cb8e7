import { generateKey } from "wimse/credential";
import {
  type CreateMessageSignatureOptions,
  createMessageSignature,
  type MessageSignature,
  type VerifyMessageSignatureOptions,
  verifyMessageSignature,
} from "wimse/httpsig";
import type { HeaderLine, HttpRequestView, HttpResponseView } from "../../src/http/message.js";
import { type FixedRuntime, fixedRuntime } from "../../src/testing.js";
import { outcomeOf } from "../support/wpt-fixtures.js";

export const NOW = 1_790_000_000;
export const runtime: FixedRuntime = fixedRuntime(NOW);
export const later = (seconds: number): FixedRuntime => fixedRuntime(NOW + seconds);
export const [signer, other] = await Promise.all([generateKey("Ed25519"), generateKey("Ed25519")]);

type Options = Partial<CreateMessageSignatureOptions>;

/** The message with a signature. */
export async function signed<T extends HttpRequestView | HttpResponseView>(
  message: T,
  options: Options = {},
): Promise<T> {
  const fields = await createMessageSignature(message, { components: ["@method"], signer, runtime, ...options });
  const added: HeaderLine[] = [
    ["Signature-Input", fields.signatureInput],
    ["Signature", fields.signature],
  ];
  return { ...message, headers: [...message.headers, ...added] };
}

export const verify = (
  message: HttpRequestView | HttpResponseView,
  options: Partial<VerifyMessageSignatureOptions> = {},
): Promise<MessageSignature> => {
  const key = options.verify ? {} : { key: signer.publicJwk };
  return verifyMessageSignature(message, { ...key, runtime, ...options });
};
export const outcome = (...args: Parameters<typeof verify>): Promise<string> => outcomeOf(verify(...args));
