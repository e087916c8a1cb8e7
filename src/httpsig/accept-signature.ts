import { configurationInvalid } from "../base/errors.js";
import type { HttpMessage } from "../http/message.js";
import { type InnerList, type Member, type Params, serializeDictionary } from "../http/structured-dictionary.js";
import type { BareItem } from "../http/structured-values.js";
import { isResponse, messageViewOf } from "../http/views.js";
import { type Component, type ComponentInput, checkTarget, componentItems, readComponents } from "./component.js";
import {
  describeParameters,
  parameterFault,
  parameterInvalid,
  readParameters,
  type SignatureParameters,
} from "./parameters.js";
import { isListOfStrings, malformed, readField } from "./signature-fields.js";

/** A signature that one party asks the other for (RFC 9421 section 5.1). */
export interface RequestedSignature {
  /** The label that the signature is to have. */
  readonly label: string;
  /** What it is to cover, in this order. */
  readonly components: readonly ComponentInput[];
  /** The parameters that it is to have, with these values; the two times are asked for by the flags below. */
  readonly parameters?: SignatureParameters;
  /** Whether the signer is asked to say when it signed. */
  readonly created?: boolean;
  /** Whether the signer is asked to say when the signature ends. */
  readonly expires?: boolean;
}

/** A {@link RequestedSignature} that was read. */
export interface ParsedRequestedSignature extends RequestedSignature {
  readonly components: readonly Component[];
  readonly parameters: SignatureParameters;
  readonly created: boolean;
  readonly expires: boolean;
}

/** The two parameters that stand without a value: their value is the signer's. */
const TIMES: ReadonlySet<string> = new Set(["created", "expires"]);

/**
 * Reads the `Accept-Signature` field of a message: in a request it asks for a signature of the response, in a response
 * for one of the next request. Nobody is obliged to answer it (R9421-5.2.02). Who does gives all of the signatures
 * (R9421-5.02), each with its label, its components and its parameters, and perhaps with more parameters
 * (R9421-5.2.01):
 *
 * @example
 * ```ts
 * import { generateKey } from "wimse/credential";
 * import { createMessageSignature, parseAcceptSignature } from "wimse/httpsig";
 *
 * const request = new Request("https://example.com/", {
 *   headers: { "Accept-Signature": 'mine=("@status" "@method";req);created;tag="app"' },
 * });
 * const response = new Response(null, { status: 204 });
 * const signer = await generateKey();
 * for (const { label, components, parameters } of parseAcceptSignature(request)) {
 *   const fields = await createMessageSignature(response, { label, components, parameters, signer, request });
 *   console.log(fields.signatureInput); // mine=("@status" "@method";req);created=…;tag="app"
 * }
 * ```
 *
 * @throws WimseError `signature_malformed`, `signature_component_invalid` (also for a component that the message asked
 *   for does not have), `signature_component_unsupported`, `signature_parameter_invalid`
 */
export function parseAcceptSignature(message: HttpMessage): readonly ParsedRequestedSignature[] {
  const view = messageViewOf(message);
  const target = isResponse(view) ? "request" : "response";
  return Array.from(readField(view, "accept-signature"), ([label, member]) => readRequested(label, member, target));
}

function readRequested(label: string, member: Member, target: "request" | "response"): ParsedRequestedSignature {
  if (!isListOfStrings(member)) throw malformed("A member of Accept-Signature is no list of names", "R9421-5.1.01");
  const { params, repeated } = member;
  if (repeated) throw parameterInvalid("A signature parameter occurs twice");
  const others = new Map<string, BareItem>();
  for (const [name, value] of params) {
    // R9421-5.1.01
    const fault = TIMES.has(name) ? timeFault(value) : parameterFault(name, value);
    if (fault !== undefined) throw parameterInvalid(`A parameter asked for is malformed: ${fault}`, "R9421-5.1.01");
    if (!TIMES.has(name)) others.set(name, value);
  }
  const components = readComponents(member.items);
  checkTarget(components, target); // R9421-5.03
  return {
    label,
    components,
    parameters: describeParameters(others),
    created: params.has("created"),
    expires: params.has("expires"),
  };
}

function timeFault(value: BareItem): string | undefined {
  return value === true ? undefined : "created and expires are asked for without a value";
}

/**
 * Writes an `Accept-Signature` field.
 *
 * @param requested the signatures to ask for, each under a label of its own
 * @param target what they are to sign: the `response` where the field is sent in a request, the next `request` where
 *   it is sent in a response
 * @throws WimseError `signature_component_invalid` when the target does not have a component,
 *   `signature_component_unsupported`
 * @throws TypeError `configuration_invalid`
 */
export function serializeAcceptSignature(
  requested: readonly RequestedSignature[],
  target: "request" | "response",
): string {
  if (target !== "request" && target !== "response") throw configurationInvalid("target: request or response");
  if (!Array.isArray(requested)) throw configurationInvalid("requested: an array of signatures to ask for");
  const members = new Map<string, InnerList>();
  for (const { label, components, parameters = {}, created, expires } of requested) {
    if (members.has(label)) throw configurationInvalid("label: each signature asked for needs one of its own");
    const items = componentItems(components);
    checkTarget(readComponents(items), target); // R9421-5.03
    members.set(label, { items, params: requestedParameters(parameters, created === true, expires === true) });
  }
  return serializeDictionary({ members });
}

/** R9421-5.1.01: the times first, without values. */
function requestedParameters(parameters: SignatureParameters, created: boolean, expires: boolean): Params {
  const values = readParameters(parameters);
  if (values.has("created") || values.has("expires")) {
    throw configurationInvalid("parameters: created and expires are asked for by their flags, without a value");
  }
  const flags = [...(created ? ["created"] : []), ...(expires ? ["expires"] : [])];
  return new Map<string, BareItem>([...flags.map((name) => [name, true] as const), ...values]);
}
