import { isConfigurationError } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import type { VerificationReport } from "../exchange/report.js";
import { requestOf } from "./input.js";
import { createSession } from "./session.js";
import { Unsupported } from "./unsupported.js";

/**
 * What this implementation checks in the request of a `verifyRequest` case, one check after the other; `undefined` for
 * a context or an input that it refuses, or does not know. Proofs that were used before are not known here.
 */
export async function explainVector(context: JsonObject, input: JsonObject): Promise<VerificationReport | undefined> {
  try {
    const view = requestOf(input);
    return await createSession().verifierFor(context).explain(view);
  } catch (error) {
    if (error instanceof Unsupported || isConfigurationError(error)) return undefined;
    throw error;
  }
}
