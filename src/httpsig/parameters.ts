import { configurationInvalid, WimseError } from "../base/errors.js";
import type { InnerList, Params } from "../http/structured-dictionary.js";
import type { BareItem } from "../http/structured-values.js";

/**
 * The parameters of a signature, in their order (RFC 9421 section 2.3). All of them are covered, those that are not
 * known here too: a `string` is a String, a `number` an Integer, a `boolean` a Boolean, bytes are a Byte Sequence.
 */
export interface SignatureParameters {
  /** When the signature was made, seconds since the epoch. */
  readonly created?: number;
  /** When it ends, seconds since the epoch. */
  readonly expires?: number;
  /** Unique for each signature; at most 256 bytes. */
  readonly nonce?: string;
  /** Name in the HTTP Signature Algorithms registry. */
  readonly alg?: string;
  readonly keyid?: string;
  /** What the signature is for; at most 256 bytes. */
  readonly tag?: string;
  readonly [name: string]: BareItem | undefined;
}

const LONGEST = 256;
const INTEGERS: ReadonlySet<string> = new Set(["created", "expires"]);
const STRINGS: ReadonlySet<string> = new Set(["nonce", "alg", "keyid", "tag"]);
const BOUNDED: ReadonlySet<string> = new Set(["nonce", "tag"]);

/** What is wrong with a parameter; fixed text. */
export function parameterFault(name: string, value: BareItem): string | undefined {
  // R9421-2.3.02: a number is an Integer, a Decimal is none
  if (INTEGERS.has(name) && typeof value !== "number") return "created and expires are integers";
  if (!STRINGS.has(name)) return undefined; // R9421-2.3.03: what is not known is covered as it is
  if (typeof value !== "string") return "nonce, alg, keyid and tag are strings";
  // what a recipient keeps of each signature stays small
  return BOUNDED.has(name) && value.length > LONGEST ? "nonce and tag have at most 256 bytes" : undefined;
}

/** The error for a parameter of a received signature. */
export function parameterInvalid(message: string, requirement = "R9421-2.3.02"): WimseError {
  return new WimseError("signature_parameter_invalid", message, requirement);
}

/** Checks the parameters of a received signature: types, sizes, and that none occurs twice. */
export function checkParameters({ params, repeated }: InnerList): void {
  // the last one would count, and somebody on the way may have looked at the first
  if (repeated) throw parameterInvalid("A signature parameter occurs twice");
  for (const [name, value] of params) {
    const fault = parameterFault(name, value);
    if (fault !== undefined) throw parameterInvalid(`A signature parameter is malformed: ${fault}`);
  }
}

/** The parameters that a caller gave, in their order, checked as those of others are. */
export function readParameters(parameters: SignatureParameters): Params {
  if (typeof parameters !== "object" || parameters === null) throw configurationInvalid("parameters: an object");
  const params = new Map<string, BareItem>();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const fault = parameterFault(name, value);
    if (fault !== undefined) throw configurationInvalid(`parameters: ${fault}`);
    params.set(name, value);
  }
  return params;
}

/** The parameters as an object. Their order stays: no key of a structured field looks like the index of an array. */
export function describeParameters(params: Params): SignatureParameters {
  // `Object.fromEntries` costs several times as much; and no such key is `__proto__`
  const parameters: Record<string, BareItem> = {};
  for (const [name, value] of params) parameters[name] = value;
  return Object.freeze(parameters);
}
