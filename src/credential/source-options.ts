import { configurationInvalid } from "../base/errors.js";
import { parseWorkloadIdentifier } from "../identifier/parse.js";

/** An optional function that the caller gave, checked. */
export function observerOf<F>(observer: F | undefined): F | undefined {
  if (observer !== undefined && typeof observer !== "function") throw configurationInvalid("onChange: a function");
  return observer;
}

/** The identifier that the caller expects, checked. */
export function expectedIdentifier(id: string | undefined, name: string): string | undefined {
  if (id === undefined) return undefined;
  try {
    return parseWorkloadIdentifier(id).uri;
  } catch {
    throw configurationInvalid(`${name}: a Workload Identifier`);
  }
}
