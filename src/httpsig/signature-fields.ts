import { WimseError } from "../base/errors.js";
import type { HttpMessageView } from "../http/message.js";
import {
  type Dictionary,
  type InnerList,
  type Item,
  type Member,
  parseDictionary,
} from "../http/structured-dictionary.js";
import { fieldLines } from "./field-lines.js";

/** A signature as the two fields have it: of it nothing was checked but that it can be read. */
export interface ReceivedSignature {
  readonly label: string;
  /** What it covers, and its parameters. */
  readonly input: InnerList;
  readonly signature: Uint8Array;
}

/**
 * Reads `Signature-Input` and `Signature`, of headers and trailers (RFC 9421 sections 4.1 and 4.2).
 *
 * One signature that cannot be read makes all of them unreadable. What it covers is not judged here: a message may carry
 * signatures of others, with components that are unknown here.
 */
export function readSignatureFields(message: HttpMessageView): readonly ReceivedSignature[] {
  const inputs = readField(message, "signature-input");
  const signatures = readField(message, "signature");
  // R9421-4.02, R9421-3.2.02; with as many labels on both sides, one without its other half is found below
  if (inputs.size !== signatures.size) throw labelsDiffer();
  const received: ReceivedSignature[] = [];
  for (const [label, input] of inputs) {
    const signature = signatures.get(label);
    if (signature === undefined) throw labelsDiffer(); // R9421-4.02, R9421-3.2.02
    if (!isListOfStrings(input)) throw malformed("A member of Signature-Input is no list of names", "R9421-4.1.01");
    if (!isByteSequence(signature)) throw malformed("A member of Signature is no byte sequence", "R9421-7.5.3.01");
    received.push({ label, input, signature: signature.value });
  }
  return received;
}

/**
 * Whether a message has a `Signature` of another kind than RFC 9421 has, such as that of its unpublished predecessors, and
 * nothing else: it is not signed, as far as anybody here can tell (HSIG-3.5.06).
 */
export function hasForeignSignatureOnly({ headers, trailers = [] }: HttpMessageView): boolean {
  const lines = (name: string): string[] => [...fieldLines(headers, name), ...fieldLines(trailers, name)];
  return lines("signature-input").length === 0 && parseDictionary(lines("signature")) === undefined;
}

/** The members of one of the two fields. No field is like an empty one. */
export function readField(message: HttpMessageView, lowerCaseName: string): ReadonlyMap<string, Member> {
  const lines = fieldLines(message.headers, lowerCaseName);
  if (message.trailers !== undefined) lines.push(...fieldLines(message.trailers, lowerCaseName));
  return uniqueMembers(parseDictionary(lines)); // R9421-7.5.3.01
}

/** The members of a dictionary under labels, each of which occurs once. */
export function uniqueMembers(dictionary: Dictionary | undefined): ReadonlyMap<string, Member> {
  // R9421-7.5.3.01
  if (dictionary === undefined) throw malformed("A field with signatures is no dictionary", "R9421-7.5.3.01");
  // R9421-4.01, R9421-4.1.01: over all lines of the field
  if (dictionary.repeated) throw malformed("A label occurs twice", "R9421-4.01");
  return dictionary.members;
}

/** Whether a member says what a signature covers: a list of strings. */
export function isListOfStrings(member: Member): member is InnerList {
  return "items" in member && member.items.every(({ value }) => typeof value === "string");
}

function isByteSequence(member: Member): member is Item & { readonly value: Uint8Array } {
  return "value" in member && member.value instanceof Uint8Array;
}

function labelsDiffer(): WimseError {
  return malformed("Signature-Input and Signature have different labels", "R9421-4.02");
}

/** The error for fields with signatures that cannot be read. */
export function malformed(message: string, requirement: string): WimseError {
  return new WimseError("signature_malformed", message, requirement);
}
