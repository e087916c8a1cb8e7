import { configurationInvalid } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { parseWorkloadIdentifier } from "../identifier/parse.js";

/** The runtime that the caller gave, with timers. */
export function timedRuntimeOf(options: { readonly runtime?: Runtime | undefined }): Runtime {
  const runtime = runtimeOf(options);
  if (typeof runtime.schedule !== "function") throw configurationInvalid("runtime: schedule must be a function");
  return runtime;
}

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
