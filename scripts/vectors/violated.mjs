// @ts-check

/**
 * What is violated by input that is rejected with a code, as far as the code alone tells. A case cites it beside what it is
 * about.
 *
 * @type {Readonly<Record<string, string>>}
 */
const VIOLATED = {
  identifier_too_long: "ID-7.1.05",
  proof_missing: "CREDS-5.1.10",
  proof_not_accepted: "CREDS-5.1.10",
  wit_missing: "WPT-2.01",
  wit_multiple: "CREDS-5.1.1.01",
  wit_malformed: "CREDS-5.1.4.02",
  wit_subject_invalid: "CREDS-5.1.4.03",
  wit_trust_domain_unknown: "ID-7.3.01",
  wit_type_mismatch: "CREDS-5.1.4.04",
  wit_critical_header_unsupported: "CREDS-5.1.4.01",
  wit_key_not_found: "CREDS-3.07",
  wit_signature_invalid: "CREDS-5.1.4.05",
  wit_expiration_missing: "CREDS-5.1.06",
  wit_expired: "CREDS-5.1.4.08",
  wit_not_yet_valid: "WITSVID-3.5.02",
  wit_lifetime_too_long: "CREDS-9.3.1.02",
  wit_confirmation_invalid: "CREDS-5.1.4.06",
  wpt_multiple: "WPT-2.23",
  wpt_malformed: "WPT-2.24",
  wpt_type_mismatch: "WPT-2.27",
  wpt_critical_header_unsupported: "CREDS-5.1.4.01",
  wpt_expiration_missing: "WPT-2.29",
  wpt_expired: "WPT-2.29",
  wpt_audience_mismatch: "WPT-2.28",
  wpt_wit_hash_mismatch: "WPT-2.31",
  wpt_other_token_unknown: "WPT-2.36",
  wpt_other_token_hash_mismatch: "WPT-2.35",
  wpt_access_token_hash_mismatch: "WPT-2.34",
  wpt_signature_invalid: "WPT-2.26",
  wpt_replayed: "WPT-2.32",
  signature_expired: "HSIG-5.1.05",
  signature_audience_mismatch: "HSIG-3.2.05",
  signature_invalid: "HSIG-3.42",
  signature_request_nonce_mismatch: "HSIG-3.5.09",
  signature_replayed: "HSIG-3.39",
  response_signature_required: "HSIG-3.5.05",
  content_digest_malformed: "R9530-2.01",
  content_digest_unsupported: "R9530-2.03",
  content_digest_mismatch: "R9530-2.01",
  workload_not_authorized: "CREDS-9.2.01",
};

/** The operations that read what somebody else has sent. */
const READING = new Set(["parseIdentifier", "verifyWit", "verifyRequest", "verifyResponse", "verifyContentDigest"]);

/**
 * The requirements of a case, with the one that its code stands for.
 *
 * @param {string} op
 * @param {readonly string[]} cited
 * @param {import("./cases.mjs").Expectation} expect
 */
export function requirementsOf(op, cited, expect) {
  const violated = READING.has(op) && expect.result === "reject" ? VIOLATED[expect.code] : undefined;
  return [...new Set(violated === undefined ? cited : [...cited, violated])];
}
