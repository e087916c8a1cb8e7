import { waitFor } from "../../base/deadline.js";
import type { Runtime } from "../../base/runtime.js";
import { AttemptLog } from "../attempt-log.js";
import { type Appointment, type BackOff, isDue, retryDelayAfter } from "../attempt-times.js";
import { type CredentialSourceFailure, failureOf } from "../source-state.js";
import { GRPC, type OpenStream, type StreamListener } from "./grpc.js";

/** Settings of a {@link StreamWatch}. */
export interface StreamWatchOptions {
  open(listener: StreamListener): OpenStream;
  /**
   * Reads a message, and gives what puts it into effect at once; rejects when the message is to be discarded. What comes
   * back says in how many seconds the stream is to be opened anew, if by then no further message has come.
   */
  read(message: Uint8Array): Promise<() => number | undefined>;
  /** Forgets what was delivered: this workload is entitled to nothing. */
  redact(): void;
  /** Called after every change. */
  changed(): void;
  readonly runtime: Runtime;
  readonly backOff: BackOff;
  /** Seconds that the first message of a stream may take (WLAPI-4.3.02). */
  readonly timeout: number;
}

/** A stream that ends is opened at once, but not more often than this, seconds. */
const SHORTEST_STREAM = 1;

const FAILURES: ReadonlyMap<number, CredentialSourceFailure> = new Map([
  [GRPC.INVALID_ARGUMENT, "request_refused"],
  [GRPC.PERMISSION_DENIED, "permission_denied"],
  [GRPC.RESOURCE_EXHAUSTED, "resources_exhausted"],
  [GRPC.UNIMPLEMENTED, "not_implemented"], // WLAPI-7.01
  [GRPC.UNAVAILABLE, "endpoint_unavailable"],
]);

/** WLAPI-7.02, WLAPI-E-6.01: after these the server is not asked again. */
const FINAL: ReadonlySet<number> = new Set([GRPC.UNIMPLEMENTED, GRPC.INVALID_ARGUMENT]);

/** One stream, from its opening to its end. */
interface Attempt {
  readonly openedAt: number;
  stream?: OpenStream;
  /** Whether a message, good or bad, has been dealt with. */
  answered: boolean;
  /** The newest message that nobody has looked at: each is the whole state, so older ones do not matter. */
  waiting?: Uint8Array | undefined;
  reading?: Promise<void> | undefined;
  settle(): void;
}

/** Keeps one stream of a Workload API open (WLAPI-4.2.01), and puts into effect what it delivers. */
export class StreamWatch {
  readonly #options: StreamWatchOptions;
  readonly #log = new AttemptLog();
  #attempt: Attempt | undefined;
  #pending: Promise<void> | undefined;
  #deadline: { cancel(): void } | undefined;
  #next: (Appointment & { readonly timer: { cancel(): void } }) | undefined;
  #stopped = false;
  #lostAt: number | undefined;

  constructor(options: StreamWatchOptions) {
    this.#options = options;
  }

  /** Opens the stream when nobody has, or when it is time to and the timer is late. */
  kick(): void {
    const due = this.#next === undefined ? this.#attempt === undefined : isDue(this.#next, this.#options.runtime.now());
    if (due) this.#open();
  }

  /** Whether a stream is open whose first message is awaited. */
  get pending(): boolean {
    return this.#pending !== undefined;
  }

