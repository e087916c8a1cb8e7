import { configurationInvalid } from "../base/errors.js";
import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import type { WorkloadIdentifier } from "../identifier/parse.js";
import type { VerifiedWit } from "../wit/verified-wit.js";
import type { VerifiedWpt } from "../wpt/verified-wpt.js";

let sealWorkload: (wit: VerifiedWit) => AuthenticatedWorkload;
let sealRequest: (workload: AuthenticatedWorkload, wpt: VerifiedWpt) => AuthenticatedRequest;
let isAuthenticated: (workload: unknown) => boolean;

/** A workload that proved who it is: its credential was verified, and so was its possession of the key (ID-7.2.03). */
export class AuthenticatedWorkload {
  readonly #wit: VerifiedWit;

  private constructor(token: symbol, wit: VerifiedWit) {
    checkSeal(token, new.target, AuthenticatedWorkload);
    this.#wit = wit;
    Object.freeze(this); // own properties would hide the getters
  }

  /** Who it is (CREDS-7.02: the `sub` of the WIT). */
  get id(): WorkloadIdentifier {
    return this.#wit.id;
  }

  /** The credential that says so. */
  get wit(): VerifiedWit {
    return this.#wit;
  }

  toString(): string {
    return this.#wit.id.uri;
  }

  toJSON(): { id: string } {
    return { id: this.#wit.id.uri };
  }

  static {
    closeSealedClass(AuthenticatedWorkload);
    sealWorkload = (wit) => new AuthenticatedWorkload(SEAL, wit);
    isAuthenticated = (workload) => typeof workload === "object" && workload !== null && #wit in workload;
  }
}

/** The proof of possession that a request carried. */
export interface Proof {
  readonly type: "wpt" | "http-signature";
  /** The revision of its format, such as `wpt-02`. */
  readonly revision: string;
  /** Its unique id: the `jti` of a WPT. */
  readonly id: string;
  /** The audience as it was sent. */
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Tokens that came with a request, as far as its proof covers them. Others are not to be relied upon (WPT-2.37). */
export interface CoveredTokens {
  readonly txnToken?: string;
  /** The `Authorization` field; never beside a WPT, which takes its place. */
  readonly authorization?: string;
  /** By lower-case field name. */
  readonly others: ReadonlyMap<string, string>;
}

/** A request whose sender is authenticated. Sealed: instances come from a verifier only. */
export class AuthenticatedRequest {
  readonly #workload: AuthenticatedWorkload;
  readonly #wpt: VerifiedWpt;
  #proof: Proof | undefined;

  private constructor(token: symbol, workload: AuthenticatedWorkload, wpt: VerifiedWpt) {
    checkSeal(token, new.target, AuthenticatedRequest);
    this.#workload = workload;
    this.#wpt = wpt;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The sender. */
  get workload(): AuthenticatedWorkload {
    return this.#workload;
  }

  get proof(): Proof {
    const { tokenId, audience, expiresAt } = this.#wpt;
    this.#proof ??= Object.freeze({ type: "wpt", revision: "wpt-02", id: tokenId, audience, expiresAt });
    return this.#proof;
  }

  get tokens(): CoveredTokens {
    const { txnToken, otherTokens: others } = this.#wpt;
    // WPT-2.2.04, WPT-2.37: what the proof does not cover, a bearer token above all, is not handed over
    return Object.freeze(txnToken === undefined ? { others } : { txnToken, others });
  }

  /** The content, when the proof covers it. A WPT does not. */
  get body(): Uint8Array | undefined {
    return undefined;
  }

  /** Whether the sender demands a signed response. It cannot with a WPT. */
  get responseSignatureRequired(): boolean {
    return false;
  }

  toString(): string {
    return `request of ${this.#workload.id.uri}`;
  }

  /** What a log may hold: no token. */
  toJSON(): { workload: string; proof: string } {
    return { workload: this.#workload.id.uri, proof: this.proof.revision };
  }

  static {
    closeSealedClass(AuthenticatedRequest);
    sealRequest = (workload, wpt) => new AuthenticatedRequest(SEAL, workload, wpt);
  }
}

/** The workload itself, if a verifier made it; a TypeError for anything that merely looks like one. */
export function requireAuthenticated(workload: AuthenticatedWorkload): AuthenticatedWorkload {
  // ID-7.2.02
  if (!isAuthenticated(workload)) throw configurationInvalid("An AuthenticatedWorkload is required");
  return workload;
}

export {
  /** Makes the result of a verification. */
  sealRequest as sealAuthenticatedRequest,
  sealWorkload as sealAuthenticatedWorkload,
};
