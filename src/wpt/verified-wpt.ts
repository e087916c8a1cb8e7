import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";

/** What verification of a WPT found out. */
export interface VerifiedWptFields {
  readonly tokenId: string;
  readonly audience: string;
  readonly expiresAt: number;
  readonly txnToken: string | undefined;
  readonly otherTokens: ReadonlyMap<string, string> | undefined;
}

let seal: (fields: VerifiedWptFields) => VerifiedWpt;

/**
 * A Workload Proof Token that was verified against its WIT. Sealed: instances come from `verifyWpt` only. Whether it was
 * used before is not known here: claim its id in a replay store, in the scope of the WIT's identifier.
 */
export class VerifiedWpt {
  readonly #fields: VerifiedWptFields;

  private constructor(token: symbol, fields: VerifiedWptFields) {
    checkSeal(token, new.target, VerifiedWpt);
    this.#fields = fields;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The claim `jti`: unique among the proofs of one sender. */
  get tokenId(): string {
    return this.#fields.tokenId;
  }

  /** The audience as it was sent. */
  get audience(): string {
    return this.#fields.audience;
  }

  /** Seconds since the epoch: the claim `exp`. */
  get expiresAt(): number {
    return this.#fields.expiresAt;
  }

  /** The Txn-Token, when the proof covers one. */
  get txnToken(): string | undefined {
    return this.#fields.txnToken;
  }

  /** The other tokens that the proof covers, by lower-case field name. */
  get otherTokens(): ReadonlyMap<string, string> {
    return new Map(this.#fields.otherTokens); // a copy: what a proof covers does not change
  }

  toString(): string {
    return `for ${this.#fields.audience}`;
  }

  /** What a log may hold (WPT-3.1.5.01). */
  toJSON(): { audience: string; expiresAt: number } {
    return { audience: this.#fields.audience, expiresAt: this.#fields.expiresAt };
  }

  static {
    closeSealedClass(VerifiedWpt);
    seal = (fields) => new VerifiedWpt(SEAL, fields);
  }
}

export {
  /** Makes the result of a verification. */
  seal as sealVerifiedWpt,
};
