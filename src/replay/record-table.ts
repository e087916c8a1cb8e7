/** The word of a record by which it is found. Choose something that an adversary cannot aim at. */
export const HASH = 0;
const NEXT = 1;
/** The first word that is the caller's own. */
export const FIRST_FREE_WORD = 2;

/**
 * A chained hash table of small records of 32-bit words, in two typed arrays that are allocated once. It never grows,
 * copies or rehashes, so no operation takes longer than the few records of its chain. A fresh array costs nothing: the
 * operating system hands out its pages, already zero, as they are first written.
 *
 * A record is named by its position, from 1; 0 is no record.
 */
export class RecordTable {
  readonly capacity: number;
  readonly #width: number;
  readonly #words: Uint32Array;
  /** The first record of each chain. */
  readonly #heads: Uint32Array;
  /** Records below this position have been in use before; those above have never been touched. */
  #fresh = 1;
  /** The first record of the list of those that were given back. */
  #free = 0;
  #size = 0;

  /** `width` counts the words of a record, the first two included; `load` is the length of a chain when all is full. */
  constructor(capacity: number, width: number, load: number) {
    this.capacity = capacity;
    this.#width = width;
    this.#words = new Uint32Array((capacity + 1) * width);
    this.#heads = new Uint32Array(Math.ceil(capacity / load));
  }

  /** How many records are in use. */
  get size(): number {
    return this.#size;
  }

  get(record: number, word: number): number {
    return this.#words[record * this.#width + word] as number;
  }

  set(record: number, word: number, value: number): void {
    this.#words[record * this.#width + word] = value;
  }

  /** The first record of the chain in which every record of this hash is, newest first. */
  first(hash: number): number {
    return this.#heads[hash % this.#heads.length] as number;
  }

  /** The record behind this one in its chain. */
  next(record: number): number {
    return this.get(record, NEXT);
  }

  /** Takes a record into use; its other words may hold anything. The caller has seen to it that there is room. */
  insert(hash: number): number {
    const record = this.#free === 0 ? this.#fresh++ : this.#free;
    if (record === this.#free) this.#free = this.next(record);
    this.set(record, HASH, hash);
    this.set(record, NEXT, this.first(hash));
    this.#heads[hash % this.#heads.length] = record;
    this.#size++;
    return record;
  }

  /** Gives a record back. */
  remove(record: number): void {
    const hash = this.get(record, HASH);
    const after = this.next(record);
    let before = this.first(hash);
    if (before === record) {
      this.#heads[hash % this.#heads.length] = after;
    } else {
      while (this.next(before) !== record) before = this.next(before);
      this.set(before, NEXT, after);
    }
    this.set(record, NEXT, this.#free);
    this.#free = record;
    this.#size--;
  }
}
