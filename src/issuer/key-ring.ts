import { configurationInvalid, WimseError } from "../base/errors.js";
import type { Runtime } from "../base/runtime.js";
import type { Signer } from "../crypto/signer.js";
import * as schedules from "./key-schedule.js";
import { RELOAD_INTERVAL } from "./key-schedule.js";
import { cachedUntil, withKeys } from "./published-state.js";
import type { SavedState } from "./saved-state.js";
import type { SigningKeys } from "./signing-keys.js";
import { type IssuerState, type KeyRecord, STATE_FORMAT } from "./state.js";

/** What a key ring works with. */
export interface KeyRingSettings {
  readonly origin: string;
  readonly schedule: schedules.KeySchedule;
  /** Seconds for which verifiers may keep what is published. */
  readonly refreshHint: number;
  readonly keys: SigningKeys;
  readonly saved: SavedState;
  /** Whether others may have changed the saved state. */
  readonly shared: boolean;
  /** Seconds for which it signs without hearing from the store, where others may change that. */
  readonly maxStale: number;
  readonly runtime: Runtime;
}

/** Seconds after which a failed step is tried again. */
const RETRY_AFTER = 10;
/** So many keys are published at the most: nobody has to read a key set without end. */
export const MOST_KEYS = 100;
/** Attempts to save, while others save too. */
const ATTEMPTS = 8;

/**
 * The signing keys of an issuer, through all their states. What is due is done when somebody asks or the timer comes,
 * one step at a time, and takes effect when it is saved: until then everything stays as it was.
 */
export class KeyRing {
  readonly #settings: KeyRingSettings;
  #state: IssuerState;
  #turn: Promise<unknown> = Promise.resolve();
  #nextAt = Number.NEGATIVE_INFINITY;
  #reloadAt: number;
  /** When the store was last known to hold this state. */
  #confirmedAt: number;
  #settling: Promise<void> | undefined;
  #timer: { cancel(): void } | undefined;
  /** A key that was made and could not be saved: it is for the next attempt. */
  #spare: KeyRecord | undefined;
  #failure: string | undefined;
  #closed = false;

  private constructor(settings: KeyRingSettings, state: IssuerState) {
    this.#settings = settings;
    this.#state = state;
    this.#confirmedAt = settings.runtime.now();
    this.#reloadAt = this.#confirmedAt + RELOAD_INTERVAL;
  }

  /** Loads the saved keys, or makes the first one. */
  static async open(settings: KeyRingSettings): Promise<KeyRing> {
    const { origin, runtime, refreshHint } = settings;
    const loaded = await settings.saved.load();
    const ring = new KeyRing(
      settings,
      loaded ?? { format: STATE_FORMAT, origin, revision: 0, sequence: 0, contents: "", keys: [] },
    );
    await ring.#change(async (keys) => schedules.afterRestart(keys, runtime.now(), refreshHint));
    await ring.#activeSigner();
    return ring;
  }

  get state(): IssuerState {
    return this.#state;
  }

