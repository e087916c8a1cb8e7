import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { limitOf } from "../base/limits.js";
import type { Awaitable, Runtime } from "../base/runtime.js";
import type { TrustStore } from "../trust/store.js";
import type { WorkloadCredential } from "./credential.js";
import type { CredentialSource } from "./source.js";
import { expectedIdentifier, observerOf } from "./source-options.js";
import { type CredentialSourceState, tell } from "./source-state.js";
import { BundleStream, type WorkloadApiBundlesState } from "./workload-api/bundle-stream.js";
import { endpointOf } from "./workload-api/endpoint.js";
import { dialOf, loadGrpc } from "./workload-api/grpc.js";
import type { IdentityChoice } from "./workload-api/identities.js";
import { loadMessages } from "./workload-api/messages.js";
import { streamTimesOf } from "./workload-api/settings.js";
import { SvidStream } from "./workload-api/svid-stream.js";

export type { WorkloadApiBundlesState, WorkloadApiDomainState } from "./workload-api/bundle-stream.js";

/** Settings of {@link spiffeWorkloadApi}. */
export interface SpiffeWorkloadApiOptions {
  /** `unix:///absolute/path` or `tcp://<IP address>:<port>`. Default: what `SPIFFE_ENDPOINT_SOCKET` says. */
  readonly address?: string;
  /** The SPIFFE ID to use, of several that the workload may have. Default: the first that is delivered. */
  readonly spiffeId?: string;
  /** The hint of the identity to use, instead of its SPIFFE ID. */
  readonly hint?: string;
  /** Seconds that the first message of a stream may take. Default 10. */
  readonly timeout?: number;
  /** Seconds to the next attempt after a failure; twice as long after each further one. Default 1. */
  readonly retryDelay?: number;
  /** Longest wait between attempts, seconds. Default 30. */
  readonly maxRetryDelay?: number;
  /** How long delivered keys are trusted while the Workload API cannot be reached, seconds. Default 86400 (24 hours). */
  readonly maxStale?: number;
  /** Largest message that is read, bytes. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /** Called after every change. What it throws is ignored. */
  readonly onChange?: (state: SpiffeWorkloadApiState) => void;
  /** Clock, timers, and randomness for jitter. Default: the platform's. */
  readonly runtime?: Runtime;
  /** Where `SPIFFE_ENDPOINT_SOCKET` is looked for. Default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How a Workload API is doing. */
export interface SpiffeWorkloadApiState {
  /** The identity in use. */
  readonly credentials: CredentialSourceState;
  readonly bundles: WorkloadApiBundlesState;
}

/** An identity that the Workload API delivered. */
export interface DeliveredIdentity {
  readonly spiffeId: string;
  readonly hint?: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** The credentials of a workload, one for each of its identities. */
export interface WorkloadApiCredentials extends CredentialSource {
  /**
   * The credential of the identity in use, at once where there is one.
   *
   * @throws WimseError `credential_unavailable`: none was delivered, or it was taken away; `credential_expired`
   */
  current(options?: { readonly signal?: AbortSignal }): Awaitable<WorkloadCredential>;
  /** The source of one identity: by its SPIFFE ID when the name begins with `spiffe://`, else by its hint. */
  for(name: string): CredentialSource;
  /** The identities of the last message, in its order. */
  identities(): readonly DeliveredIdentity[];
}

/** A workload's credentials and the keys of the trust domains that it deals with. */
export interface SpiffeWorkloadApi {
  readonly credentials: WorkloadApiCredentials;
  /** The trust domains that were delivered, under the profile `wit-svid`. */
  readonly trust: TrustStore;
  state(): SpiffeWorkloadApiState;
  /** Ends both streams and forgets what they delivered. */
  close(): Promise<void>;
}

const OPTION_NAMES = [
  "address",
  "spiffeId",
  "hint",
  "timeout",
  "retryDelay",
  "maxRetryDelay",
  "maxStale",
  "maxMessageBytes",
  "onChange",
  "runtime",
  "env",
] satisfies (keyof SpiffeWorkloadApiOptions)[];

const MEBIBYTE = 2 ** 20;

/**
 * Credentials and trust from the SPIFFE Workload API: WIT-SVIDs and the keys to verify those of others, renewed by the
 * server for as long as the process runs.
 *
 * It needs the packages `@grpc/grpc-js` and `@bufbuild/protobuf`. Nothing is opened before the first use; each of the two
 * streams is opened when it is needed. A message replaces all that the one before it said; one that cannot be right is
 * discarded, and reported by `state()`. When the server is unreachable, what was delivered is used until it expires; when
 * the server denies, nothing of it is used any more. Streams that end are opened again; not so after `not_implemented` and
 * `request_refused`, where asking again is of no use.
 *
 * @example
 * ```ts
 * import { spiffeWorkloadApi } from "wimse/credential/spiffe";
 *
 * const workload = await spiffeWorkloadApi({ address: "unix:///run/spire/agent.sock" });
 * // signRequest(request, workload.credentials) · createVerifier({ trust: workload.trust, … })
 * console.log(workload.state().credentials.status); // idle: nobody has asked yet
 * await workload.close();
 * ```
 *
 * @throws TypeError `configuration_invalid`: no address, or one that is not allowed; a package is missing
 */
export async function spiffeWorkloadApi(options: SpiffeWorkloadApiOptions = {}): Promise<SpiffeWorkloadApi> {
  refuseUnknownOptions(options, OPTION_NAMES, "spiffeWorkloadApi");
  const endpoint = endpointOf(options.address, options.env);
  const choice = choiceOf(options);
  const times = streamTimesOf(options);
  const maxStale = limitOf(options.maxStale, 86400, "maxStale", 365 * 86400, 1);
  const maxMessageBytes = limitOf(options.maxMessageBytes, 4 * MEBIBYTE, "maxMessageBytes", 64 * MEBIBYTE, 1024);
  const onChange = observerOf(options.onChange);
  const [grpc, messages] = await Promise.all([loadGrpc(), loadMessages()]);

  const changed = (): void => tell(onChange, state());
  const settings = { ...times, messages, changed, dial: dialOf(grpc, endpoint, maxMessageBytes) };
  const svids = new SvidStream(settings, choice);
  const bundles = new BundleStream(settings, maxStale);
  const state = (): SpiffeWorkloadApiState => Object.freeze({ credentials: svids.state(), bundles: bundles.state() });
  return Object.freeze({
    credentials: credentialsOf(svids),
    trust: Object.freeze({
      get: (origin: string, call?: { readonly signal?: AbortSignal }) => bundles.get(origin, call?.signal),
    }),
    state,
    async close() {
      svids.close();
      bundles.close();
      changed();
    },
  });
}

function credentialsOf(svids: SvidStream): WorkloadApiCredentials {
  return Object.freeze({
    current: (call?: { readonly signal?: AbortSignal }) => svids.current(undefined, call?.signal),
    for(name: string) {
      const choice = String(name).startsWith("spiffe://")
        ? { spiffeId: spiffeIdOf(name, "for") }
        : { hint: hintOf(name) };
      return Object.freeze({
        current: (call?: { readonly signal?: AbortSignal }) => svids.current(choice, call?.signal),
      });
    },
    identities: () =>
      svids.identities.map(({ id, hint, credential }) =>
        Object.freeze({ spiffeId: id, expiresAt: credential.expiresAt, ...(hint !== undefined && { hint }) }),
      ),
  });
}

function choiceOf({ spiffeId, hint }: SpiffeWorkloadApiOptions): IdentityChoice {
  if (spiffeId !== undefined && hint !== undefined) throw configurationInvalid("spiffeId, hint: one of them");
  if (spiffeId !== undefined) return { spiffeId: spiffeIdOf(spiffeId, "spiffeId") };
  return hint === undefined ? undefined : { hint: hintOf(hint) };
}

function spiffeIdOf(id: string, name: string): string {
  if (typeof id !== "string" || !id.startsWith("spiffe://")) throw configurationInvalid(`${name}: a SPIFFE ID`);
  return expectedIdentifier(id, name) ?? id;
}

function hintOf(hint: string): string {
  if (typeof hint !== "string" || hint === "") throw configurationInvalid("hint: a non-empty string");
  return hint;
}
