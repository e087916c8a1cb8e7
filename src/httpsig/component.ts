import { configurationInvalid, WimseError } from "../base/errors.js";
import { isToken } from "../http/message.js";
import { type Item, type Params, parseItem, serializeItem } from "../http/structured-dictionary.js";

/** What a signature covers: one field, or one thing that is derived from the message (RFC 9421 sections 2.1, 2.2). */
export interface Component {
  /** Field name in lower case, or the name of a derived component, such as `@method`. */
  readonly name: string;
  /** `sf`, `key`, `bs`, `tr`, `req`, `name`, in their order. */
  readonly parameters: Params;
  /** All of it as it stands in the signature base: `"content-digest";req`. */
  readonly identifier: string;
}

/** The derived components, and the kind of message from which each is derived. */
const DERIVED: ReadonlyMap<string, "request" | "response"> = new Map([
  ["@method", "request"],
  ["@target-uri", "request"],
  ["@authority", "request"],
  ["@scheme", "request"],
  ["@request-target", "request"],
  ["@path", "request"],
  ["@query", "request"],
  ["@query-param", "request"],
  ["@status", "response"],
]);
const FIELD_PARAMETERS: ReadonlySet<string> = new Set(["sf", "key", "bs", "tr", "req"]);
const DERIVED_PARAMETERS: ReadonlySet<string> = new Set(["name", "req"]);
/** The parameters with a String for a value. All others are flags. */
const STRING_PARAMETERS: ReadonlySet<string> = new Set(["key", "name"]);
const MOST_COMPONENTS = 64;
const CAPITAL = /[A-Z]/;
const NO_PARAMETERS: Params = new Map();

/** The error for a component that is covered and cannot be: it is not in the message, or means nothing there. */
export function componentInvalid(message: string, requirement: string): WimseError {
  return new WimseError("signature_component_invalid", message, requirement);
}

/** The error for a component that may have a meaning, but none that is known here. */
export function componentUnsupported(message: string, requirement: string): WimseError {
  return new WimseError("signature_component_unsupported", message, requirement);
}

/** The component of an item in the list of what a signature covers; not checked. */
export function describeComponent({ value, params }: Item): Component {
  return { name: String(value), parameters: params, identifier: serializeItem({ value, params }) };
}

/** The component of an item in the list of what a signature covers, checked as far as it can be without a message. */
export function readComponent(item: Item): Component {
  const { value: name, params, repeated } = item;
  if (typeof name !== "string") throw componentInvalid("The name of a component is no string", "R9421-2.5.02");
  if (repeated) throw componentInvalid("A parameter of a component occurs twice", "R9421-2.5.03");
  if (name.startsWith("@")) checkDerived(name, params);
  else checkField(name, params); // R9421-2.2.01, R9421-7.5.1.01
  return Object.freeze(describeComponent(item));
}

function checkDerived(name: string, params: Params): void {
  // R9421-2.3.01
  if (name === "@signature-params") throw componentInvalid("@signature-params covers itself", "R9421-2.3.01");
  // R9421-2.5.03, R9421-3.1.04
  if (!DERIVED.has(name)) throw componentUnsupported("A derived component is not known", "R9421-2.5.03");
  checkParameters(params, DERIVED_PARAMETERS);
  // R9421-2.2.8.01
  if (params.has("name") !== (name === "@query-param")) {
    throw componentInvalid("The parameter name belongs to @query-param, which needs it", "R9421-2.2.8.01");
  }
  // R9421-2.2.9.01: `req` would take it from a request, which has none
  if (params.has("req") && DERIVED.get(name) === "response") {
    throw componentInvalid("A request has no @status", "R9421-2.2.9.01");
  }
}

function checkField(name: string, params: Params): void {
  // R9421-2.1.01
  if (!isToken(name) || CAPITAL.test(name)) {
    throw componentInvalid("A component is no field name in lower case", "R9421-2.1.01");
  }
  checkParameters(params, FIELD_PARAMETERS);
  // R9421-2.1.07: the bytes of a field, or what they mean
  if (params.has("bs") && (params.has("sf") || params.has("key"))) {
    throw componentInvalid("bs does not go with sf or key", "R9421-2.1.07");
  }
}

function checkParameters(params: Params, applicable: ReadonlySet<string>): void {
  for (const [name, value] of params) {
    if (!applicable.has(name)) {
      // R9421-2.5.03: not understood, or understood and out of place
      if (!FIELD_PARAMETERS.has(name) && !DERIVED_PARAMETERS.has(name)) {
        throw componentUnsupported("A parameter of a component is not known", "R9421-2.5.03");
      }
      throw componentInvalid("A parameter does not apply to its component", "R9421-2.5.03");
    }
    // R9421-2.1.07: a flag that is false would look like one that is set
    if (STRING_PARAMETERS.has(name) ? typeof value !== "string" : value !== true) {
      throw componentInvalid("A parameter of a component has a value of the wrong type", "R9421-2.1.07");
    }
  }
}

/** The components of the list of what a signature covers, checked: known, no more than 64, none twice. */
export function readComponents(items: readonly Item[]): readonly Component[] {
  // bounds the work that one small field can ask for
  if (items.length > MOST_COMPONENTS) throw componentInvalid("More than 64 components are covered", "R9421-2.5.03");
  const components = items.map(readComponent);
  const identities = new Set(components.map(identityOf));
  // R9421-2.02
  if (identities.size < components.length) throw componentInvalid("A component is covered twice", "R9421-2.02");
  return components;
}

/** Refuses components that a message of this kind never has. */
export function checkTarget(components: readonly Component[], target: "request" | "response"): void {
  for (const { name, parameters } of components) {
    // R9421-2.4.05: a request answers none
    const source = target === "response" && parameters.has("req") ? "request" : target;
    if (target === "request" && parameters.has("req")) {
      throw componentInvalid("A signature of a request has no component with req", "R9421-2.4.05");
    }
    // R9421-5.03, R9421-2.2.9.01
    if ((DERIVED.get(name) ?? source) !== source) {
      throw componentInvalid("A component does not belong to this kind of message", "R9421-5.03");
    }
  }
}

/** The same for two components exactly when they cover the same: the order of parameters makes no difference. */
export function identityOf({ name, parameters, identifier }: Component): string {
  if (parameters.size < 2) return identifier; // R9421-2.02
  // R9421-2.1.2.01: `key` serializes strictly with and without `sf`
  const params = [...parameters].filter(([parameter]) => parameter !== "sf" || !parameters.has("key"));
  params.sort(([a], [b]) => (a < b ? -1 : 1));
  return serializeItem({ value: name, params: new Map(params) });
}

/**
 * The item for a component as callers write it: a name alone (`@method`, `content-digest`), an identifier as it stands
 * in a signature base (`"content-digest";req`), or a {@link Component}. It is not checked.
 */
export function componentItem(component: string | Component): Item {
  if (typeof component === "string") {
    if (!component.startsWith('"')) return { value: component, params: NO_PARAMETERS };
    const item = parseItem(component);
    if (item !== undefined && typeof item.value === "string") return item;
  } else if (typeof component?.name === "string" && component.parameters instanceof Map) {
    return { value: component.name, params: component.parameters };
  }
  throw configurationInvalid('components: a name, or an identifier such as "content-digest";req with its quotes');
}

/** The components of a list as callers write it. */
export function componentItems(components: readonly (string | Component)[]): readonly Item[] {
  if (!Array.isArray(components)) throw configurationInvalid("components: an array");
  return components.map(componentItem);
}
