import { encodeBase64 } from "../base/base64.js";
import { type HttpMessageView, isToken } from "../http/message.js";
import {
  type Dictionary,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
  serializeMember,
} from "../http/structured-dictionary.js";
import { isResponse } from "../http/views.js";
import { type Component, componentInvalid, componentUnsupported } from "./component.js";
import { FieldLines, placeOf } from "./field-lines.js";
import {
  authorityOf,
  normalAuthority,
  type RequestTarget,
  readQueryParameters,
  readTarget,
  schemeOf,
} from "./request-target.js";

/** What kind of structured field a field is (RFC 9651 section 3). */
export type FieldType = "item" | "list" | "dictionary";

/** By field name in lower case. */
export type FieldTypes = ReadonlyMap<string, FieldType>;

/** The structured fields of HTTP itself that somebody might cover with `sf`. */
export const KNOWN_FIELD_TYPES: FieldTypes = new Map<string, FieldType>([
  ["accept-signature", "dictionary"],
  ["cache-status", "list"],
  ["capsule-protocol", "item"],
  ["cdn-cache-control", "dictionary"],
  ["client-cert", "item"],
  ["client-cert-chain", "list"],
  ["content-digest", "dictionary"],
  ["priority", "dictionary"],
  ["proxy-status", "list"],
  ["repr-digest", "dictionary"],
  ["signature", "dictionary"],
  ["signature-input", "dictionary"],
  ["want-content-digest", "dictionary"],
  ["want-repr-digest", "dictionary"],
]);

/** Printable ASCII and tabs. */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;
/** The same with the octets above ASCII, which stand for themselves. */
const FIELD_OCTETS = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The values of one message's components (RFC 9421 sections 2.1, 2.2). What is read for one of them serves the next. */
export class MessageValues {
  readonly #message: HttpMessageView;
  readonly #lines: FieldLines;
  readonly #fieldTypes: FieldTypes;
  #target: RequestTarget | undefined;
  #queryParameters: ReadonlyMap<string, string | undefined> | undefined;
  #dictionaries: Map<string, Dictionary> | undefined;

  constructor(message: HttpMessageView, fieldTypes: FieldTypes) {
    this.#message = message;
    this.#lines = new FieldLines(message);
    this.#fieldTypes = fieldTypes;
  }

  /** The value of a checked component, whatever its `req` says; throws when the message does not give it. */
  valueOf(component: Component): string {
    const { name, parameters } = component;
    // R9421-2.2.01, R9421-7.5.1.01: a field that calls itself `@method` is never looked at
    if (name.startsWith("@")) return this.#derived(name, parameters.name);
    const isTrailer = parameters.tr === true;
    const { key } = parameters;
    const known = key === undefined ? undefined : this.#dictionaries?.get(placeOf(name, isTrailer));
    if (known !== undefined) return memberOf(known, String(key));
    // R9421-2.1.02, R9421-2.1.4.01
    const lines = this.#lines.of(name, isTrailer);
    // R9421-2.5.03: an absent field has no value; R9421-2.1.06: an empty one has
    if (lines.length === 0) throw componentInvalid("A covered field is not in the message", "R9421-2.5.03");
    if (parameters.bs) return bytesOf(lines);
    // R9421-2.1.04, R9421-7.5.7.01; byte for byte: R9421-7.5.2.01
    const value = lines.join(", ");
    // R9421-2.04, R9421-2.1.03
    if (!FIELD_VALUE.test(value)) throw componentInvalid("A covered field has more than ASCII text", "R9421-2.04");
    if (key !== undefined) return memberOf(this.#readDictionary(name, isTrailer, lines), String(key));
    return parameters.sf ? this.#reserialized(name, lines) : value;
  }

  #derived(name: string, queryParameter: unknown): string {
    const message = this.#message;
    if (isResponse(message)) {
      if (name !== "@status") throw componentInvalid("Only a request has this component", "R9421-2.5.03");
      return statusText(message.status);
    }
    if (name === "@status") throw componentInvalid("A request has no @status", "R9421-2.2.9.01"); // R9421-2.2.9.01
    if (name === "@method") {
      if (!isToken(message.method)) throw componentInvalid("The method is not a token", "R9421-2.2.02");
      return message.method; // R9421-2.2.1.01
    }
    this.#target ??= readTarget(message);
    const target = this.#target;
    switch (name) {
      case "@path":
        return target.path; // R9421-2.2.6.01
      case "@query":
        return target.query; // R9421-2.2.7.01
      case "@request-target":
        return target.text;
      case "@scheme":
        return schemeOf(message, target);
      case "@authority":
        return normalAuthority(authorityOf(message, target), schemeOf(message, target)); // R9421-2.2.3.01
      case "@target-uri": {
        if (target.form === "absolute") return target.text;
        // RFC 9112 section 3.3: in the other forms the path of the target URI is empty
        const rest = target.form === "origin" ? target.text : "";
        return `${schemeOf(message, target)}://${authorityOf(message, target)}${rest}`;
      }
      default:
        return this.#queryParameter(target.query, String(queryParameter));
    }
  }

