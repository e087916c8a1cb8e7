import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import type { HttpMessage, HttpMessageView, HttpRequestView } from "../http/message.js";
import { type InnerList, type Params, serializeParams } from "../http/structured-dictionary.js";
import { isResponse, messageViewOf, requestViewOf } from "../http/views.js";
import { type Component, type ComponentInput, componentInvalid, componentItems, readComponents } from "./component.js";
import { type FieldType, type FieldTypes, KNOWN_FIELD_TYPES, MessageValues } from "./component-value.js";
import { readParameters, type SignatureParameters } from "./parameters.js";

/** What the components of a message are derived from, beside the message itself. */
export interface SignatureContext {
  /** The request that a response answers: where the components with `req` come from. */
  readonly request?: Request | HttpRequestView;
  /** The types of structured fields that are covered with `sf`, as far as they are not those of HTTP itself. */
  readonly fieldTypes?: Readonly<Record<string, FieldType>>;
}

/** What a signature is made over, and the part of it that is sent along. */
export interface SignatureBase {
  readonly base: string;
  /** The value of `@signature-params`, and of the label in `Signature-Input`. */
  readonly signatureParams: string;
}

/** A {@link SignatureContext}, checked. */
export interface CheckedContext {
  readonly request?: HttpRequestView | undefined;
  readonly fieldTypes: FieldTypes;
}

const CONTEXT_NAMES = ["request", "fieldTypes"] as const;
const FIELD_TYPES: readonly string[] = ["item", "list", "dictionary"];

/**
 * The signature base: what is signed (RFC 9421 section 2.5). It is ASCII, its lines end with a line feed, the last one
 * with nothing.
 *
 * @param message a message of fetch, or a view with the raw header lines. Fetch has joined the lines of a field, so
 *   that `bs` needs a view.
 * @param components what is covered: names (`@method`, `content-digest`), identifiers as they stand in the base
 *   (`"content-digest";req`), or components of a signature that was read.
 * @example
 * ```ts
 * import { buildSignatureBase } from "wimse/httpsig";
 *
 * const request = new Request("https://example.com/foo?a=b", { method: "POST" });
 * const base = buildSignatureBase(request, ["@method", "@path", '"@query-param";name="a"'], { created: 1618884473 });
 * console.log(base.split("\n")[2]); // "@query-param";name="a": b
 * ```
 * @throws WimseError `signature_component_invalid` when a component is listed twice or is not in the message;
 *   `signature_component_unsupported`
 * @throws TypeError `configuration_invalid`
 */
export function buildSignatureBase(
  message: HttpMessage,
  components: readonly ComponentInput[],
  parameters: SignatureParameters,
  context: SignatureContext = {},
): string {
  refuseUnknownOptions(context, CONTEXT_NAMES, "buildSignatureBase");
  const covered = readComponents(componentItems(components));
  return createSignatureBase(messageViewOf(message), covered, readParameters(parameters), contextOf(context)).base;
}

/** The context that a caller gave, checked. */
export function contextOf({ request, fieldTypes }: SignatureContext): CheckedContext {
  return {
    request: request === undefined ? undefined : requestViewOf(request),
    fieldTypes: fieldTypes === undefined ? KNOWN_FIELD_TYPES : fieldTypesOf(fieldTypes),
  };
}

function fieldTypesOf(fieldTypes: Readonly<Record<string, FieldType>>): FieldTypes {
  const types = new Map(KNOWN_FIELD_TYPES);
  for (const [name, type] of Object.entries(fieldTypes)) {
    if (!FIELD_TYPES.includes(type)) throw configurationInvalid("fieldTypes: item, list or dictionary");
    types.set(name.toLowerCase(), type);
  }
  return types;
}

/**
 * The signature base over checked components and parameters.
 *
 * @param received what they were read from, where they were: it need not be written anew when it is written as it should
 */
export function createSignatureBase(
  message: HttpMessageView,
  components: readonly Component[],
  params: Params,
  context: CheckedContext,
  received?: InnerList,
): SignatureBase {
  // R9421-2.01: one message for all of them, as it is; whatever is thrown leaves no base behind: R9421-2.5.01
  const own = new MessageValues(message, context.fieldTypes);
  const ofRequest = context.request && new MessageValues(context.request, context.fieldTypes);
  let base = "";
  // R9421-2.3.03, R9421-2.03, R9421-3.1.03: the order of components and of parameters is the one that was received
  for (const component of components) {
    const { identifier, parameters } = component;
    const values = parameters.req ? ofResponse(message, ofRequest) : own;
    base += `${identifier}: ${values.valueOf(component)}\n`; // R9421-2.5.02
  }
  const signatureParams = received?.text ?? writtenParams(components, params);
  return { base: `${base}"@signature-params": ${signatureParams}`, signatureParams }; // R9421-2.5.02
}

function writtenParams(components: readonly Component[], params: Params): string {
  return `(${components.map(({ identifier }) => identifier).join(" ")})${serializeParams(params)}`;
}

/** Where components with `req` come from, if there is anything. */
function ofResponse(message: HttpMessageView, ofRequest: MessageValues | undefined): MessageValues {
  // R9421-2.4.05
  if (!isResponse(message))
    throw componentInvalid("A signature of a request has no component with req", "R9421-2.4.05");
  // R9421-2.4.01, R9421-2.4.02
  if (ofRequest === undefined) throw componentInvalid("The request of the response is not known", "R9421-2.4.01");
  return ofRequest;
}
