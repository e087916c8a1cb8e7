import type { JWK } from "jose";
import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { limitOf } from "../base/limits.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { algorithmNamed, WIT_SVID_ALGORITHMS } from "../crypto/algorithms.js";
import { signCompactJws } from "../crypto/jws.js";
import { type PublicJwk, readPublicJwk } from "../crypto/public-key.js";
import type { Signer } from "../crypto/signer.js";
import { assertIssuableIdentifier } from "../identifier/parse.js";
import type { WitProfile } from "../trust/trust-domain.js";
import { isNumericDate } from "./claims.js";
import { isForProofs } from "./confirmation.js";

/** What a WIT says. */
export interface WitContent {
  /** The workload's identifier, in canonical form. */
  readonly sub: string;
  /** The workload's public key, with `alg`. */
  readonly cnf: JWK;
  /** `iss`, `nbf`, `jti`, `iat` and claims of your own. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Settings of {@link issueWit}. */
export interface IssueWitOptions {
  /** The issuer's key. */
  readonly signer: Signer;
  /** The name of that key in the trust domain's key set. */
  readonly kid: string;
  /** Seconds until `exp`. Default 3600, at most 86400. */
  readonly lifetime?: number;
  /** Default `"wit"`. `"wit-svid"` refuses what SPIFFE's WIT-SVID forbids. */
  readonly profile?: WitProfile;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

const CONTENT_NAMES = ["sub", "cnf", "claims"];
const OPTION_NAMES = ["signer", "kid", "lifetime", "profile", "runtime", "signal"];
const OWN_CLAIMS = ["sub", "cnf", "exp"];
const HOUR = 3600;
const DAY = 86400;

/**
 * Issues a Workload Identity Token (WIMSE workload credentials section 5.1).
 *
 * @example
 * ```ts
 * import { generateKey } from "wimse/credential";
 * import { issueWit } from "wimse/wit";
 *
 * const issuerKey = await generateKey();
 * const agentKey = await generateKey();
 * const wit = await issueWit(
 *   { sub: "wimse://example.com/agent", cnf: agentKey.publicJwk },
 *   { signer: issuerKey, kid: "2026-11", lifetime: 600 },
 * );
 * console.log(wit.split(".").length); // 3
 * ```
 *
 * @throws TypeError `configuration_invalid`: the subject, the key or a claim may not stand in a WIT
 */
export async function issueWit(wit: WitContent, options: IssueWitOptions): Promise<string> {
  if (!wit || !options) throw configurationInvalid("issueWit: content and options are required");
  refuseUnknownOptions(wit, CONTENT_NAMES, "issueWit");
  refuseUnknownOptions(options, OPTION_NAMES, "issueWit");
  const { signer, kid, profile = "wit" } = options;
  if (typeof signer?.sign !== "function") throw configurationInvalid("issueWit: a signer is required");
  // WITSVID-2.1.01, WITSVID-4.02; without a kid a second key of the domain would make the WIT ambiguous
  if (typeof kid !== "string" || kid === "") throw configurationInvalid("issueWit: kid is required");
  // CREDS-5.1.01, CREDS-5.1.02
  if (algorithmNamed(signer.algorithm) === undefined) throw configurationInvalid("issueWit: the signer's algorithm");
  // CREDS-5.1.05, CREDS-4.01, ID-P-4.1.02, WITSVID-4.03
  const { scheme } = assertIssuableIdentifier(wit.sub);
  const jwk = publicKeyWithAlgorithm(wit.cnf);
  const claims = checkedClaims(wit.claims);
  if (profile === "wit-svid") refuseForWitSvid(scheme, signer, jwk, claims);
  else if (profile !== "wit") throw configurationInvalid('issueWit: profile is "wit" or "wit-svid"');

  const now = Math.floor(runtimeOf(options).now());
  // CREDS-9.3.1.01, CREDS-9.3.1.02, CREDS-5.1.06: hours, never a year
  const exp = now + Math.floor(limitOf(options.lifetime, HOUR, "lifetime", DAY, 1));
  // CREDS-5.1.03, WITSVID-4.02; no further parameters: WITSVID-2.4.01
  const { nbf } = claims;
  if (typeof nbf === "number" && nbf >= exp) throw configurationInvalid("issueWit: nbf is not before the expiry");
  const header = { alg: signer.algorithm, kid, typ: "wit+jwt" };
  // CREDS-5.1.08, CREDS-5.1.09, SPIFFEID-3.2.01: identifier and key stand in what is signed
  const payload = { iat: now, ...claims, sub: wit.sub, exp, cnf: { jwk } };
  return signCompactJws(header, payload, signer, options.signal && { signal: options.signal });
}

function publicKeyWithAlgorithm(cnf: JWK): PublicJwk {
  const verdict = readPublicJwk(cnf);
  if (verdict.kind !== "usable") throw configurationInvalid(`issueWit: cnf: ${verdict.reason}`);
  // CREDS-5.1.12, CREDS-5.1.13, CREDS-5.1.15, CREDS-5.1.16, CREDS-5.1.17
  if (verdict.key.alg === undefined) throw configurationInvalid("issueWit: cnf has no alg");
  if (!isForProofs(verdict.key)) throw configurationInvalid("issueWit: cnf is not for signatures");
  return verdict.key;
}

function checkedClaims(claims: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  if (!isJsonObject(claims)) throw configurationInvalid("issueWit: claims is an object");
  for (const name of OWN_CLAIMS) {
    if (Object.hasOwn(claims, name)) throw configurationInvalid(`issueWit: ${name} is not given among the claims`);
  }
  const { iss, jti, nbf, iat } = claims;
  for (const text of [iss, jti]) {
    // CREDS-5.1.04, CREDS-5.1.07, CREDS-5.1.3.01, WITSVID-3.3.01, WITSVID-3.7.01
    if (text !== undefined && typeof text !== "string") throw configurationInvalid("issueWit: iss and jti are strings");
  }
  for (const time of [nbf, iat]) {
    // WITSVID-4.05
    if (time !== undefined && !isNumericDate(time)) throw configurationInvalid("issueWit: nbf and iat are numbers");
  }
  return claims; // WITSVID-3.8.02: those of your own too
}

function refuseForWitSvid(scheme: string, signer: Signer, jwk: PublicJwk, claims: Record<string, unknown>): void {
  const refuse = (what: string): never => {
    throw configurationInvalid(`issueWit: a WIT-SVID ${what}`);
  };
  if (scheme !== "spiffe") refuse("names a SPIFFE ID"); // WITSVID-3.1.01
  if (!WIT_SVID_ALGORITHMS.includes(signer.algorithm)) refuse("is signed with an RS, PS or ES algorithm"); // WITSVID-4.01, WITSVID-2.3.01
  if (!WIT_SVID_ALGORITHMS.includes(jwk.alg ?? "")) refuse("binds a key for an RS, PS or ES algorithm"); // WITSVID-4.04, WITSVID-3.2.04
  if (Object.hasOwn(claims, "aud")) refuse("has no aud claim"); // WITSVID-3.8.01
  const { iss } = claims;
  if (typeof iss === "string" && /^https?:/i.test(iss)) refuse("has no iss that OpenID Connect could discover"); // WITSVID-3.7.02
}
