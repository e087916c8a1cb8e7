/** Why keys could not be loaded: words of our own, so that a state can show them. */
export class LoadFailure extends Error {
  /** Such as `timed_out`, `unreachable`, `status_404`, `too_large`, `malformed`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The keys could not be loaded: ${reason}`);
    this.reason = reason;
  }
}