  /** Waits for the first message of the stream, or its failure. */
  async answered(signal: AbortSignal | undefined): Promise<void> {
    if (this.#pending === undefined) return;
    this.#attempt?.stream?.hold(true); // a program that waits for its credential must not end before it comes
    await waitFor(this.#pending, signal);
  }

  /** Since when what was delivered last may not be what holds; `undefined` while there is a stream that delivers. */
  get lostAt(): number | undefined {
    return this.#lostAt;
  }

  /** Failed attempts in a row. */
  get failures(): number {
    return this.#log.failures;
  }

  /** What became of the attempts, and when the next one is due. */
  read(): ReturnType<AttemptLog["read"]> & { nextAttemptAt?: number } {
    return { ...this.#log.read(), ...(this.#next !== undefined && { nextAttemptAt: this.#next.at }) };
  }

  /** Ends the stream for good. */
  stop(): void {
    this.#stopped = true;
    this.#cancelNext();
    this.#leave();
  }

  #open(): void {
    if (this.#stopped) return;
    this.#cancelNext();
    this.#leave();
    const { runtime, timeout } = this.#options;
    const now = runtime.now();
    let settle = (): void => {};
    this.#pending = new Promise((resolve) => {
      settle = resolve;
    });
    const attempt: Attempt = { openedAt: now, answered: false, settle };
    this.#attempt = attempt;
    this.#deadline = runtime.schedule(now + timeout, () => this.#fail(attempt, "timed_out"));
    try {
      attempt.stream = this.#options.open({
        onMessage: (message) => {
          attempt.waiting = message;
          attempt.reading ??= this.#readAll(attempt);
        },
        onEnd: (code) => this.#ended(attempt, code),
      });
    } catch {
      this.#fail(attempt, "stream_failed");
    }
  }

  async #readAll(attempt: Attempt): Promise<void> {
    while (attempt.waiting !== undefined && this.#attempt === attempt) {
      const message = attempt.waiting;
      attempt.waiting = undefined;
      let effect: () => number | undefined;
      try {
        effect = await this.#options.read(message);
      } catch (error) {
        // WLAPI-4.5.02: reported, discarded; what was delivered before stays, and the state is asked for again later
        if (this.#attempt === attempt) this.#discard(attempt, failureOf(error));
        continue;
      }
      if (this.#attempt === attempt) this.#accept(attempt, effect);
    }
    attempt.reading = undefined;
  }

  #accept(attempt: Attempt, effect: () => number | undefined): void {
    const now = this.#options.runtime.now();
    this.#cancelNext();
    const reopenIn = effect();
    this.#log.noteSuccess(now);
    this.#lostAt = undefined;
    if (reopenIn !== undefined) this.#schedule(now, reopenIn);
    this.#answer(attempt);
  }

  #discard(attempt: Attempt, failure: CredentialSourceFailure): void {
    this.#noteFailure(failure);
    this.#answer(attempt);
  }

  #noteFailure(failure: CredentialSourceFailure, final = false): void {
    const { runtime, backOff } = this.#options;
    const now = runtime.now();
    this.#log.noteFailure(failure, now);
    this.#lostAt ??= now;
    this.#cancelNext();
    if (!final) this.#schedule(now, retryDelayAfter(this.#log.failures, backOff, undefined, runtime));
  }

  /** The first message is there, or will not come: nobody waits any longer. */
  #answer(attempt: Attempt): void {
    attempt.answered = true;
    attempt.stream?.hold(false);
    this.#deadline?.cancel();
    this.#pending = undefined;
    attempt.settle();
    this.#options.changed();
  }

  #ended(attempt: Attempt, code: number): void {
    // What came before the end counts; but what was taken away is taken away at once.
    if (attempt.reading === undefined || code === GRPC.PERMISSION_DENIED) this.#finish(attempt, code);
    else void attempt.reading.then(() => this.#finish(attempt, code));
  }

  #finish(attempt: Attempt, code: number): void {
    if (this.#attempt !== attempt) return;
    const now = this.#options.runtime.now();
    if (code === GRPC.OK && attempt.answered) {
      // WLAPI-4.2.02
      this.#attempt = undefined;
      this.#lostAt ??= now;
      const delay = Math.max(0, attempt.openedAt + SHORTEST_STREAM - now);
      if (delay === 0) this.#open();
      else this.#schedule(now, delay);
      this.#options.changed();
      return;
    }
    // WLAPI-7.2.1.08, WLAPI-7.2.2.05
    if (code === GRPC.PERMISSION_DENIED) this.#options.redact();
    this.#fail(attempt, FAILURES.get(code) ?? "stream_failed", FINAL.has(code));
  }

  // WLAPI-E-6.02, WLAPI-E-6.03, WLAPI-7.2.1.07, WLAPI-7.2.2.04: again, after longer and longer waits
  #fail(attempt: Attempt, failure: CredentialSourceFailure, final = false): void {
    if (this.#attempt !== attempt) return;
    this.#attempt = undefined;
    attempt.stream?.cancel();
    this.#stopped ||= final;
    this.#noteFailure(failure, final);
    this.#answer(attempt);
  }

  /** Lets go of the stream that is open, if there is one. */
  #leave(): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#deadline?.cancel();
    this.#pending = undefined;
    attempt?.stream?.cancel();
    attempt?.settle();
  }

  #schedule(now: number, delay: number): void {
    this.#cancelNext();
    const at = now + delay;
    this.#next = { at, delay, timer: this.#options.runtime.schedule(at, () => this.#open()) };
  }

  #cancelNext(): void {
    this.#next?.timer.cancel();
    this.#next = undefined;
  }
}
