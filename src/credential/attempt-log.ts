import type { CredentialSourceFailure, CredentialSourceState } from "./source-state.js";

/** What became of a source's attempts. */
export class AttemptLog {
  #succeededAt: number | undefined;
  #failedAt: number | undefined;
  #failure: CredentialSourceFailure | undefined;
  #failures = 0;

  /** Failed attempts in a row. */
  get failures(): number {
    return this.#failures;
  }

  noteSuccess(now: number): void {
    this.#succeededAt = now;
    this.#failure = undefined;
    this.#failures = 0;
  }

  noteFailure(failure: CredentialSourceFailure, now: number): void {
    this.#failedAt = now;
    this.#failure = failure;
    this.#failures++;
  }

  /** The part of a state that tells of attempts. */
  read(): Pick<CredentialSourceState, "succeededAt" | "failedAt" | "failure" | "failures"> {
    return {
      ...(this.#succeededAt !== undefined && { succeededAt: this.#succeededAt }),
      ...(this.#failedAt !== undefined && { failedAt: this.#failedAt }),
      ...(this.#failure !== undefined && { failure: this.#failure }),
      failures: this.#failures,
    };
  }
}
