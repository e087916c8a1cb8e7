/** The stable codes of {@link WimseError}: `noun_reason`, explained one by one in `docs/errors.md`. */
export type WimseErrorCode =
  | "identifier_malformed"
  | "identifier_forbidden_component"
  | "identifier_not_canonical"
  | "identifier_too_long"
  | "wit_missing"
  | "wit_multiple"
  | "wit_malformed"
  | "wit_too_large"
  | "wit_type_mismatch"
  | "wit_algorithm_not_allowed"
  | "wit_critical_header_unsupported"
  | "wit_subject_invalid"
  | "wit_trust_domain_unknown"
  | "wit_key_not_found"
  | "wit_key_ambiguous"
  | "wit_signature_invalid"
  | "wit_expiration_missing"
  | "wit_expired"
  | "wit_not_yet_valid"
  | "wit_lifetime_too_long"
  | "wit_issuer_not_allowed"
  | "wit_confirmation_invalid"
  | "wit_audience_forbidden"
  | "wit_claim_invalid"
  | "wit_revoked"
  | "proof_missing"
  | "proof_not_accepted"
  | "wpt_multiple"
  | "wpt_malformed"
  | "wpt_too_large"
  | "wpt_type_mismatch"
  | "wpt_algorithm_mismatch"
  | "wpt_critical_header_unsupported"
  | "wpt_signature_invalid"
  | "wpt_expiration_missing"
  | "wpt_expired"
  | "wpt_not_yet_valid"
  | "wpt_lifetime_too_long"
  | "wpt_audience_mismatch"
  | "wpt_token_id_missing"
  | "wpt_claim_invalid"
  | "wpt_wit_hash_mismatch"
  | "wpt_txn_token_hash_mismatch"
  | "wpt_other_token_hash_mismatch"
  | "wpt_other_token_unknown"
  | "wpt_access_token_hash_mismatch"
  | "wpt_replayed"
  | "wpt_revision_unsupported"
  | "signature_missing"
  | "signature_multiple"
  | "signature_malformed"
  | "signature_component_missing"
  | "signature_component_unsupported"
  | "signature_component_invalid"
  | "signature_parameter_missing"
  | "signature_parameter_forbidden"
  | "signature_parameter_invalid"
  | "signature_invalid"
  | "signature_expired"
  | "signature_not_yet_valid"
  | "signature_lifetime_too_long"
  | "signature_audience_mismatch"
  | "signature_replayed"
  | "signature_request_nonce_mismatch"
  | "signature_revision_unsupported"
  | "content_digest_missing"
  | "content_digest_malformed"
  | "content_digest_unsupported"
  | "content_digest_mismatch"
  | "body_too_large"
  | "request_malformed"
  | "request_too_large"
  | "response_malformed"
  | "response_signature_required"
  | "response_signature_unavailable"
  | "response_workload_unexpected"
  | "response_encoding_unsupported"
  | "trust_keys_unavailable"
  | "trust_bundle_malformed"
  | "replay_store_unavailable"
  | "credential_expired"
  | "credential_key_mismatch"
  | "credential_unavailable"
  | "credential_origin_refused"
  | "credential_insecure_target"
  | "workload_not_authorized"
  | "enrolment_malformed"
  | "enrolment_key_invalid"
  | "enrolment_signature_invalid"
  | "enrolment_audience_mismatch"
  | "enrolment_expired"
  | "enrolment_replayed"
  | "enrolment_subject_invalid"
  | "enrolment_bootstrap_refused"
  | "enrolment_denied"
  | "enrolment_overloaded"
  | "issuer_state_unavailable";

/**
 * A peer's failure: what another party sent, or failed to deliver, was refused.
 *
 * The message is fixed text for its code. It never carries a token, a signature, a key or the input that was
 * being read (WPT-3.1.5.01), so it may be logged; what may be shown to the peer is `verifier.problem(error)`.
 */
export class WimseError extends Error {
  /** Stable; never changes its meaning. */
  readonly code: WimseErrorCode;
  /** Id of the requirement that was violated, such as `WPT-2.29`; see `docs/SPEC-MAP.md`. */
  declare readonly requirement?: string;
  /** HTTP status to answer with; only on errors of request verification. */
  declare readonly status?: number;

  constructor(code: WimseErrorCode, message: string, requirement?: string) {
    super(message);
    this.code = code;
    if (requirement !== undefined) this.requirement = requirement;
  }
}

// On the prototype: an own `name` would be printed beside the fields of every error.
Object.defineProperty(WimseError.prototype, "name", { value: "WimseError", configurable: true, writable: true });

/** Whether `error` is a {@link WimseError}, and, when `code` is given, one with that code. */
export function isWimseError(error: unknown, code?: WimseErrorCode): error is WimseError {
  return error instanceof WimseError && (code === undefined || error.code === code);
}

/** Adds the HTTP status to an error of request verification. */
export function withStatus(error: WimseError, status: number): WimseError {
  (error as { status?: number }).status = status;
  return error;
}

/** A caller's mistake: an option that is missing, unknown, of the wrong type, or that cannot be right. */
export interface ConfigurationError extends TypeError {
  readonly code: "configuration_invalid";
}

/** What tells an error that was made here from one that merely has its code. */
const made = new WeakSet<object>();

/** Makes the coded `TypeError` of caller mistakes. */
export function configurationInvalid(message: string): ConfigurationError {
  const error = Object.assign(new TypeError(message), { code: "configuration_invalid" as const });
  made.add(error);
  return error;
}

/** Whether an error is a mistake that was found here. What another one says that has its code, nobody knows. */
export function isConfigurationError(error: unknown): error is ConfigurationError {
  return typeof error === "object" && error !== null && made.has(error);
}

/** What the name of an option may be mistaken for. Keys and tokens are longer. */
const OPTION_NAME = /^[\w-]{1,32}$/;

/** Refuses option names that are not known, so that a misspelt option never weakens a policy silently. */
export function refuseUnknownOptions(options: object, known: readonly string[], where: string): void {
  if (typeof options !== "object" || options === null) throw configurationInvalid(`${where}: an object is required`);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw configurationInvalid(`${where}: unknown option${OPTION_NAME.test(name) ? ` ${JSON.stringify(name)}` : ""}`);
  }
}
