/** A call that succeeds, argument by argument. A plain object is taken for options, each of which can be wrong. */
export interface SoundCall {
  readonly name: string;
  readonly call: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  /** Options that the sound call leaves out. */
  readonly more?: readonly string[];
}
