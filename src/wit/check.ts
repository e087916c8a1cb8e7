import { asciiBytes } from "../base/bytes.js";
import { WimseError } from "../base/errors.js";
import { deepFreeze, type JsonObject } from "../base/json.js";
import type { Runtime } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import { type Algorithm, algorithmNamed } from "../crypto/algorithms.js";
import { sha256Base64url } from "../crypto/digest.js";
import { type CompactJws, checkCriticalHeaders, isMediaType, readCompactJws } from "../crypto/jws.js";
import type { VerificationKey } from "../crypto/verifier.js";
import { parseWorkloadIdentifier, type WorkloadIdentifier } from "../identifier/parse.js";
import { domainOf, refuseUnavailable, type TrustStore } from "../trust/store.js";
import type { TrustDomain } from "../trust/trust-domain.js";
import { checkInformationalClaims, readExpiration, readNotBefore } from "./claims.js";
import { readConfirmation } from "./confirmation.js";
import { checkExpiration, checkLifetime, checkNotBefore, type TimeRules } from "./times.js";
import { sealVerifiedWit, type VerifiedWit } from "./verified-wit.js";
import { checkWitSvidRules, requireKeyId } from "./wit-svid.js";

/** Verifies a WIT in full, in the order of section 5.1.4 of WIMSE workload credentials as far as it has one. */
export async function checkWit(
  token: string,
  trust: TrustStore,
  rules: TimeRules,
  clock: Pick<Runtime, "now">,
  options: { readonly signal?: AbortSignal | undefined; readonly trace?: Trace | undefined } = {},
): Promise<VerifiedWit> {
  const { trace } = options;
  const jws = readCompactJws(token, "wit", trace);
  const { header, claims } = jws;

  const id = readSubject(claims, trace); // ID-P-7.1.01: before anything is looked up with it
  const domain = requireTrusted(await domainOf(trust, id.origin, options.signal), id, trace);
  checkType(header, trace);
  const algorithm = readAlgorithm(header, domain, trace);
  checkCriticalHeaders(header, "wit", trace);

  const kid = readKeyId(header, domain, trace);
  const signingKey = await signingKeyOf(domain, kid, algorithm, options.signal);
  await checkSignature(jws, signingKey, trace);

  const now = clock.now(); // keys may take their time to come, and a WIT may be over by then
  trace?.begin("wit.expiration");
  const expiresAt = readExpiration(claims);
  checkExpiration(expiresAt, now, rules, trace);
  const notBefore = readNotBefore(claims);
  checkNotBefore(notBefore, now, rules, trace);
  checkLifetime(expiresAt, notBefore, now, rules, trace);
  checkIssuer(claims, domain, trace);

  const { confirmation, confirmationKey } = await readConfirmation(claims, domain, trace);
  if (domain.profile === "wit-svid") checkWitSvidRules(id, claims, trace);

  return sealVerifiedWit({
    id,
    claims: deepFreeze(claims), // CREDS-5.1.2.04, CREDS-5.1.4.07, WITSVID-3.8.03: unknown ones included, unread
    expiresAt,
    notBefore,
    algorithm: algorithm.name,
    confirmation,
    confirmationKey,
    domain,
    signingKey,
    hash: sha256Base64url(token),
    acceptedWptHeader: undefined,
  });
}

function readSubject({ sub }: JsonObject, trace?: Trace): WorkloadIdentifier {
  trace?.begin("wit.subject");
  // CREDS-5.1.05, CREDS-5.1.4.03, CREDS-4.01: one identifier, as one string; CREDS-1.3.01, ID-7.1.02: in its only form;
  // ID-5.05: derived from nothing else
  if (typeof sub === "string") {
    try {
      return parseWorkloadIdentifier(sub);
    } catch {
      // ID-P-7.1.02: the reason would tell of the input; the identifier's own codes are for those who parse one
    }
  }
  throw new WimseError("wit_subject_invalid", "The WIT's sub is not a Workload Identifier", "CREDS-5.1.4.03");
}

