import { waitFor, withDeadline } from "../../base/deadline.js";
import { configurationInvalid } from "../../base/errors.js";
import { type Awaitable, drawFraction, type Runtime, timedRuntimeOf } from "../../base/runtime.js";
import type { Algorithm } from "../../crypto/algorithms.js";
import type { PublicJwk } from "../../crypto/public-key.js";
import type { VerificationKey } from "../../crypto/verifier.js";
import { findKey, holdsKey, type KeySet, keySetOf, refuseUnknownKey } from "../select-key.js";
import { keysUnavailable } from "../unavailable.js";
import type { KeySource, KeySourceState } from "./key-source.js";
import { LoadFailure } from "./load-failure.js";
import { MissingKeys } from "./missing-keys.js";
import { freshSeconds, missingSeconds, type RefreshTimes, refreshDelay, retryDelay } from "./refresh-times.js";

/** What one load brought. */
export interface KeyDocument<Version = unknown> {
  /** The usable keys, no `kid` twice; `"unchanged"` when those of the last load are still current. */
  readonly keys: readonly PublicJwk[] | "unchanged";
  /** Entries that were left out, in words of our own, no more than a few. Not read when the keys are unchanged. */
  readonly problems?: readonly string[];
  /** Seconds for which whoever publishes the keys calls them current. Default: `refreshInterval`. */
  readonly freshFor?: number;
  /** What the next load is told of this one if it was accepted: an entity tag, a digest, a sequence number. */
  readonly version?: Version;
}

/** How {@link refreshingKeys} gets at keys, and when. */
export interface RefreshingKeysOptions<Version = unknown> {
  readonly times: RefreshTimes;
  /** Default true: `start` loads. Otherwise the first look-up does. */
  readonly loadAtStart?: boolean;
  /** When the next attempt is made after one that failed while there are keys. Default: after a back-off. */
  readonly retry?: "back-off" | "next-interval";
  /** Takes precedence over the runtime that `start` is given. */
  readonly runtime?: Runtime | undefined;
  /** Loads the keys. It should fail with a {@link LoadFailure}; of other errors nothing is looked at. */
  load(options: LoadOptions<Version>): Promise<KeyDocument<Version>>;
}

/** What a load is told. */
export interface LoadOptions<Version = unknown> {
  /** Aborts when the time is over, and when the source is closed. What is loaded after that is not accepted. */
  readonly signal: AbortSignal;
  readonly runtime: Runtime;
  /** That of the document that was accepted last. */
  readonly version: Version | undefined;
}

/** A key source that refreshes. */
export interface RefreshingKeySource extends KeySource {
  start(runtime: Runtime): void;
  close(): void;
  state(): KeySourceState;
}

/** Keys that are loaded, again and again: one load at a time, whoever asks. */
export function refreshingKeys<Version>(options: RefreshingKeysOptions<Version>): RefreshingKeySource {
  timedRuntimeOf(options);
  const keys = new RefreshingKeys(options);
  return Object.freeze({
    select: (...args: Parameters<KeySource["select"]>) => keys.select(...args),
    holds: (key: VerificationKey) => keys.holds(key),
    start: (runtime: Runtime) => keys.start(runtime),
    close: () => keys.close(),
    state: () => keys.state(),
  });
}

/** Seconds by which a clock may be set back before the keys at hand no longer count as fresh. */
const CLOCK_STEP = 5;
/** Seconds after which a timer, or the end of a load, counts as missed: the machine slept, or timers stand still. */
const OVERDUE = 1;

class RefreshingKeys<Version> {
  readonly #options: RefreshingKeysOptions<Version>;
  readonly #times: RefreshTimes;
  readonly #missing: MissingKeys;
  #closed = false;
  #runtime: Runtime | undefined;
  #keys: KeySet | undefined;
  #version: Version | undefined;
  #problems: readonly string[] = [];
  #fetchedAt = 0;
  /** Seconds for which the keys at hand were called current. */
  #freshFor = 0;
  /** Until when the keys may be used without waiting for a load: they are fresh, or their source is known to be down. */
  #usableUntil = Number.NEGATIVE_INFINITY;
  #staleAt = Number.NEGATIVE_INFINITY;
  #load: { readonly done: Promise<boolean>; readonly abort: AbortController } | undefined;
  #loadStartedAt = Number.NEGATIVE_INFINITY;
  #failure: { readonly at: number; readonly reason: string; readonly count: number } | undefined;
  #timer: { cancel(): void } | undefined;
  #nextRefreshAt: number | undefined;

