import { configurationInvalid } from "../base/errors.js";
import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import type { HttpRequestView } from "../http/message.js";
import type { ProfileRevision } from "../httpsig/profile.js";
import type { WorkloadIdentifier } from "../identifier/parse.js";
import type { VerifiedWit } from "../wit/verified-wit.js";

let sealWorkload: (wit: VerifiedWit) => AuthenticatedWorkload;
let sealRequest: (fields: AuthenticatedRequestFields) => AuthenticatedRequest;
let openRequest: (request: AuthenticatedRequest) => AuthenticatedRequestFields;
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
  /** The revision of its format, such as `http-signature-07`. */
  readonly revision: ProfileRevision | "wpt-02" | "wpt-01";
  /** Its unique id: the `nonce` of a signature, the `jti` of a WPT. */
  readonly id: string;
  /** The audience as it was sent. */
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** Tokens that came with a request, as far as its proof covers them. Others are not to be relied upon (WPT-2.37). */
export interface CoveredTokens {
  readonly txnToken?: string;
  /**
   * The `Authorization` field that a signature covers; never the WPT that was verified. With a WPT of revision 01, which
   * covers the access token in it, the scheme before the token is not covered.
   */
  readonly authorization?: string;
  /** By lower-case field name: those of the policy's `understoodTokens`. */
  readonly others: ReadonlyMap<string, string>;
}

/** What a response has to be tied to: the request, and the nonce of its signature. */
export interface SignedQuestion {
  readonly view: HttpRequestView;
  readonly nonce: string;
  readonly revision: ProfileRevision;
}

/** What verification of a request found out, handed to the seal. */
export interface AuthenticatedRequestFields {
  readonly workload: AuthenticatedWorkload;
  readonly proof: () => Proof;
  readonly tokens: () => CoveredTokens;
  readonly body: Uint8Array | undefined;
  readonly responseSignatureRequired: boolean;
  /** Left out when the request was not signed: a WPT has nothing that a response could be tied to. */
  readonly question: SignedQuestion | undefined;
}

/** A request whose sender is authenticated. Sealed: instances come from a verifier only. */
export class AuthenticatedRequest {
  readonly #fields: AuthenticatedRequestFields;
  #proof: Proof | undefined;

  private constructor(token: symbol, fields: AuthenticatedRequestFields) {
    checkSeal(token, new.target, AuthenticatedRequest);
    this.#fields = fields;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The sender. */
  get workload(): AuthenticatedWorkload {
    return this.#fields.workload;
  }

  /** How the sender proved who it is. Where both a signature and a WPT were verified, this is the signature. */
  get proof(): Proof {
    this.#proof ??= Object.freeze(this.#fields.proof());
    return this.#proof;
  }

  get tokens(): CoveredTokens {
    // WPT-2.2.04, WPT-2.37: what the proof does not cover, a bearer token above all, is not handed over
    return Object.freeze(this.#fields.tokens());
  }

  /** The content as it was received, when a signature covers it. A WPT covers none. */
  get body(): Uint8Array | undefined {
    return this.#fields.body;
  }

  /** Whether the sender demands a signed response (HSIG-3.3.01). It cannot with a WPT. */
  get responseSignatureRequired(): boolean {
    return this.#fields.responseSignatureRequired;
  }

  toString(): string {
    return `request of ${this.#fields.workload.id.uri}`;
  }

  /** What a log may hold: no token. */
  toJSON(): { workload: string; proof: string } {
    return { workload: this.#fields.workload.id.uri, proof: this.proof.revision };
  }

  static {
    closeSealedClass(AuthenticatedRequest);
    sealRequest = (fields) => new AuthenticatedRequest(SEAL, fields);
    openRequest = (request) => {
      if (typeof request !== "object" || request === null || !(#fields in request)) {
        throw configurationInvalid("An AuthenticatedRequest is required: verify the request first");
      }
      return request.#fields;
    };
  }
}

/** The workload itself, if a verifier made it; a TypeError for anything that merely looks like one. */
export function requireAuthenticated(workload: AuthenticatedWorkload): AuthenticatedWorkload {
  // ID-7.2.02
  if (!isAuthenticated(workload)) throw configurationInvalid("An AuthenticatedWorkload is required");
  return workload;
}

export {
  /** What answering needs of a request; a TypeError for anything that no verifier made. */
  openRequest as authenticatedRequestFields,
  /** Makes the result of a verification. */
  sealRequest as sealAuthenticatedRequest,
  sealWorkload as sealAuthenticatedWorkload,
};