function requireTrusted(domain: TrustDomain | undefined, id: WorkloadIdentifier, trace?: Trace): TrustDomain {
  trace?.begin("wit.trust_domain", id.origin);
  // ID-7.3.01, ID-7.3.02, ID-7.3.03, CREDS-3.03: configuration alone says which domains and keys there are
  if (domain?.origin !== id.origin) {
    throw new WimseError("wit_trust_domain_unknown", "The WIT's trust domain is not trusted here", "ID-7.3.01");
  }
  return domain;
}

function checkType({ typ }: JsonObject, trace?: Trace): void {
  trace?.begin("wit.type");
  // CREDS-5.1.03, CREDS-5.1.4.04, CREDS-11.1.01, WITSVID-2.2.01, SPIFFEID-3.3.01
  if (!isMediaType(typ, "wit+jwt")) {
    throw new WimseError("wit_type_mismatch", "The typ header is not wit+jwt", "CREDS-5.1.4.04");
  }
}

function readAlgorithm({ alg }: JsonObject, domain: TrustDomain, trace?: Trace): Algorithm {
  trace?.begin("wit.algorithm", typeof alg === "string" ? alg.slice(0, 32) : "none given");
  const algorithm = algorithmNamed(alg); // CREDS-5.1.01, CREDS-5.1.02: knows asymmetric signatures only
  // CREDS-3.06, WITSVID-2.3.01, WITSVID-2.3.02
  if (algorithm === undefined || !domain.algorithms.has(algorithm.name)) {
    const requirement = algorithm === undefined ? "CREDS-5.1.01" : "CREDS-3.06";
    const message = "The trust domain does not allow the WIT's algorithm";
    throw new WimseError("wit_algorithm_not_allowed", message, requirement);
  }
  return algorithm;
}

function readKeyId({ kid }: JsonObject, domain: TrustDomain, trace?: Trace): string | undefined {
  trace?.begin("wit.key", typeof kid === "string" ? "by kid" : "the only key");
  if (kid !== undefined && typeof kid !== "string") {
    throw new WimseError("wit_malformed", "The kid header is not a string", "CREDS-3.07"); // RFC 7515 section 4.1.4
  }
  if (domain.profile === "wit-svid") requireKeyId(kid);
  return kid;
}

async function signingKeyOf(
  domain: TrustDomain,
  kid: string | undefined,
  algorithm: Algorithm,
  signal: AbortSignal | undefined,
): Promise<VerificationKey> {
  try {
    const key: VerificationKey | undefined = await domain.keys.select(kid, algorithm, signal && { signal });
    return key ?? refuseUnavailable(undefined); // a key source of the caller's own may have no answer
  } catch (error) {
    return refuseUnavailable(error);
  }
}

async function checkSignature(jws: CompactJws, key: VerificationKey, trace?: Trace): Promise<void> {
  trace?.begin("wit.signature", key.algorithm);
  // CREDS-5.1.4.05, CREDS-3.04
  if (!(await key.verify(asciiBytes(jws.signingInput), jws.signature))) {
    throw new WimseError("wit_signature_invalid", "The WIT's signature does not verify", "CREDS-5.1.4.05");
  }
}

function checkIssuer(claims: JsonObject, domain: TrustDomain, trace?: Trace): void {
  trace?.begin("wit.issuer", domain.issuers === undefined ? "any" : "listed ones only");
  checkInformationalClaims(claims);
  const { issuers } = domain;
  // CREDS-9.1.02; without a list, iss decides nothing (CREDS-5.1.3.02), and it never leads anywhere (CREDS-5.1.3.03)
  if (issuers !== undefined && !issuers.has(claims["iss"] as string)) {
    throw new WimseError("wit_issuer_not_allowed", "The WIT's issuer is not one of the trust domain's", "CREDS-9.1.02");
  }
}
