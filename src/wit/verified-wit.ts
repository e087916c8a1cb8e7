import type { JWK } from "jose";
import { configurationInvalid } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import type { VerificationKey } from "../crypto/verifier.js";
import type { WorkloadIdentifier } from "../identifier/parse.js";
import type { TrustDomain } from "../trust/trust-domain.js";

/** The key that a WIT binds to its workload. */
export interface Confirmation {
  /** JOSE algorithm of every proof made with the key: `cnf.jwk.alg`. */
  readonly algorithm: string;
  /** The public key. */
  readonly jwk: JWK;
  /** RFC 7638 thumbprint of the key, SHA-256, base64url. */
  readonly thumbprint: string;
}

/** What verification found out, handed to the seal. */
export interface VerifiedWitFields {
  readonly id: WorkloadIdentifier;
  readonly claims: JsonObject;
  readonly expiresAt: number;
  readonly notBefore: number | undefined;
  readonly algorithm: string;
  readonly confirmation: Confirmation;
  readonly confirmationKey: VerificationKey;
  readonly domain: TrustDomain;
  readonly signingKey: VerificationKey;
  /** base64url SHA-256 of the token as received: what `wth` must be. */
  readonly hash: string;
  /** The encoded header of the last WPT that was accepted with this WIT: the same one need not be read again. */
  acceptedWptHeader: string | undefined;
}

let seal: (fields: VerifiedWitFields) => VerifiedWit;
let open: (wit: VerifiedWit) => VerifiedWitFields;

/**
 * A Workload Identity Token whose signature, times and claims were verified (WIMSE workload credentials section 5.1.4).
 *
 * Sealed: instances come from `verifyWit` and from a verifier, and from nowhere else. It proves nothing about who sent
 * it: that takes a proof made with the key in {@link VerifiedWit.confirmation}.
 */
export class VerifiedWit {
  readonly #fields: VerifiedWitFields;

  private constructor(token: symbol, fields: VerifiedWitFields) {
    checkSeal(token, new.target, VerifiedWit);
    this.#fields = fields;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The workload that the token names: its `sub`. */
  get id(): WorkloadIdentifier {
    return this.#fields.id;
  }

  /** All claims, frozen. */
  get claims(): JsonObject {
    return this.#fields.claims;
  }

  /** The claim `iss`, when there is one. It decides nothing unless the trust domain lists its issuers. */
  get issuer(): string | undefined {
    return this.#fields.claims["iss"] as string | undefined;
  }

  /** The claim `jti`, when there is one. Never a replay key: a WIT is used many times. */
  get tokenId(): string | undefined {
    return this.#fields.claims["jti"] as string | undefined;
  }

  /** JOSE algorithm of the token's own signature. */
  get algorithm(): string {
    return this.#fields.algorithm;
  }

  /** Seconds since the epoch: the claim `exp`. */
  get expiresAt(): number {
    return this.#fields.expiresAt;
  }

  /** The key whose possession the sender must prove. */
  get confirmation(): Confirmation {
    return this.#fields.confirmation;
  }

  toString(): string {
    return this.#fields.id.uri;
  }

  /** What a log may hold. */
  toJSON(): { id: string; expiresAt: number } {
    return { id: this.#fields.id.uri, expiresAt: this.#fields.expiresAt };
  }

  static {
    closeSealedClass(VerifiedWit);
    seal = (fields) => new VerifiedWit(SEAL, fields);
    open = (wit) => {
      if (typeof wit !== "object" || wit === null || !(#fields in wit)) {
        throw configurationInvalid("A VerifiedWit is required: verify the token first"); // WPT-2.22
      }
      return wit.#fields;
    };
  }
}

export {
  /** What the library's own modules need of a verified WIT; a TypeError for anything that verification did not make. */
  open as verifiedWitFields,
  /** Makes the result of a verification. */
  seal as sealVerifiedWit,
};
