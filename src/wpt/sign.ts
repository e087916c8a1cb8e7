import { encodeBase64url } from "../base/base64url.js";
import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import type { JsonObject } from "../base/json.js";
import { limitOf } from "../base/limits.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { credentialFields, type WorkloadCredential } from "../credential/credential.js";
import { checkNotExpired } from "../credential/source.js";
import { sha256Base64url } from "../crypto/digest.js";
import { signCompactJws } from "../crypto/jws.js";
import { accessTokenHashClaim } from "./access-token.js";
import { tokenHashClaims } from "./bound-tokens.js";

/** What a WPT is made for. */
export interface WptContent {
  /** The recipient: normally the target URI without query and fragment. */
  readonly audience: string;
  /** The value of the request's `Txn-Token` field, if it has one. */
  readonly txnToken?: string;
  /** Values of other fields with tokens that the recipient relies on, by field name. */
  readonly otherTokens?: Readonly<Record<string, string>>;
}

/** Settings of {@link signWpt}. */
export interface SignWptOptions {
  /** Seconds until the proof expires. Default 60, at most 300. */
  readonly lifetime?: number;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

const MINUTE = 60;
const LONGEST_LIFETIME = 300;
/** 128 bits: two proofs never share an id (WPT-2.13). */
const TOKEN_ID_BYTES = 16;

/**
 * Makes a Workload Proof Token (draft-ietf-wimse-wpt-02 section 2). Send it in `Authorization: WPT …` beside its WIT,
 * once: a repeated request takes a new proof.
 *
 * @example
 * ```ts
 * import { createTestIssuer } from "wimse/testing";
 * import { signWpt } from "wimse/wpt";
 *
 * const issuer = await createTestIssuer("wimse://example.com");
 * const credential = await issuer.credential("wimse://example.com/agent");
 * const wpt = await signWpt({ audience: "https://tools.example.com/search" }, credential);
 * console.log(`Authorization: WPT ${wpt.slice(0, 3)}…`); // Authorization: WPT eyJ…
 * ```
 *
 * @throws WimseError `credential_expired`; `credential_unavailable` when the signer failed
 * @throws TypeError `configuration_invalid`
 */
export async function signWpt(
  content: WptContent,
  credential: WorkloadCredential,
  options: SignWptOptions = {},
): Promise<string> {
  return signClaims(content, credential, options, {});
}

/**
 * A WPT of revision 01, for peers that know no newer one. Send it in `Workload-Proof-Token`.
 *
 * @param authorization the request's `Authorization` field: an access token in it is bound by `ath`
 */
export async function signOlderWpt(
  content: WptContent,
  authorization: string | undefined,
  credential: WorkloadCredential,
  options: SignWptOptions,
): Promise<string> {
  return signClaims(content, credential, options, accessTokenHashClaim(authorization));
}

async function signClaims(
  content: WptContent,
  credential: WorkloadCredential,
  options: SignWptOptions,
  more: JsonObject,
): Promise<string> {
  refuseUnknownOptions(content, ["audience", "txnToken", "otherTokens"], "signWpt");
  refuseUnknownOptions(options, ["lifetime", "runtime", "signal"], "signWpt");
  const { audience, txnToken, otherTokens } = content;
  // WPT-2.08, WPT-2.09
  if (typeof audience !== "string" || audience === "") throw configurationInvalid("signWpt: audience is required");
  const runtime = runtimeOf(options);
  const time = runtime.now();
  const { signer, wit } = credentialFields(credential);
  checkNotExpired(credential, time);

  const claims = {
    aud: audience,
    // WPT-2.10, WPT-2.11, WPT-3.1.2.01, CREDS-9.3.2.01, WITSVID-7.2.01, WITSVID-7.2.02
    exp: Math.floor(time) + Math.ceil(limitOf(options.lifetime, MINUTE, "lifetime", LONGEST_LIFETIME, 1)),
    jti: encodeBase64url(runtime.randomBytes(TOKEN_ID_BYTES)), // WPT-2.12, WPT-2.13
    wth: sha256Base64url(wit), // WPT-2.14
    ...more,
    ...tokenHashClaims(txnToken, otherTokens),
  };
  // WPT-2.05, WPT-2.06, WPT-2.07: the credential made sure that the signer's algorithm is cnf.jwk.alg
  const header = { alg: signer.algorithm, typ: "wpt+jwt" };
  return signCompactJws(header, claims, signer, options.signal && { signal: options.signal });
}