  /** What went wrong last, if nothing has gone right since; fixed text. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Brings everything up to the present. What cannot be done now leaves what is in place, and is tried again. */
  async settle(): Promise<void> {
    if (this.#closed || this.#isBefore(this.#nextAt)) return;
    this.#settling ??= this.#change(async (keys) => keys)
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#settling = undefined;
      });
    await this.#settling;
  }

  /** The key that signs at this moment. */
  async active(): Promise<{ readonly kid: string; readonly signer: Signer }> {
    if (this.#closed) throw closed();
    await this.settle();
    this.#requireConfirmed();
    return this.#activeSigner();
  }

  /** Makes a further key and publishes it. */
  async rotate(): Promise<KeyRecord> {
    let kid = "";
    await this.#change(async (keys) => {
      if (keys.length >= MOST_KEYS) throw configurationInvalid(`rotate: there are ${MOST_KEYS} keys already`);
      const key = await this.#newKey();
      kid = key.kid;
      // a saving that failed, as far as anybody told, may have been one: no key is there twice
      return keys.some((saved) => saved.kid === kid) ? keys : [...keys, key];
    });
    return this.#state.keys.find((key) => key.kid === kid) as KeyRecord;
  }

  /** Takes a key away at once: nothing that it signed is accepted by those who know. */
  async withdraw(kid: string): Promise<void> {
    await this.#change(async (keys) => {
      const left = keys.filter((key) => key.kid !== kid);
      if (left.length === keys.length) throw configurationInvalid("withdraw: the issuer has no such key");
      return left;
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #activeSigner(): Promise<{ kid: string; signer: Signer }> {
    const record = schedules.activeKey(this.#state.keys);
    if (record === undefined) throw new WimseError("credential_unavailable", "The issuer has no key to sign with");
    return { kid: record.kid, signer: await this.#settings.keys.signerOf(record) };
  }

  /** One change after the other, each on the newest state, and what is due in between. */
  #change(change: (keys: readonly KeyRecord[]) => Promise<readonly KeyRecord[]>): Promise<void> {
    const turn = this.#turn.then(() => this.#apply(change));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #apply(change: (keys: readonly KeyRecord[]) => Promise<readonly KeyRecord[]>): Promise<void> {
    const { saved, shared, refreshHint, runtime } = this.#settings;
    if (this.#closed) throw closed();
    if (shared && !this.#isBefore(this.#reloadAt)) await this.#reload();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const keys = await this.#upToDate(await change(this.#state.keys));
      const now = runtime.now();
      const next = withKeys(this.#state, keys, now, refreshHint);
      if (next === this.#state) return this.#settled(next);
      if (await saved.save(next)) {
        this.#confirmedAt = now;
        return this.#settled(next);
      }
      await this.#reload(); // somebody else was quicker
    }
    throw new WimseError("issuer_state_unavailable", "The state of the issuer is changed too often by others");
  }

  /** Whether a time that is near is still to come. One that is far off is near no more: the clock was set back. */
  #isBefore(at: number): boolean {
    const wait = at - this.#settings.runtime.now();
    return wait > 0 && !(this.#settings.shared && wait > RELOAD_INTERVAL);
  }

  async #reload(): Promise<void> {
    const now = this.#settings.runtime.now(); // what the store answers may be as old as the question
    const loaded = await this.#settings.saved.load();
    // BUNDLE-4.1.1.02: a store that has fallen behind brings back neither a sequence number nor a withdrawn key
    if ((loaded?.revision ?? 0) < this.#state.revision) {
      throw new WimseError("issuer_state_unavailable", "The state of the issuer is older than it was");
    }
    if (loaded !== undefined) this.#state = loaded;
    this.#confirmedAt = now;
    this.#reloadAt = now + RELOAD_INTERVAL;
  }

  /** An issuer that has not heard from its store for too long may have been overtaken, and must not sign. */
  #requireConfirmed(): void {
    const { shared, maxStale, runtime } = this.#settings;
    const now = runtime.now();
    const until = schedules.signsUntil(this.#state.keys, this.#confirmedAt, maxStale);
    if (shared && (now >= until || now < this.#confirmedAt - RELOAD_INTERVAL)) {
      throw new WimseError("issuer_state_unavailable", "The state of the issuer was last confirmed too long ago");
    }
  }

  /** Everything that is due. */
  async #upToDate(before: readonly KeyRecord[]): Promise<readonly KeyRecord[]> {
    const { runtime, schedule, refreshHint } = this.#settings;
    let keys = before;
    this.#failure = undefined;
    if (schedules.lacksKey(keys)) keys = [...keys, await this.#newKey()];
    const isDue = runtime.now() >= schedules.rotationAt(keys, schedule);
    if (isDue && keys.length < MOST_KEYS) keys = await this.#withNewKey(keys);
    const now = runtime.now(); // after a key was made, which takes its time: nobody could know it before
    keys = schedules.published(keys, now, cachedUntil(this.#state, now, refreshHint), schedule);
    const unusable = new Set<string>();
    for (;;) {
      const due = schedules.keyDue(keys, now, unusable);
      if (due === undefined) break;
      if (await this.#settings.keys.opens(due)) keys = schedules.activated(keys, due, now, schedule);
      else unusable.add(due.kid); // the key before it goes on
    }
    if (unusable.size > 0) this.#failure = "a new key cannot be opened";
    return schedules.withLifetime(schedules.withoutRetired(keys, now), schedule);
  }

  #settled(state: IssuerState): void {
    this.#state = state;
    const { runtime, schedule, shared } = this.#settings;
    this.#settings.keys.keepOnly(state.keys);
    if (state.keys.some((key) => key.kid === this.#spare?.kid)) this.#spare = undefined;
    const now = runtime.now();
    const event = schedules.nextEventAt(state.keys, schedule);
    const dueAt = event > now ? event : now + RETRY_AFTER; // what is due still is tried again
    this.#wakeAt(shared ? Math.min(dueAt, this.#reloadAt) : dueAt);
  }

  #failed(error: unknown): void {
    this.#failure = error instanceof WimseError ? error.message : "a new key cannot be made";
    this.#wakeAt(this.#settings.runtime.now() + RETRY_AFTER);
  }

  #wakeAt(at: number): void {
    this.#nextAt = at;
    this.#timer?.cancel();
    this.#timer = Number.isFinite(at) ? this.#settings.runtime.schedule(at, () => void this.settle()) : undefined;
  }

  /** The keys and a further one; without it where none can be made now, since the present one is good. */
  async #withNewKey(keys: readonly KeyRecord[]): Promise<readonly KeyRecord[]> {
    try {
      return [...keys, await this.#newKey()];
    } catch {
      this.#failure = "a new key cannot be made";
      return keys;
    }
  }

  async #newKey(): Promise<KeyRecord> {
    this.#spare = { ...(this.#spare ?? (await this.#settings.keys.make())), createdAt: this.#settings.runtime.now() };
    return this.#spare;
  }
}

function closed(): TypeError {
  return configurationInvalid("issuer: it was closed");
}
