import type { JWK } from "jose";
import { asciiBytes } from "../base/bytes.js";
import { configurationInvalid, refuseUnknownOptions, WimseError } from "../base/errors.js";
import { clockToleranceOf, limitOf } from "../base/limits.js";
import { type Awaitable, type Runtime, runtimeOf } from "../base/runtime.js";
import type { HttpMessage, HttpMessageView } from "../http/message.js";
import { messageViewOf } from "../http/views.js";
import { type Component, type ComponentInput, componentItems, identityOf, readComponents } from "./component.js";
import {
  checkSignature,
  describeSignature,
  type MessageSignature,
  type SignatureCandidate,
} from "./message-signature.js";
import type { SignatureParameters } from "./parameters.js";
import { contextOf, createSignatureBase, type SignatureContext } from "./signature-base.js";
import { type ReceivedSignature, readSignatureFields } from "./signature-fields.js";
import { algorithmsNamed, verificationKeyFor } from "./verification-key.js";

/** Settings of {@link verifyMessageSignature}: one of `key` and `verify` is required. */
export interface VerifyMessageSignatureOptions extends SignatureContext {
  /** The label of the signature to verify. Prefer `select`: intermediaries may change labels. */
  readonly label?: string;
  /** Whether this is the signature to verify, for instance by its `tag`. Nothing about it was checked yet. */
  readonly select?: (signature: SignatureCandidate) => boolean;
  /** The public key, or how to find it; `undefined` from the function means that there is none to be trusted. */
  readonly key?: JWK | ((signature: MessageSignature) => Awaitable<JWK | undefined>);
  /** Verifies in place of `key`: whether the signature is one of a trusted key over these bytes. */
  readonly verify?: (signatureBase: Uint8Array, signature: MessageSignature) => Awaitable<boolean>;
  /**
   * The one algorithm that counts, by its name in JOSE or in the HTTP Signature Algorithms registry. Default: `alg` of
   * the key, or what its curve says. An RSA key without `alg` needs it.
   */
  readonly algorithm?: string;
  /** What has to be covered at least. Default: nothing, and then the signature proves little. */
  readonly components?: readonly ComponentInput[];
  /** Names of the parameters that have to be there, such as `nonce`. */
  readonly parameters?: readonly string[];
  /** Seconds from `created` until the signature is too old; makes `created` required. */
  readonly maxAge?: number;
  /** Seconds of clock difference forgiven. Default 5, at most 120. */
  readonly clockTolerance?: number;
  readonly runtime?: Runtime;
}

const NAMES = [
  "label",
  "select",
  "key",
  "verify",
  "algorithm",
  "components",
  "parameters",
  "maxAge",
  "clockTolerance",
  "request",
  "fieldTypes",
  "runtime",
];

/**
 * Verifies one signature of a message (RFC 9421 section 3.2), and only that it is sound: whether its key may sign this
 * message, and whether its `nonce` was seen before, is for the caller to judge, and only what is covered is protected.
 * Covering `content-digest` protects the content once the two are compared: see `verifyContentDigest`
 * (R9421-7.2.8.01).
 *
 * `expires`, if present, and `created`, if it lies ahead, are always held against the clock. `hmac-sha256` is not
 * supported. Which of several signatures counts is said by `label` or `select`; without either there must be one only.
 *
 * @returns the signature that was verified
 * @throws WimseError with a `signature_*` code
 * @throws TypeError `configuration_invalid`; what `key` and `verify` throw comes through
 */
export async function verifyMessageSignature(
  message: HttpMessage,
  options: VerifyMessageSignatureOptions,
): Promise<MessageSignature> {
  const policy = policyOf(options);
  const view = messageViewOf(message);
  const received = choose(readSignatureFields(view), options);
  const signature = checkSignature(received); // R9421-3.2.03, R9421-3.2.1.02
  checkRequirements(signature, policy); // R9421-3.2.1.01
  const base = asciiBytes(baseOf(view, signature, received, options));
  const verified = options.verify
    ? await options.verify(base, signature)
    : await verifyWithKey(base, signature, options);
  // R9421-3.2.07, R9421-3.2.04, R9421-7.1.1.01
  if (verified !== true) throw new WimseError("signature_invalid", "The signature does not verify", "R9421-3.2.07");
  return signature;
}

