import { configurationInvalid, WimseError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { isToken } from "../http/message.js";
import { type Item, type Params, parseItem, serializeItem } from "../http/structured-dictionary.js";
import type { BareItem } from "../http/structured-values.js";

/** What a signature covers: one field, or one thing that is derived from the message (RFC 9421 sections 2.1, 2.2). */
export interface Component {
  /** Field name in lower case, or the name of a derived component, such as `@method`. */
  readonly name: string;
  /** `sf`, `key`, `bs`, `tr`, `req`, `name`, in their order. */
  readonly parameters: Readonly<Record<string, BareItem>>;
  /** All of it as it stands in the signature base: `"content-digest";req`. */
  readonly identifier: string;
}

/**
 * A component as callers write it: a name alone (`@method`, `content-digest`), an identifier as it stands in a signature
 * base (`"content-digest";req`), or an object such as a {@link Component}, whose `identifier` is not looked at.
 */
export type ComponentInput = string | Pick<Component, "name" | "parameters">;

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
const NO_PARAMS: Params = new Map();

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
  const parameters = Object.freeze(Object.fromEntries(params));
  return Object.freeze({ name: String(value), parameters, identifier: serializeItem({ value, params }) });
}

/** The component of an item in the list of what a signature covers, checked as far as it can be without a message. */
export function readComponent(item: Item): Component {
  return commonComponent(item) ?? checkComponent(item);
}

function checkComponent(item: Item): Component {
  const { value: name, params, repeated } = item;
  if (typeof name !== "string") throw componentInvalid("The name of a component is no string", "R9421-2.5.02");
  if (repeated) throw componentInvalid("A parameter of a component occurs twice", "R9421-2.5.03");
  if (name.startsWith("@")) checkDerived(name, params);
  else checkField(name, params); // R9421-2.2.01, R9421-7.5.1.01
  return describeComponent(item);
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
    const source = target === "response" && parameters.req ? "request" : target;
    if (target === "request" && parameters.req) {
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
  if (!identifier.includes(";")) return identifier; // no parameters: no name has a semicolon
  const entries = Object.entries(parameters); // R9421-2.02
  // R9421-2.1.2.01: `key` serializes strictly with and without `sf`
  const params = entries.filter(([parameter]) => parameter !== "sf" || parameters.key === undefined);
  params.sort(([a], [b]) => (a < b ? -1 : 1));
  return serializeItem({ value: name, params: new Map(params) });
}

/** The item for a component as callers write it; not checked. */
export function componentItem(component: ComponentInput): Item {
  if (typeof component === "string") {
    if (!component.startsWith('"')) return { value: component, params: NO_PARAMS };
    const item = parseItem(component);
    if (item !== undefined && typeof item.value === "string") return item;
  } else if (typeof component?.name === "string" && isRecord(component.parameters)) {
    return { value: component.name, params: new Map(Object.entries(component.parameters)) };
  }
  throw configurationInvalid('components: a name, or an identifier such as "content-digest";req with its quotes');
}

/** A map would look like an object without members: nothing of it would be covered. */
function isRecord(value: unknown): boolean {
  return isJsonObject(value) && !(value instanceof Map);
}

/** The components of a list as callers write it. */
export function componentItems(components: readonly ComponentInput[]): readonly Item[] {
  if (!Array.isArray(components)) throw configurationInvalid("components: an array");
  return components.map(componentItem);
}

/** What most signatures cover, ready made: checking and writing it anew would cost more than all the rest of them. */
const COMMON_NAMES = [
  ...[...DERIVED.keys()].filter((name) => name !== "@query-param"),
  "authorization",
  "content-digest",
  "content-length",
  "content-type",
  "date",
  "host",
  "txn-token",
  "workload-identity-token",
];
const COMMON: ReadonlyMap<unknown, Component> = commonWith(COMMON_NAMES, NO_PARAMS);
const REQ: Params = new Map([["req", true]]);
const COMMON_OF_REQUEST: ReadonlyMap<unknown, Component> = commonWith(
  COMMON_NAMES.filter((name) => name !== "@status"),
  REQ,
);

function commonWith(names: readonly string[], params: Params): ReadonlyMap<unknown, Component> {
  return new Map(names.map((name) => [name, checkComponent({ value: name, params })]));
}

function commonComponent({ value, params, repeated }: Item): Component | undefined {
  if (params.size === 0) return COMMON.get(value);
  if (params.size === 1 && !repeated && params.get("req") === true) return COMMON_OF_REQUEST.get(value);
  return undefined;
}
