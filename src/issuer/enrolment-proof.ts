import { calculateJwkThumbprint } from "jose";
import { encodeBase64url } from "../base/base64url.js";
import { asciiBytes } from "../base/bytes.js";
import { WimseError, type WimseErrorCode } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { Runtime } from "../base/runtime.js";
import { algorithmNamed } from "../crypto/algorithms.js";
import { sha256Base64url } from "../crypto/digest.js";
import { checkCriticalHeaders, checkTokenSize, isMediaType, readCompactJws, signCompactJws } from "../crypto/jws.js";
import { keyOctets, type PublicJwk, readPublicJwk } from "../crypto/public-key.js";
import type { Signer } from "../crypto/signer.js";
import { importVerificationKey } from "../crypto/verifier.js";
import { assertIssuableIdentifier, type WorkloadIdentifier } from "../identifier/parse.js";
import { isNumericDate } from "../wit/claims.js";
import { isForProofs } from "../wit/confirmation.js";

/** `typ` of the proof that a workload has the key which it asks a WIT for. */
const PROOF_TYPE = "wimse-enrolment+jwt";
/** Seconds. */
const PROOF_LIFETIME = 60;
const LONGEST_LIFETIME = 300;
const TOKEN_ID_BYTES = 16;
const LONGEST_TOKEN_ID = 128;
/** Bytes of an RSA key: 4096 bits. */
const LONGEST_MODULUS = 512;

/** What an enrolment proof is made for. */
export interface EnrolmentProofContent {
  /** The URL that it is sent to. */
  readonly audience: string;
  readonly sub: string;
  /** What it goes with: the enrolment token, the JWT, or at a renewal the present WIT. */
  readonly bootstrap: string;
}

/** Makes the proof for a key. docs/identity-server.md describes its claims. */
export function signEnrolmentProof(content: EnrolmentProofContent, key: Signer, runtime: Runtime): Promise<string> {
  const now = Math.floor(runtime.now());
  const claims = {
    aud: content.audience,
    sub: content.sub,
    iat: now,
    exp: now + PROOF_LIFETIME,
    jti: encodeBase64url(runtime.randomBytes(TOKEN_ID_BYTES)),
    bth: sha256Base64url(content.bootstrap),
    cnf: { jwk: key.publicJwk },
  };
  return signCompactJws({ alg: key.algorithm, typ: PROOF_TYPE }, claims, key);
}

/** What a server expects of a proof. */
export interface EnrolmentProofRules {
  readonly audience: string;
  /** The trust domain that the server names workloads of. */
  readonly origin: string;
  /** Algorithms that a workload's key may have. */
  readonly algorithms: ReadonlySet<string>;
  /** SHA-256 of what came with it, base64url. */
  readonly bootstrapHash: string;
  readonly clockTolerance: number;
}

/** A proof that was verified: whoever made it has the key, and asked this server for this identifier just now. */
export interface EnrolmentProof {
  readonly id: WorkloadIdentifier;
  readonly jwk: PublicJwk;
  readonly thumbprint: string;
  readonly tokenId: string;
  /** When it can be forgotten, seconds since the epoch. */
  readonly forgetAt: number;
}

/** Verifies a proof; whether it was used before is not known here. */
export async function verifyEnrolmentProof(
  token: string,
  rules: EnrolmentProofRules,
  now: number,
): Promise<EnrolmentProof> {
  checkTokenSize(token, "enrolment");
  const { header, claims, signingInput, signature } = readCompactJws(token, "enrolment");
  if (!isMediaType(header["typ"], PROOF_TYPE)) throw malformed(`The typ of the proof is not ${PROOF_TYPE}`);
  checkCriticalHeaders(header, "enrolment");
  const { jwk, algorithm } = readKey(header, claims, rules.algorithms);
  if (claims["aud"] !== rules.audience) throw refused("enrolment_audience_mismatch", "The proof is for another server");
  const forgetAt = readTimes(claims, now, rules.clockTolerance);
  const tokenId = readTokenId(claims);
  const id = readSubject(claims, rules.origin);
  if (claims["bth"] !== rules.bootstrapHash) {
    throw refused("enrolment_bootstrap_refused", "The proof was made for something else than what came with it");
  }
  const key = await importVerificationKey(jwk, algorithm);
  if (!(await key.verify(asciiBytes(signingInput), signature))) {
    throw refused("enrolment_signature_invalid", "The proof was not signed with the key in it");
  }
  return { id, jwk, thumbprint: await calculateJwkThumbprint(jwk), tokenId, forgetAt };
}

function readKey(header: JsonObject, { cnf }: JsonObject, allowed: ReadonlySet<string>) {
  const verdict = readPublicJwk(isJsonObject(cnf) ? cnf["jwk"] : undefined);
  if (verdict.kind !== "usable") throw keyInvalid("cnf.jwk is not a sound public key");
  const { key: jwk } = verdict;
  const algorithm = algorithmNamed(jwk.alg); // CREDS-5.1.12, CREDS-5.1.13
  if (algorithm === undefined || !allowed.has(algorithm.name)) throw keyInvalid("The alg of cnf.jwk is not allowed");
  // everybody who verifies its proofs would work for a longer one, and strangers would make this server work
  if (keyOctets(jwk, "n").length > LONGEST_MODULUS) throw keyInvalid("cnf.jwk is too long");
  if (!isForProofs(jwk)) throw keyInvalid("cnf.jwk is not for signatures");
  // the string that the WIT will hold, without aliases; `none` and HMAC are nobody's
  if (header["alg"] !== jwk.alg) throw keyInvalid("The proof's alg is not that of its key");
  return { jwk, algorithm };
}

function readTimes({ iat, exp }: JsonObject, now: number, clockTolerance: number): number {
  if (!isNumericDate(iat) || !isNumericDate(exp)) throw malformed("iat and exp are required, and numbers");
  const current = now < exp + clockTolerance && iat <= now + clockTolerance && exp - iat <= LONGEST_LIFETIME;
  if (!current) throw refused("enrolment_expired", "The proof is not for now, or lives too long");
  return exp + clockTolerance;
}

function readTokenId({ jti }: JsonObject): string {
  if (typeof jti !== "string" || jti === "" || jti.length > LONGEST_TOKEN_ID) throw malformed("jti is required");
  return jti;
}

function readSubject({ sub }: JsonObject, origin: string): WorkloadIdentifier {
  if (typeof sub === "string") {
    try {
      const id = assertIssuableIdentifier(sub);
      if (id.origin === origin) return id;
    } catch {
      // the code below says enough
    }
  }
  throw refused("enrolment_subject_invalid", "The sub is not a Workload Identifier of this trust domain");
}

function malformed(message: string): WimseError {
  return refused("enrolment_malformed", message);
}

function keyInvalid(message: string): WimseError {
  return refused("enrolment_key_invalid", message);
}

function refused(code: WimseErrorCode, message: string): WimseError {
  return new WimseError(code, message);
}
