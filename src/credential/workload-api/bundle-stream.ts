import { WimseError } from "../../base/errors.js";
import { inTurns } from "../../base/in-pieces.js";
import type { Awaitable } from "../../base/runtime.js";
import type { TrustDomain } from "../../trust/trust-domain.js";
import type { CredentialSourceState, CredentialSourceStatus } from "../source-state.js";
import { type Bundles, NO_BUNDLES, prepareBundles, unload } from "./bundles.js";
import type { StreamSettings } from "./settings.js";
import { StreamWatch } from "./stream-watch.js";

/** One trust domain that the Workload API delivers. */
export interface WorkloadApiDomainState {
  readonly origin: string;
  /** How many of its keys can verify a WIT-SVID. */
  readonly keys: number;
  /** What of its bundle was left out, in our own words. */
  readonly problems: readonly string[];
}

/** How the trust of a Workload API is doing. */
export interface WorkloadApiBundlesState
  extends Pick<CredentialSourceState, "succeededAt" | "failedAt" | "failure" | "failures" | "nextAttemptAt"> {
  /** `expired`: nothing was heard for longer than `maxStale`. */
  readonly status: CredentialSourceStatus;
  readonly domains: readonly WorkloadApiDomainState[];
  /** Entries of the last message that name no trust domain. */
  readonly ignored: number;
}

/** The trust domains of this workload, as the newest message of `FetchWITBundles` has them. */
export class BundleStream {
  readonly #settings: StreamSettings;
  readonly #maxStale: number;
  readonly #watch: StreamWatch;
  #bundles: Bundles | undefined;
  #asked = false;
  #closed = false;

  constructor(settings: StreamSettings, maxStale: number) {
    const { dial, messages } = settings;
    this.#settings = settings;
    this.#maxStale = maxStale;
    this.#watch = new StreamWatch({
      ...settings,
      open: (listener) => dial("FetchWITBundles", new Uint8Array(), listener),
      read: async (message) => {
        const commit = await inTurns(prepareBundles(messages.witBundles(message), this.#bundles ?? NO_BUNDLES));
        return () => {
          this.#replace(commit());
          return undefined;
        };
      },
      redact: () => this.#replace(undefined), // WLAPI-7.2.2.05
    });
  }

  /**
   * The trust domain with this origin, as delivered last; waits for the first message only.
   *
   * @throws WimseError `trust_keys_unavailable`
   */
  get(origin: string, signal: AbortSignal | undefined): Awaitable<TrustDomain | undefined> {
    signal?.throwIfAborted();
    this.#watch.kick(); // which does nothing once the stream is closed
    this.#asked = true;
    return this.#current !== undefined || !this.#watch.pending ? this.#find(origin) : this.#wait(origin, signal);
  }

  state(): WorkloadApiBundlesState {
    const { domains, ignored } = this.#bundles ?? NO_BUNDLES;
    return Object.freeze({
      status: this.#status(),
      domains: [...domains].map(([origin, { keys, problems }]) => ({ origin, keys: keys.members.size, problems })),
      ignored,
      ...this.#watch.read(),
    });
  }

  close(): void {
    this.#closed = true;
    this.#replace(undefined);
    this.#watch.stop();
  }

  /** What was delivered, unless nothing has been heard for too long. */
  get #current(): Bundles | undefined {
    const { lostAt } = this.#watch;
    const stale = lostAt !== undefined && this.#settings.runtime.now() - lostAt > this.#maxStale;
    return stale ? undefined : this.#bundles;
  }

  #status(): CredentialSourceStatus {
    if (this.#closed) return "closed";
    if (this.#bundles !== undefined) return this.#current === undefined ? "expired" : "ready";
    if (!this.#asked) return "idle";
    return this.#watch.pending && this.#watch.failures === 0 ? "starting" : "unavailable";
  }

  #replace(bundles: Bundles | undefined): void {
    if (this.#bundles !== undefined) unload(this.#bundles, bundles);
    this.#bundles = bundles;
  }

  async #wait(origin: string, signal: AbortSignal | undefined): Promise<TrustDomain | undefined> {
    while (this.#watch.pending && this.#current === undefined) await this.#watch.answered(signal);
    return this.#find(origin);
  }

  #find(origin: string): TrustDomain | undefined {
    const bundles = this.#current;
    if (bundles === undefined) {
      throw new WimseError("trust_keys_unavailable", "The Workload API has delivered no keys", "CREDS-3.01");
    }
    return bundles.domains.get(origin)?.domain; // WLAPI-4.6.01
  }
}
