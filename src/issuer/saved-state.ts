import { withDeadline } from "../base/deadline.js";
import { isConfigurationError, WimseError } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import { type IssuerState, type IssuerStore, readIssuerState } from "./state.js";

/** Seconds that a store may take. */
export const STORE_TIMEOUT = 5;

/** The store of an issuer, or nothing but memory; a store that fails, or does not answer in time, has one code. */
export interface SavedState {
  load(): Promise<IssuerState | undefined>;
  save(state: IssuerState): Promise<boolean>;
}

export function savedState(store: IssuerStore | undefined, origin: string, runtime: Runtime): SavedState {
  if (store === undefined) return { load: async () => undefined, save: async () => true };
  const ask = async <T>(run: (options: { signal: AbortSignal }) => PromiseLike<T> | T): Promise<T> => {
    try {
      return await withDeadline(runtime, STORE_TIMEOUT, undefined, unavailable, (signal) => run({ signal }));
    } catch (error) {
      if (isConfigurationError(error)) throw error;
      throw unavailable(); // what a store of the caller's own says may quote keys
    }
  };
  return {
    async load() {
      const state: unknown = await ask((options) => store.load(options));
      return state === undefined ? undefined : readIssuerState(state, origin);
    },
    save: async (state) => (await ask((options) => store.save(state, options))) === true,
  };
}

function unavailable(): WimseError {
  return new WimseError("issuer_state_unavailable", "The state of the issuer cannot be loaded or saved");
}