interface Policy {
  readonly components: readonly Component[];
  readonly parameters: readonly string[];
  readonly maxAge: number;
  readonly clockTolerance: number;
  readonly now: number;
}

function policyOf(options: VerifyMessageSignatureOptions): Policy {
  refuseUnknownOptions(options, NAMES, "verifyMessageSignature");
  const { key, verify, algorithm, label, select, components = [], parameters = [], maxAge } = options;
  if ((key === undefined) === (verify === undefined)) throw configurationInvalid("either key or verify is required");
  if (verify !== undefined && algorithm !== undefined) throw configurationInvalid("algorithm: goes with key only");
  if (label !== undefined && select !== undefined) throw configurationInvalid("either label or select");
  if (algorithm !== undefined) algorithmsNamed(algorithm);
  if (!Array.isArray(parameters)) throw configurationInvalid("parameters: an array of names");
  return {
    components: readComponents(componentItems(components)),
    parameters: maxAge === undefined ? parameters : [...parameters, "created"],
    maxAge: limitOf(maxAge, Number.POSITIVE_INFINITY, "maxAge", Number.MAX_SAFE_INTEGER),
    clockTolerance: clockToleranceOf(options.clockTolerance),
    now: runtimeOf(options).now(),
  };
}

/** R9421-3.2.01, R9421-7.2.6.01: the signature that the caller means; of others none counts, and none harms. */
function choose(all: readonly ReceivedSignature[], options: VerifyMessageSignatureOptions): ReceivedSignature {
  const { label, select } = options;
  const chosen = all.filter((received) => {
    if (label !== undefined) return received.label === label;
    return select === undefined || select(describeSignature(received)) === true;
  });
  const [first, second] = chosen;
  if (first === undefined) {
    throw new WimseError("signature_missing", "The message has no such signature", "R9421-3.2.01");
  }
  if (second !== undefined) {
    throw new WimseError("signature_multiple", "The message has several such signatures", "R9421-3.2.01");
  }
  return first;
}

function checkRequirements({ parameters, components }: MessageSignature, policy: Policy): void {
  if (policy.parameters.some((name) => !Object.hasOwn(parameters, name))) {
    throw new WimseError("signature_parameter_missing", "A required signature parameter is missing", "R9421-3.2.1.01");
  }
  checkTimes(parameters, policy);
  const covered = new Set(components.map(identityOf));
  // R9421-7.2.1.01, R9421-7.2.7.01: compared as whole identifiers, so that `"a";req` is not `"a"`
  if (policy.components.some((component) => !covered.has(identityOf(component)))) {
    throw new WimseError("signature_component_missing", "A required component is not covered", "R9421-3.2.1.01");
  }
}

/** R9421-7.2.2.01 */
function checkTimes({ created, expires }: SignatureParameters, { now, clockTolerance, maxAge }: Policy): void {
  const hasExpired = expires !== undefined && !(now < expires + clockTolerance);
  if (hasExpired || (created !== undefined && now - created > maxAge + clockTolerance)) {
    throw new WimseError("signature_expired", "The signature has expired, or is too old", "R9421-3.2.1.01");
  }
  if (created !== undefined && !(now >= created - clockTolerance)) {
    throw new WimseError("signature_not_yet_valid", "The signature was made in the future", "R9421-3.2.1.01");
  }
}

/** R9421-3.2.06, R9421-7.4.2.01: made of the message that was received, without the label. */
function baseOf(
  view: HttpMessageView,
  { components }: MessageSignature,
  { input }: ReceivedSignature,
  options: VerifyMessageSignatureOptions,
): string {
  return createSignatureBase(view, components, input.params, contextOf(options), input).base;
}

async function verifyWithKey(
  base: Uint8Array,
  signature: MessageSignature,
  { key, algorithm }: VerifyMessageSignatureOptions,
): Promise<boolean> {
  const jwk = typeof key === "function" ? await key(signature) : key;
  if (jwk === undefined) return false; // R9421-3.2.04
  const verificationKey = await verificationKeyFor(jwk, algorithm, signature.parameters.alg);
  // R9421-7.3.5.01: by the verification function, never by making the signature again
  return (await verificationKey?.verify(base, signature.signature)) === true;
}