  constructor(options: RefreshingKeysOptions<Version>) {
    this.#options = options;
    this.#times = options.times;
    this.#missing = new MissingKeys(missingSeconds(options.times));
  }

  start(runtime: Runtime): void {
    if (this.#closed) throw configurationInvalid("keys: the key source was closed");
    if (this.#runtime !== undefined) return;
    this.#runtime = timedRuntimeOf({ runtime: this.#options.runtime ?? runtime });
    if (this.#options.loadAtStart ?? true) this.#startLoad(this.#runtime);
  }

  select(
    kid: string | undefined,
    algorithm: Algorithm,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Awaitable<VerificationKey> {
    if (this.#closed) throw keysUnavailable();
    this.#runtime ??= timedRuntimeOf(this.#options); // a source without a trust store
    const runtime = this.#runtime;
    const now = runtime.now();
    if (this.#load !== undefined && now > this.#loadStartedAt + this.#times.timeout + OVERDUE) {
      // Its own timer stood still: it has failed.
      this.#load.abort.abort();
      this.#load = undefined;
      this.#fail("timed_out", runtime, 0);
    }
    if (this.#keys === undefined || !this.#isUsable(now)) {
      // Fresh keys that ran out without a failure must be looked at again whatever the cooldown says.
      const due = this.#failure === undefined || this.#cooledDown(now);
      return this.#selectOnceLoaded(kid, algorithm, runtime, due, signal);
    }
    if (this.#nextRefreshAt !== undefined && now > this.#nextRefreshAt + OVERDUE) this.#startLoad(runtime, true);
    const key = findKey(this.#keys, kid, algorithm);
    if (key !== undefined) return key;
    const due = this.#cooledDown(now) && !this.#missing.has(kid, algorithm, now);
    return this.#selectOnceLoaded(kid, algorithm, runtime, due, signal);
  }

  holds(key: VerificationKey): boolean {
    return this.#keys !== undefined && this.#isUsable(this.#now()) && holdsKey(this.#keys, key);
  }

  close(): void {
    this.#closed = true;
    this.#load?.abort.abort();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nextRefreshAt = undefined;
    this.#keys = undefined;
    this.#missing.clear();
  }

  state(): KeySourceState {
    const held = this.#keys !== undefined;
    return Object.freeze({
      keys: held && this.#now() < this.#staleAt ? (this.#keys?.members.size ?? 0) : 0,
      ...(held && { fetchedAt: this.#fetchedAt, staleAt: this.#staleAt }),
      ...(this.#failure && { failedAt: this.#failure.at, failure: this.#failure.reason }),
      ...(this.#nextRefreshAt !== undefined && { nextRefreshAt: this.#nextRefreshAt }),
      problems: this.#problems,
    });
  }

  #now(): number {
    return this.#runtime?.now() ?? Number.NEGATIVE_INFINITY;
  }

  #isUsable(now: number): boolean {
    return now < this.#usableUntil && now >= this.#fetchedAt - CLOCK_STEP;
  }

  /** Whether requests may cause another load. A clock that was set back does not prolong the wait. */
  #cooledDown(now: number): boolean {
    if (this.#failure !== undefined && this.#waitsForInterval()) return now >= (this.#nextRefreshAt ?? now);
    return now >= this.#loadStartedAt + this.#times.cooldown || now < this.#loadStartedAt - CLOCK_STEP;
  }

  /** Joins the load that is going on, or starts one where it is due, and looks again. */
  async #selectOnceLoaded(
    kid: string | undefined,
    algorithm: Algorithm,
    runtime: Runtime,
    due: boolean,
    signal: AbortSignal | undefined,
  ): Promise<VerificationKey> {
    const going = this.#load;
    if (going === undefined && !due) return this.#refuse();
    const loaded = await waitFor(this.#startLoad(runtime), signal, keysUnavailable);
    if (this.#keys === undefined || !(loaded || this.#isUsable(runtime.now()))) throw keysUnavailable();
    const key = findKey(this.#keys, kid, algorithm);
    if (key !== undefined) return key;
    // A load that had begun before somebody asked may have missed the key narrowly.
    if (loaded && going === undefined) this.#missing.add(kid, algorithm, runtime.now());
    return this.#refuse();
  }

  /** A key that is not there may have been published since the last attempt failed. */
  #refuse(): never {
    if (this.#keys === undefined || this.#failure !== undefined) throw keysUnavailable();
    return refuseUnknownKey();
  }

  /** The load that is going on, or a new one. Its promise never rejects, and says whether it succeeded. */
  #startLoad(runtime: Runtime, inBackground = false): Promise<boolean> {
    if (this.#load !== undefined) return this.#load.done;
    this.#timer?.cancel();
    this.#loadStartedAt = runtime.now();
    const abort = new AbortController();
    const done = this.#runLoad(runtime, inBackground, abort).catch(() => false); // a runtime may break down
    this.#load = { done, abort };
    return done;
  }

  async #runLoad(runtime: Runtime, inBackground: boolean, abort: AbortController): Promise<boolean> {
    const startedAt = this.#loadStartedAt;
    let random = 0;
    try {
      const { signal } = abort;
      const version = this.#version;
      const load = (stop: AbortSignal): Promise<KeyDocument<Version>> => {
        random = drawFraction(runtime); // in here, since what fails at once would end before it counts as going on
        return this.#options.load({ signal: stop, runtime, version });
      };
      const late = (): Error => new LoadFailure("timed_out");
      const document = await withDeadline(runtime, this.#times.timeout, signal, late, load);
      if (signal.aborted) return false;
      this.#accept(document, startedAt);
      if (inBackground) this.#missing.clear();
      const delay = refreshDelay(freshSeconds(document.freshFor, this.#times), random);
      this.#refreshAt(Math.max(startedAt + delay, runtime.now()), runtime);
      return true;
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error instanceof LoadFailure ? error.reason : "failed", runtime, random);
      return false;
    } finally {
      if (this.#load?.abort === abort) this.#load = undefined;
    }
  }

  #accept({ keys, problems = [], freshFor, version }: KeyDocument<Version>, startedAt: number): void {
    if (keys !== "unchanged") {
      this.#keys = keySetOf(keys, this.#keys);
      this.#problems = Object.freeze([...problems]);
    } else if (this.#keys === undefined) {
      throw new LoadFailure("malformed");
    }
    this.#version = version;
    // From the beginning of the load: what was published after that may not be in it.
    this.#fetchedAt = startedAt;
    this.#freshFor = freshSeconds(freshFor, this.#times);
    this.#usableUntil = startedAt + this.#freshFor;
    this.#staleAt = this.#usableUntil + this.#times.maxStale;
    this.#failure = undefined;
  }

  #fail(reason: string, runtime: Runtime, random: number): void {
    const now = runtime.now();
    const count = (this.#failure?.count ?? 0) + 1;
    this.#failure = Object.freeze({ at: now, reason, count });
    const next = now + (this.#waitsForInterval() ? this.#freshFor : retryDelay(count, this.#times, random));
    if (now < this.#fetchedAt) {
      // The clock was set back: what is left to the keys counts from now.
      this.#fetchedAt = now;
      this.#usableUntil = now;
      this.#staleAt = Math.min(this.#staleAt, now + this.#times.maxStale);
    }
    // The source is down. Nobody needs to wait before the next attempt had its time.
    const attempted = next + this.#times.timeout + OVERDUE;
    this.#usableUntil = Math.max(this.#usableUntil, Math.min(this.#staleAt, attempted));
    this.#refreshAt(next, runtime);
  }

  #waitsForInterval(): boolean {
    return this.#options.retry === "next-interval" && this.#keys !== undefined;
  }

  #refreshAt(at: number, runtime: Runtime): void {
    this.#nextRefreshAt = at;
    this.#timer = runtime.schedule(at, () => void this.#startLoad(runtime, true));
  }
}
