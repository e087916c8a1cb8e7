import { asciiBytes } from "../base/bytes.js";
import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { type Runtime, runtimeOf } from "../base/runtime.js";
import { algorithmNamed } from "../crypto/algorithms.js";
import { type Signer, signatureOf } from "../crypto/signer.js";
import type { HttpMessage } from "../http/message.js";
import { serializeBareItem, serializeKey } from "../http/structured-values.js";
import { messageViewOf } from "../http/views.js";
import { type Component, type ComponentInput, componentItems, describeComponent, readComponents } from "./component.js";
import { checkParameters, describeParameters, readParameters, type SignatureParameters } from "./parameters.js";
import { contextOf, createSignatureBase, type SignatureContext } from "./signature-base.js";
import { type ReceivedSignature, readField, readSignatureFields } from "./signature-fields.js";

/** One signature of a message. */
export interface MessageSignature {
  /** Names the signature within its message and means nothing else: intermediaries may change it (R9421-7.2.5.01). */
  readonly label: string;
  /** What it covers, in its order. */
  readonly components: readonly Component[];
  readonly parameters: SignatureParameters;
  readonly signature: Uint8Array;
}

/** A signature of which nothing was checked yet: its parameters may be of any type. */
export interface SignatureCandidate extends Omit<MessageSignature, "parameters"> {
  readonly parameters: Readonly<Record<string, SignatureParameters[string]>>;
}

/** Settings of {@link createMessageSignature}. */
export interface CreateMessageSignatureOptions extends SignatureContext {
  /** What the signature covers: see {@link buildSignatureBase}. */
  readonly components: readonly ComponentInput[];
  /** In this order. `created` is the current time unless it is among them; it then comes first. */
  readonly parameters?: SignatureParameters;
  /** Default `sig1`. The message must not have a signature under this label. */
  readonly label?: string;
  readonly signer: Signer;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

/** What {@link createMessageSignature} makes: the values of two field lines to add to the message. */
export interface SignatureFields {
  /** For `Signature-Input`. */
  readonly signatureInput: string;
  /** For `Signature`. */
  readonly signature: string;
}

const CREATE_NAMES = ["components", "parameters", "label", "signer", "request", "fieldTypes", "runtime", "signal"];

/**
 * Signs a message (RFC 9421 section 3.1).
 *
 * The algorithm is the signer's. With `alg` in `parameters` its name must be that of the HTTP Signature Algorithms
 * registry for it; algorithms of JOSE that the registry lacks go without (section 3.3.7). `hmac-sha256` is not
 * supported: whoever can verify such a signature can make it.
 *
 * @example
 * ```ts
 * import { generateKey } from "wimse/credential";
 * import { createMessageSignature, verifyMessageSignature } from "wimse/httpsig";
 *
 * const signer = await generateKey("Ed25519");
 * const request = new Request("https://example.com/foo?a=b");
 * const { signatureInput, signature } = await createMessageSignature(request, {
 *   components: ["@method", "@target-uri"],
 *   parameters: { keyid: "my key" },
 *   signer,
 * });
 * request.headers.append("Signature-Input", signatureInput);
 * request.headers.append("Signature", signature);
 *
 * const { parameters } = await verifyMessageSignature(request, {
 *   key: signer.publicJwk,
 *   components: ["@method", "@target-uri"],
 *   maxAge: 60,
 * });
 * console.log(parameters.keyid); // my key
 * ```
 *
 * @throws WimseError `signature_component_invalid`, `signature_component_unsupported`; `signature_malformed` when the
 *   message has signatures that cannot be read
 * @throws WimseError `credential_unavailable` when the signer failed
 * @throws TypeError `configuration_invalid`
 */
export async function createMessageSignature(
  message: HttpMessage,
  options: CreateMessageSignatureOptions,
): Promise<SignatureFields> {
  refuseUnknownOptions(options, CREATE_NAMES, "createMessageSignature");
  const { components, parameters = {}, label = "sig1", signer, signal } = options;
  // R9421-3.1.01, R9421-3.3.01: a signer signs with one algorithm, of a key that it was made for
  const algorithm = algorithmNamed(signer?.algorithm);
  if (algorithm === undefined) throw configurationInvalid("createMessageSignature: a signer is required");
  // the platform's own error would quote what is no object
  if (typeof parameters !== "object" || parameters === null) throw configurationInvalid("parameters: an object");
  // R9421-3.2.05, R9421-3.3.7.01
  if (parameters.alg !== undefined && parameters.alg !== algorithm.httpSignature) {
    throw configurationInvalid("parameters: alg is not the name of the signer's algorithm");
  }
  const view = messageViewOf(message);
  const taken = [...readField(view, "signature-input").keys(), ...readField(view, "signature").keys()];
  if (taken.includes(label)) throw configurationInvalid("label: the message has a signature under it"); // R9421-4.01
  // R9421-3.1.02, R9421-7.2.4.01
  const created = "created" in parameters ? {} : { created: Math.floor(runtimeOf(options).now()) };
  const params = readParameters({ ...created, ...parameters });
  const covered = readComponents(componentItems(components));
  const { base, signatureParams } = createSignatureBase(view, covered, params, contextOf(options));
  const signatureInput = `${serializeKey(label)}=${signatureParams}`; // R9421-4.1.01, R9421-4.01
  const signature = await signatureOf(signer, asciiBytes(base), signal);
  return { signatureInput, signature: `${label}=${serializeBareItem(signature)}` };
}

/**
 * The signatures of a message, unverified, in the order of `Signature-Input`. All of them are as RFC 9421 wants them,
 * as far as that shows without verifying: known components and parameters of the right types.
 *
 * @throws WimseError `signature_malformed` when the fields cannot be read, a label occurs twice or in one field only;
 *   `signature_component_invalid`, `signature_component_unsupported`, `signature_parameter_invalid`
 */
export function parseSignatures(message: HttpMessage): readonly MessageSignature[] {
  return readSignatureFields(messageViewOf(message)).map(checkSignature);
}

/** A received signature, its components and parameters checked (R9421-3.2.03, R9421-3.2.1.02). */
export function checkSignature({ label, input, signature }: ReceivedSignature): MessageSignature {
  checkParameters(input);
  const components = readComponents(input.items);
  return Object.freeze({ label, components, parameters: describeParameters(input.params), signature });
}

/** A received signature as it is, for whoever chooses among several. */
export function describeSignature({ label, input, signature }: ReceivedSignature): SignatureCandidate {
  let components: readonly Component[] | undefined;
  return {
    label,
    get components() {
      components ??= input.items.map(describeComponent); // most are chosen by a parameter
      return components;
    },
    parameters: describeParameters(input.params),
    signature,
  };
}
