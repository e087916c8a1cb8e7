import { asciiBytes } from "../base/bytes.js";
import { WimseError } from "../base/errors.js";
import { type Awaitable, isPending } from "../base/runtime.js";
import type { Trace } from "../base/trace.js";
import type { HttpMessageView, HttpRequestView } from "../http/message.js";
import type { Params } from "../http/structured-dictionary.js";
import { seconds } from "../wit/times.js";
import { type VerifiedWit, verifiedWitFields } from "../wit/verified-wit.js";
import { type Component, readComponents } from "./component.js";
import { KNOWN_FIELD_TYPES } from "./component-value.js";
import { checkParameters, parameterInvalid } from "./parameters.js";
import { covers, type ProfileRevision, type RequiredComponent } from "./profile.js";
import { createSignatureBase } from "./signature-base.js";
import type { ReceivedSignature } from "./signature-fields.js";

/** How every signature of the profile is judged. */
export interface ProfileRules {
  readonly clockTolerance: number;
  /** Longest accepted time from `created` and from now to `expires`, seconds. */
  readonly maxProofLifetime: number;
}

/** A message with the signature that is to be verified. */
export interface SignedMessage {
  readonly message: HttpMessageView;
  /** The request, where the message is a response. */
  readonly request?: HttpRequestView;
  readonly received: ReceivedSignature;
  readonly revision: ProfileRevision;
  readonly required: readonly RequiredComponent[];
}

/** The parameter that ties a signature to its recipient: `wimse-aud` of a request, `wimse-req-nonce` of a response. */
export interface Binding {
  /** Its value; throws when it is missing or of the wrong type, or when something that goes with it is. */
  read(params: Params): string;
  /** Refuses a value that is meant for somebody else. */
  judge(value: string, trace?: Trace): void;
}

/** What a signature says about itself, after everything about it was verified. */
export interface VerifiedSignature {
  readonly revision: ProfileRevision;
  readonly nonce: string;
  /** The value of the parameter of the {@link Binding}. */
  readonly boundTo: string;
  readonly expiresAt: number;
  readonly components: readonly Component[];
}

const FORBIDDEN = [
  ["keyid", "HSIG-3.30"],
  ["alg", "HSIG-3.31"], // HSIG-3.1.03
] as const;

/**
 * Verifies a signature of the WIMSE profile with the key of a WIT that is verified already (HSIG-3.41), everything that
 * costs little before the signature.
 */
export function checkProfileSignature(
  signed: SignedMessage,
  wit: VerifiedWit,
  rules: ProfileRules,
  now: number,
  binding: Binding,
  trace?: Trace,
): Awaitable<VerifiedSignature> {
  const { confirmationKey, confirmation } = verifiedWitFields(wit); // HSIG-3.41
  const { input, signature } = signed.received;
  const { params, items } = input;
  trace?.begin("signature.parameters");
  for (const [name, requirement] of FORBIDDEN) {
    if (!params.has(name)) continue;
    throw new WimseError("signature_parameter_forbidden", "keyid and alg have no place in the signature", requirement);
  }
  checkParameters(input);
  const { expires, nonce } = readRequired(params);
  const boundTo = binding.read(params);
  checkTimes(params, rules, now, trace);
  binding.judge(boundTo, trace);
  checkCoverage(signed, trace);

  trace?.begin("signature.components", `${items.length} components`);
  const components = readComponents(items);
  const context = { request: signed.request, fieldTypes: KNOWN_FIELD_TYPES };
  const { base } = createSignatureBase(signed.message, components, params, context, input);
  trace?.begin("signature.verification", confirmation.thumbprint);
  // HSIG-3.1.01, HSIG-3.1.04: the key of the WIT is bound to the one algorithm of cnf.jwk.alg
  const verified = confirmationKey.verify(asciiBytes(base), signature);
  const result = { revision: signed.revision, nonce, boundTo, expiresAt: expires, components };
  return isPending(verified) ? verified.then((answer) => conclude(answer, result)) : conclude(verified, result);
}

/** Whether a signature covers the whole value of a field, and not a part or another form of it. */
export function coversField({ components }: VerifiedSignature, lowerCaseName: string): boolean {
  return components.some(({ identifier }) => identifier === `"${lowerCaseName}"`);
}

function conclude(verified: boolean, result: VerifiedSignature): VerifiedSignature {
  // HSIG-3.42, HSIG-5.2.03
  if (!verified) throw new WimseError("signature_invalid", "The signature is not one of the WIT's key", "HSIG-3.42");
  return result;
}

/** HSIG-3.22, HSIG-3.23, HSIG-3.25; their types were checked. */
function readRequired(params: Params): { expires: number; nonce: string } {
  const expires = params.get("expires") as number | undefined;
  const nonce = params.get("nonce") as string | undefined;
  if (!params.has("created")) throw parameterMissing("created", "HSIG-3.22");
  if (expires === undefined) throw parameterMissing("expires", "HSIG-3.23");
  if (nonce === undefined) throw parameterMissing("nonce", "HSIG-3.25");
  if (nonce === "") throw parameterInvalid("The nonce is empty", "HSIG-3.37"); // HSIG-3.37
  return { expires, nonce };
}

/** What a parameter that is not as it should be violates. */
export type StringRequirements = Readonly<Record<"missing" | "mistyped" | "empty", string>>;

/** The value of a parameter that has to be a String, and not an empty one. */
export function requireString(params: Params, name: string, violated: StringRequirements): string {
  const value = params.get(name);
  if (value === undefined) throw parameterMissing(name, violated.missing);
  if (typeof value !== "string" || value === "") {
    const requirement = value === "" ? violated.empty : violated.mistyped;
    throw parameterInvalid(`The parameter ${name} is no string with content`, requirement);
  }
  return value;
}

function parameterMissing(name: string, requirement: string): WimseError {
  return new WimseError("signature_parameter_missing", `The signature has no parameter ${name}`, requirement);
}

/** HSIG-5.1.05 */
function checkTimes(params: Params, rules: ProfileRules, now: number, trace?: Trace): void {
  const { clockTolerance, maxProofLifetime } = rules;
  const created = params.get("created") as number; // types were checked
  const expires = params.get("expires") as number;
  trace?.begin("signature.expiration", `expires ${expires}, now ${seconds(now)}`);
  // HSIG-3.23
  if (!(now < expires + clockTolerance)) {
    throw new WimseError("signature_expired", "The signature has expired", "HSIG-5.1.05");
  }
  trace?.begin("signature.created", `created ${created}, now ${seconds(now)}`);
  // HSIG-3.22
  if (!(now >= created - clockTolerance)) {
    throw new WimseError("signature_not_yet_valid", "The signature was made in the future", "HSIG-5.1.05");
  }
  const lifetime = expires - Math.min(now, created);
  trace?.begin("signature.lifetime", `${seconds(lifetime)} s, at most ${maxProofLifetime} s`);
  // HSIG-3.24, HSIG-3.40, HSIG-5.1.04
  if (lifetime > maxProofLifetime + clockTolerance) {
    throw new WimseError("signature_lifetime_too_long", "The signature lives longer than is accepted", "HSIG-3.24");
  }
}

function checkCoverage({ received, required }: SignedMessage, trace?: Trace): void {
  const { items } = received.input;
  trace?.begin("signature.coverage", required.map(({ name }) => name).join(" "));
  for (const { name, req, requirement } of required) {
    if (covers(items, name, req)) continue;
    throw new WimseError("signature_component_missing", "A required component is not covered", requirement);
  }
}
