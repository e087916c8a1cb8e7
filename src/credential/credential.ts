import { utf8Bytes } from "../base/bytes.js";
import { configurationInvalid, WimseError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { checkSeal, closeSealedClass, SEAL } from "../base/seal.js";
import { type Algorithm, algorithmNamed } from "../crypto/algorithms.js";
import { checkTokenSize, readCompactJws } from "../crypto/jws.js";
import { type PublicJwk, readPublicJwk } from "../crypto/public-key.js";
import { createSigner, type Signer, type SigningKey, signatureOf } from "../crypto/signer.js";
import { importVerificationKey } from "../crypto/verifier.js";
import { parseWorkloadIdentifier, type WorkloadIdentifier } from "../identifier/parse.js";
import { readExpiration } from "../wit/claims.js";

interface CredentialFields {
  readonly wit: string;
  readonly id: WorkloadIdentifier;
  readonly expiresAt: number;
  readonly signer: Signer;
}

let seal: (fields: CredentialFields) => WorkloadCredential;
let open: (credential: WorkloadCredential) => CredentialFields;

/**
 * A WIT together with the signer of the key that it binds: what a workload needs to prove who it is. The key stays with
 * the signer, and the credential prints as the workload's identifier.
 */
export class WorkloadCredential {
  readonly #fields: CredentialFields;

  private constructor(token: symbol, fields: CredentialFields) {
    checkSeal(token, new.target, WorkloadCredential);
    this.#fields = fields;
    Object.freeze(this); // own properties would hide the getters
  }

  /** The workload that the credential stands for. */
  get id(): WorkloadIdentifier {
    return this.#fields.id;
  }

  /** Seconds since the epoch; nothing is signed from then on. */
  get expiresAt(): number {
    return this.#fields.expiresAt;
  }

  /** JOSE algorithm of every proof made with the credential. */
  get algorithm(): string {
    return this.#fields.signer.algorithm;
  }

  /** The Workload Identity Token. Send it together with a proof only. */
  get wit(): string {
    return this.#fields.wit;
  }

  toString(): string {
    return this.#fields.id.uri;
  }

  toJSON(): { id: string; expiresAt: number } {
    return { id: this.#fields.id.uri, expiresAt: this.#fields.expiresAt };
  }

  static {
    closeSealedClass(WorkloadCredential);
    seal = (fields) => new WorkloadCredential(SEAL, fields);
    open = (credential) => {
      if (typeof credential !== "object" || credential === null || !(#fields in credential)) {
        throw configurationInvalid("A WorkloadCredential is required: make one with createCredential");
      }
      return credential.#fields;
    };
  }
}

/** Whether a value is a credential made here. */
export function isWorkloadCredential(value: unknown): value is WorkloadCredential {
  return value instanceof WorkloadCredential;
}

/**
 * Joins a WIT and its key, and makes sure that they belong together.
 *
 * The WIT is read, not verified: its holder got it from its own issuer. A non-extractable `CryptoKey` and a signer of
 * your own are put to the test with one signature.
 *
 * @example
 * ```ts
 * import { createCredential, generateKey } from "wimse/credential";
 * import { createTestIssuer } from "wimse/testing";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const key = await generateKey();
 * const wit = await issuer.issue("wimse://example.com/agent", key.publicJwk);
 * const credential = await createCredential(wit, key);
 * console.log(String(credential)); // wimse://example.com/agent
 * ```
 *
 * @throws WimseError `credential_key_mismatch`: the key is not the WIT's; `credential_unavailable`: the signer failed;
 * `wit_too_large`, `wit_malformed`,
 * `wit_subject_invalid`, `wit_expiration_missing`, `wit_claim_invalid`, `wit_confirmation_invalid`: the WIT is unusable
 * @throws TypeError `configuration_invalid`: the WIT is no string, or there is no key
 */
export async function createCredential(wit: string, key: SigningKey): Promise<WorkloadCredential> {
  if (typeof wit !== "string") throw configurationInvalid("createCredential: the WIT is a string");
  checkTokenSize(wit, "wit");
  const { claims } = readCompactJws(wit, "wit");
  const id = readIdentifier(claims["sub"]);
  const expiresAt = readExpiration(claims);
  const bound = readBoundKey(claims["cnf"]);
  const signer = await signerFor(bound, key);
  return seal({ wit, id, expiresAt, signer });
}

function readIdentifier(sub: unknown): WorkloadIdentifier {
  if (typeof sub === "string") {
    try {
      return parseWorkloadIdentifier(sub);
    } catch {
      // the code below says enough
    }
  }
  throw new WimseError("wit_subject_invalid", "The WIT's sub is not a Workload Identifier", "CREDS-5.1.05");
}

interface BoundKey {
  readonly publicKey: PublicJwk;
  readonly algorithm: Algorithm;
}

function readBoundKey(cnf: unknown): BoundKey {
  const verdict = readPublicJwk(isJsonObject(cnf) ? cnf["jwk"] : undefined); // refuses a key that does not fit its alg
  const algorithm = verdict.kind === "usable" ? algorithmNamed(verdict.key.alg) : undefined;
  if (verdict.kind !== "usable" || algorithm === undefined) {
    throw new WimseError("wit_confirmation_invalid", "The WIT has no sound cnf.jwk with alg", "CREDS-5.1.12");
  }
  return { publicKey: verdict.key, algorithm };
}

/** CREDS-5.1.14, WPT-2.05, WPT-2.06: the proof is made with the bound key and with the algorithm that `cnf.jwk.alg` names. */
async function signerFor({ publicKey, algorithm }: BoundKey, key: SigningKey): Promise<Signer> {
  if (!isJsonObject(key)) throw configurationInvalid("createCredential: a private key is required");
  let signer: Signer;
  try {
    signer = await createSigner(key, algorithm.name, publicKey);
  } catch (error) {
    if (error instanceof TypeError) throw keyMismatch();
    throw new WimseError("credential_unavailable", "The signer does not say which key it has");
  }
  // A signer of one's own says itself which key it has; one signature shows whether that is the WIT's.
  const probe = utf8Bytes("wimse: trial signature of a credential");
  const verificationKey = await importVerificationKey(publicKey, algorithm);
  if (!(await verificationKey.verify(probe, await signatureOf(signer, probe, undefined)))) throw keyMismatch();
  return signer;
}

function keyMismatch(): WimseError {
  return new WimseError("credential_key_mismatch", "The key is not the one that the WIT binds", "CREDS-5.1.10");
}

export {
  /** What signing needs of a credential; a TypeError for anything that `createCredential` did not make. */
  open as credentialFields,
};