  #queryParameter(query: string, name: string): string {
    this.#queryParameters ??= readQueryParameters(query);
    const value = this.#queryParameters.get(name);
    // R9421-2.2.8.01
    if (value === undefined) {
      throw componentInvalid("A covered query parameter does not have one value", "R9421-2.2.8.01");
    }
    return value;
  }

  #readDictionary(name: string, isTrailer: boolean, lines: readonly string[]): Dictionary {
    const dictionary =
      (this.#fieldTypes.get(name) ?? "dictionary") === "dictionary" ? parseDictionary(lines) : undefined;
    if (dictionary === undefined) throw componentInvalid("A covered field is no dictionary", "R9421-2.5.03");
    this.#dictionaries ??= new Map();
    this.#dictionaries.set(placeOf(name, isTrailer), dictionary);
    return dictionary;
  }

  #reserialized(name: string, lines: readonly string[]): string {
    const type = this.#fieldTypes.get(name);
    // R9421-2.1.1.01
    if (type === undefined) throw componentUnsupported("The type of a field with sf is not known", "R9421-2.1.1.01");
    const value = STRICTLY[type](lines);
    if (value === undefined) throw componentInvalid("A covered field is malformed", "R9421-2.5.03");
    return value;
  }
}

function memberOf(dictionary: Dictionary, key: string): string {
  const member = dictionary.members.get(key);
  // R9421-2.1.2.01
  if (member === undefined) throw componentInvalid("A covered member is not in its field", "R9421-2.1.2.01");
  return serializeMember(member);
}

/** Reads a structured field and writes it again; `undefined` when it is malformed. */
const STRICTLY: Readonly<Record<FieldType, (lines: readonly string[]) => string | undefined>> = {
  item: (lines) => {
    const item = parseItem(lines.join(", "));
    return item && serializeItem(item);
  },
  list: (lines) => {
    const list = parseList(lines);
    return list && serializeList(list);
  },
  dictionary: (lines) => {
    const dictionary = parseDictionary(lines);
    return dictionary && serializeDictionary(dictionary);
  },
};

/**
 * A list of byte sequences, one for each line (R9421-2.1.3.01), which keeps apart what a comma would join
 * (R9421-7.5.6.01). A character stands for one octet, as HTTP has it.
 */
function bytesOf(lines: readonly string[]): string {
  return lines
    .map((line) => {
      // R9421-2.04
      if (!FIELD_OCTETS.test(line)) throw componentInvalid("A covered field has characters of no field", "R9421-2.04");
      return `:${encodeBase64(Uint8Array.from(line, (character) => character.charCodeAt(0)))}:`;
    })
    .join(", ");
}

function statusText(status: number): string {
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw componentInvalid("The status is no number of three digits", "R9421-2.2.02");
  }
  return String(status);
}
