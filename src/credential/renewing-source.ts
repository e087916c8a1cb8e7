import { waitFor, withDeadline } from "../base/deadline.js";
import { WimseError } from "../base/errors.js";
import type { Awaitable, Runtime } from "../base/runtime.js";
import { AttemptLog } from "./attempt-log.js";
import { type Appointment, isDue, renewalDelay, retryDelayAfter } from "./attempt-times.js";
import type { WorkloadCredential } from "./credential.js";
import { type RenewalSettings, type RenewingSourceOptions, renewalSettingsOf } from "./renewal-options.js";
import { type CredentialSource, checkNotExpired } from "./source.js";
import {
  type CredentialSourceFailure,
  type CredentialSourceState,
  describe,
  failureOf,
  SourceFailure,
  statusOf,
  tell,
} from "./source-state.js";

/** A credential source that keeps its credential fresh. */
export interface RenewingSource extends CredentialSource {
  /**
   * The credential to use now, at once where there is one. Starts the source; waits for an attempt that is under way
   * only when there is nothing to sign with. An aborted `signal` ends the wait, not the attempt.
   *
   * @throws WimseError `credential_expired`; `credential_unavailable` when there never was one, or the source is closed
   */
  current(options?: { readonly signal?: AbortSignal }): Awaitable<WorkloadCredential>;
  /** Makes an attempt now, or joins the one under way; resolves when it has ended, well or badly: see `state()`. */
  renew(): Promise<void>;
  state(): CredentialSourceState;
  /** Ends the source: no timer, no attempt and no credential is left. */
  close(): Promise<void>;
}

/**
 * A credential source that asks again and again for a new credential, in time before the old one is over.
 *
 * Nothing happens before the first `current()`. From then on there is an attempt after one half to two thirds of what is
 * left of the credential's life. One that fails, or brings a credential that is over or stands for another workload, is
 * repeated with exponentially longer waits; the old credential is used until the new one is there, or until it is over.
 * No timer holds the process open.
 *
 * @example
 * ```ts
 * import { renewingSource } from "wimse/credential";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com"); // stands for your identity server
 * const source = renewingSource({ obtain: () => issuer.credential("wimse://example.com/agent") });
 * const credential = await source.current();
 * console.log(String(credential), source.state().status); // wimse://example.com/agent ready
 * await source.close();
 * ```
 *
 * @throws TypeError `configuration_invalid`
 */
export function renewingSource(options: RenewingSourceOptions): RenewingSource {
  const renewal = new Renewal(renewalSettingsOf(options));
  return Object.freeze({
    current: (call?: { readonly signal?: AbortSignal }) => renewal.current(call?.signal),
    renew: () => renewal.renew(),
    state: () => renewal.state(),
    close: () => renewal.close(),
  });
}

type Timer = ReturnType<Runtime["schedule"]>;

interface Attempt {
  readonly controller: AbortController;
  /** Resolves, never rejects, when the attempt is over. */
  readonly ended: Promise<void>;
}

class Renewal {
  readonly #settings: RenewalSettings;
  readonly #runtime: Runtime;
  #id: string | undefined;
  #credential: WorkloadCredential | undefined;
  #attempt: Attempt | undefined;
  #next: (Appointment & { readonly timer: Timer }) | undefined;
  #closed = false;
  readonly #log = new AttemptLog();

  constructor(settings: RenewalSettings) {
    this.#settings = settings;
    this.#runtime = settings.runtime;
    this.#id = settings.id;
  }

  current(signal: AbortSignal | undefined): Awaitable<WorkloadCredential> {
    signal?.throwIfAborted();
    const now = this.#runtime.now();
    // Timers may come late: a laptop sleeps, a clock is set. Whoever asks sees to it that the attempt is made.
    if (this.#next === undefined || isDue(this.#next, now)) this.#begin();
    const { ended } = this.#attempt ?? {};
    if (this.#closed || ended === undefined || statusOf(this.#credential, now) === "ready") return this.#usable();
    return waitFor(ended, signal).then(() => this.#usable());
  }

  async renew(): Promise<void> {
    this.#begin();
    await this.#attempt?.ended;
  }

  async close(): Promise<void> {
    const { controller, ended } = this.#attempt ?? {};
    const change = !this.#closed;
    this.#closed = true;
    this.#next?.timer.cancel();
    this.#credential = undefined;
    controller?.abort(new SourceFailure("failed"));
    await ended;
    if (change) this.#tell();
  }

  state(): CredentialSourceState {
    return Object.freeze({
      status: this.#status(),
      ...describe(this.#credential),
      ...this.#log.read(),
      ...(this.#next !== undefined && !this.#attempt && !this.#closed && { nextAttemptAt: this.#next.at }),
    });
  }

  #status(): CredentialSourceState["status"] {
    if (this.#closed) return "closed";
    const status = statusOf(this.#credential, this.#runtime.now());
    if (status !== "unavailable" || this.#log.failures > 0) return status;
    return this.#attempt === undefined ? "idle" : "starting";
  }

  #usable(): WorkloadCredential {
    if (this.#credential === undefined) {
      const why = this.#closed ? "The credential source is closed" : "The credential source has no credential";
      throw new WimseError("credential_unavailable", why);
    }
    checkNotExpired(this.#credential, this.#runtime.now()); // CREDS-9.5.03
    return this.#credential;
  }

  /** Starts an attempt, unless there is one. */
  #begin(): void {
    if (this.#closed || this.#attempt !== undefined) return;
    this.#next?.timer.cancel();
    const controller = new AbortController();
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    // Known before `obtain` is called, which may itself want the credential of before.
    this.#attempt = { controller, ended };
    const tried = this.#try(controller.signal).catch(() => undefined); // a runtime may break down
    void tried.then(() => {
      this.#attempt = undefined;
      if (!this.#closed) this.#tell();
      end();
    });
  }

  async #try(closing: AbortSignal): Promise<void> {
    const { obtain, timeout, runtime } = this.#settings;
    const current = this.#credential;
    const late = (): Error => new SourceFailure("timed_out");
    try {
      // An `obtain` that ignores its signal is left behind, and what it brings later is not looked at.
      const credential = await withDeadline(runtime, timeout, closing, late, (signal) =>
        obtain({ signal, runtime, current }),
      );
      if (!this.#closed) this.#accept(credential);
    } catch (error) {
      if (!this.#closed) this.#noteFailure(failureOf(error));
    }
  }

  #accept(credential: WorkloadCredential): void {
    const now = this.#runtime.now();
    checkNotExpired(credential, now); // which also refuses whatever is no credential made here
    // Another identity would act under another name from one request to the next.
    if (this.#id !== undefined && credential.id.uri !== this.#id) throw new SourceFailure("identifier_changed");
    this.#id = credential.id.uri;
    this.#credential = credential; // also when it lives shorter than the last: its issuer may have a reason
    this.#log.noteSuccess(now);
    const delay = renewalDelay(Math.min(this.#settings.interval, credential.expiresAt - now), this.#runtime);
    this.#schedule(now, delay);
  }

  #noteFailure(failure: CredentialSourceFailure): void {
    const now = this.#runtime.now();
    this.#log.noteFailure(failure, now);
    const remaining = this.#credential && this.#credential.expiresAt - now;
    this.#schedule(now, retryDelayAfter(this.#log.failures, this.#settings.backOff, remaining, this.#runtime));
  }

  #schedule(now: number, delay: number): void {
    const at = now + delay;
    this.#next = { at, delay, timer: this.#runtime.schedule(at, () => this.#begin()) };
  }

  #tell(): void {
    tell(this.#settings.onChange, this.state());
  }
}
