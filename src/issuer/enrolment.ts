import { withDeadline } from "../base/deadline.js";
import { WimseError } from "../base/errors.js";
import { shortened } from "../base/shortened.js";
import { sha256Base64url } from "../crypto/digest.js";
import type { Verifier } from "../exchange/verifier.js";
import type { WorkloadIdentifier } from "../identifier/parse.js";
import type { Admission } from "./admission.js";
import { type BootstrapCheck, type BootstrapGrant, bootstrapRefused, type EnrolmentCaller } from "./bootstrap.js";
import { claimGrant, DECISION_TIMEOUT, granted, isRecognized, releaseGrant } from "./bootstrap-calls.js";
import { type EnrolmentEvent, tellEnrolment } from "./enrolment-audit.js";
import { type EnrolmentProof, verifyEnrolmentProof } from "./enrolment-proof.js";
import { contentOf, readEnrolmentRequest } from "./enrolment-request.js";
import { jsonResponse } from "./enrolment-response.js";
import type { IdentityServerSettings } from "./identity-server-options.js";
import type { IssuedWit } from "./issuer.js";

/** What is known of a request so far, for the audit. */
type Known = { -readonly [name in keyof EnrolmentEvent]?: EnrolmentEvent[name] };

/** What vouches for workloads, and what runs the requests that get past its first look. */
export interface WayIn {
  readonly check: BootstrapCheck;
  readonly admit: Admission;
}

/**
 * Handles a workload without a credential: the proof of its key, what vouches for it, the policy, the WIT.
 *
 * @param ways the ways in, by the type of what vouches
 */
export async function enrol(
  request: Request,
  settings: IdentityServerSettings,
  ways: ReadonlyMap<string, WayIn>,
): Promise<Response> {
  return audited("enrol", settings, async (known) => {
    const content = await contentOf(request, request.signal);
    const { proof: token, bootstrap } = readEnrolmentRequest(content, true);
    const { type = "", value = "" } = bootstrap ?? {};
    const way = ways.get(type);
    if (way === undefined || !isRecognized(way.check, value)) throw bootstrapRefused();
    return way.admit(async () => {
      const proof = await checkedProof(token, value, "enrol", settings, known);
      const grant = await granted(way.check, value, request.signal, settings.runtime);
      return issueFor(grant, proof, request.signal, settings, known);
    });
  });
}

/**
 * Handles a workload that has a credential: it signs the request, and with it the proof of its next key.
 *
 * @param admit runs, by its identifier, what only an authenticated workload gets to
 */
export async function renew(
  request: Request,
  settings: IdentityServerSettings,
  verifier: Verifier,
  admit: (subject: string) => Admission,
): Promise<Response> {
  return audited("renew", settings, async (known) => {
    const { workload, body } = await verifier.verify(request, { signal: request.signal });
    const caller = { type: "workload", name: workload.id.uri };
    known.caller = caller;
    const { proof: token } = readEnrolmentRequest(body ?? new Uint8Array(), false);
    return admit(workload.id.uri)(async () => {
      const wit = request.headers.get("workload-identity-token") ?? "";
      const proof = await checkedProof(token, wit, "renew", settings, known);
      if (proof.id.uri !== workload.id.uri) {
        throw new WimseError("enrolment_subject_invalid", "A workload renews its own WIT, and nobody else's");
      }
      return issueFor({ caller }, proof, request.signal, settings, known);
    });
  });
}

async function audited(
  operation: "enrol" | "renew",
  { audit, runtime }: IdentityServerSettings,
  run: (known: Known) => Promise<IssuedWit>,
): Promise<Response> {
  const known: Known = {};
  try {
    const { wit, tokenId, expiresAt, kid } = await run(known);
    const issued = { outcome: "issued", tokenId, expiresAt, kid } as const;
    tellEnrolment(audit, { at: runtime.now(), operation, ...known, ...issued });
    return jsonResponse(200, { wit, expiresAt });
  } catch (error) {
    const code = error instanceof WimseError ? error.code : "unexpected";
    tellEnrolment(audit, { at: runtime.now(), operation, ...known, outcome: "refused", code });
    throw error;
  }
}

async function checkedProof(
  token: string,
  bootstrap: string,
  endpoint: string,
  { url, issuer, algorithms, clockTolerance, runtime }: IdentityServerSettings,
  known: Known,
): Promise<EnrolmentProof> {
  const proof = await verifyEnrolmentProof(
    token,
    {
      audience: `${url}/${endpoint}`,
      origin: issuer.origin,
      algorithms,
      bootstrapHash: sha256Base64url(bootstrap),
      clockTolerance,
    },
    runtime.now(),
  );
  known.sub = proof.id.uri;
  known.thumbprint = proof.thumbprint;
  return proof;
}

/** Everything after it is known who asks: the policy, then the steps that use something up, last the WIT. */
async function issueFor(
  grant: BootstrapGrant,
  proof: EnrolmentProof,
  signal: AbortSignal,
  settings: IdentityServerSettings,
  known: Known,
): Promise<IssuedWit> {
  const { caller } = grant;
  known.caller = { type: shortened(caller.type), name: shortened(caller.name) };
  await requireAllowed(caller, proof.id, signal, settings);
  await claimProof(proof, signal, settings);
  await claimGrant(grant);
  try {
    const { lifetime, issuer } = settings;
    return await issuer.issue(proof.id.uri, proof.jwk, { signal, ...(lifetime !== undefined && { lifetime }) });
  } catch (error) {
    await releaseGrant(grant);
    throw error;
  }
}

async function requireAllowed(
  caller: EnrolmentCaller,
  requested: WorkloadIdentifier,
  signal: AbortSignal,
  { policy, runtime }: IdentityServerSettings,
): Promise<void> {
  const denied = (): Error => new WimseError("enrolment_denied", "The policy does not give the caller this identifier");
  let allowed = false;
  try {
    const ask = (end: AbortSignal) => policy(caller, requested, { signal: end });
    allowed = (await withDeadline(runtime, DECISION_TIMEOUT, signal, denied, ask)) === true;
  } catch {
    // a policy that fails allows nothing
  }
  if (!allowed) throw denied();
}

async function claimProof(
  { id, tokenId, thumbprint, forgetAt }: EnrolmentProof,
  signal: AbortSignal,
  { replay }: IdentityServerSettings,
): Promise<void> {
  let fresh: boolean;
  try {
    fresh = await replay.claim([{ scope: id.uri, id: `enrolment:${thumbprint}:${tokenId}`, expiresAt: forgetAt }], {
      signal,
    });
  } catch {
    throw new WimseError("replay_store_unavailable", "Used proofs cannot be remembered");
  }
  if (fresh !== true) throw new WimseError("enrolment_replayed", "The proof was used before");
}
