import { WimseError } from "../../base/errors.js";
import type { Awaitable } from "../../base/runtime.js";
import { overdueDelay } from "../attempt-times.js";
import type { WorkloadCredential } from "../credential.js";
import { checkNotExpired } from "../source.js";
import { type CredentialSourceState, describe, statusOf } from "../source-state.js";
import { chooseIdentity, type Identity, type IdentityChoice, readIdentities } from "./identities.js";
import type { StreamSettings } from "./settings.js";
import { StreamWatch } from "./stream-watch.js";

/** The identities of this workload, as the newest message of `FetchWITSVID` has them. */
export class SvidStream {
  readonly #settings: StreamSettings;
  readonly #choice: IdentityChoice;
  readonly #watch: StreamWatch;
  #identities: readonly Identity[] = [];
  #asked = false;
  #closed = false;

  constructor(settings: StreamSettings, choice: IdentityChoice) {
    const { dial, messages, runtime } = settings;
    this.#settings = settings;
    this.#choice = choice;
    const request = messages.witSvidRequest(choice && "spiffeId" in choice ? choice.spiffeId : undefined);
    this.#watch = new StreamWatch({
      ...settings,
      open: (listener) => dial("FetchWITSVID", request, listener),
      read: async (message) => {
        const identities = await readIdentities(messages.witSvids(message), this.#identities);
        return () => {
          this.#identities = identities; // WLAPI-4.3.01, WLAPI-4.4.01: whole, in the place of the last ones
          const now = runtime.now();
          return Math.min(
            ...identities.map(({ credential }) => overdueDelay(credential.expiresAt - now, settings.backOff, runtime)),
          );
        };
      },
      redact: () => {
        this.#identities = []; // WLAPI-7.2.1.08
      },
    });
  }

  get identities(): readonly Identity[] {
    return this.#identities;
  }

  /**
   * The credential of an identity; waits for a message only when there is none to sign with.
   *
   * @throws WimseError `credential_expired`, `credential_unavailable`
   */
  current(choice: IdentityChoice = this.#choice, signal?: AbortSignal): Awaitable<WorkloadCredential> {
    signal?.throwIfAborted();
    this.#start();
    return this.#ready(choice) || !this.#watch.pending ? this.#usable(choice) : this.#wait(choice, signal);
  }

  state(): CredentialSourceState {
    const credential = chooseIdentity(this.#identities, this.#choice)?.credential;
    return Object.freeze({ status: this.#status(credential), ...describe(credential), ...this.#watch.read() });
  }

  close(): void {
    this.#closed = true;
    this.#identities = [];
    this.#watch.stop();
  }

  #start(): void {
    if (this.#closed) throw new WimseError("credential_unavailable", "The Workload API is closed");
    this.#asked = true;
    this.#watch.kick();
  }

  #status(credential: WorkloadCredential | undefined): CredentialSourceState["status"] {
    if (this.#closed) return "closed";
    if (credential !== undefined) return statusOf(credential, this.#settings.runtime.now());
    if (!this.#asked) return "idle";
    return this.#watch.pending && this.#watch.failures === 0 ? "starting" : "unavailable";
  }

  #ready(choice: IdentityChoice): boolean {
    const identity = chooseIdentity(this.#identities, choice);
    return statusOf(identity?.credential, this.#settings.runtime.now()) === "ready";
  }

  async #wait(choice: IdentityChoice, signal: AbortSignal | undefined): Promise<WorkloadCredential> {
    while (this.#watch.pending && !this.#ready(choice)) await this.#watch.answered(signal);
    return this.#usable(choice);
  }

  #usable(choice: IdentityChoice): WorkloadCredential {
    const identity = chooseIdentity(this.#identities, choice);
    if (identity === undefined) {
      throw new WimseError("credential_unavailable", "The Workload API delivers no such identity");
    }
    checkNotExpired(identity.credential, this.#settings.runtime.now()); // CREDS-9.5.03
    return identity.credential;
  }
}
