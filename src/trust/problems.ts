/** How many are told; of the others, the number. */
const MOST = 32;

/** What was left out of a document from outside, in words of our own, and never more of it than fits on a page. */
export class Problems {
  readonly #told: string[] = [];
  #untold = 0;

  add(problem: string): void {
    if (this.#told.length < MOST) this.#told.push(problem);
    else this.#untold++;
  }

  list(): readonly string[] {
    return Object.freeze(this.#untold === 0 ? [...this.#told] : [...this.#told, `and ${this.#untold} more`]);
  }
}
