import { WimseError } from "../base/errors.js";
import { shortened } from "../base/shortened.js";
import { columns, printable } from "../base/text.js";
import { checkContentDigest } from "../http/content-digest.js";
import { isField } from "../http/fields.js";
import { type HeaderLine, type HttpMessageView, trimOws } from "../http/message.js";
import { serializeItem } from "../http/structured-dictionary.js";
import { type BareItem, serializeBareItem } from "../http/structured-values.js";
import { type ReceivedSignature, readSignatureFields } from "../httpsig/signature-fields.js";
import { abbreviated, type Style } from "./style.js";
import { isoTime, timeInWords } from "./times.js";

/** A signature as it is shown: what it says of itself, and nothing of its bytes. */
export interface InspectedSignature {
  readonly label: string;
  /** What it is for, if it says so. */
  readonly tag?: string;
  /** What it covers, as it stands in the signature base. */
  readonly components: readonly string[];
  /** The other parameters in their order. A long nonce is abbreviated, other long strings are shortened, of bytes there is only how many. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Times in words. */
  readonly notes: Readonly<Record<string, string>>;
}

/** The content of a message, held against its `Content-Digest`. */
export interface InspectedContent {
  readonly bytes: number;
  readonly digest: "matches" | "does not match" | "of no known algorithm" | "malformed" | "none";
}

/** The signatures of a message, whatever their tag; nothing of them is verified. */
export function inspectSignatures(
  message: HttpMessageView,
  now: number,
): { readonly signatures: readonly InspectedSignature[]; readonly note?: string } {
  try {
    return { signatures: readSignatureFields(message).map((received) => describe(received, now)) };
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    return { signatures: [], note: error.message };
  }
}

/** The longest nonce that is shown whole, characters. 128 bits take 22. */
const LONGEST_NONCE = 48;
/** The parameters that are times, and the claims of a token that mean the same. */
const TIMES: Readonly<Record<string, string>> = { created: "iat", expires: "exp" };

function describe({ label, input }: ReceivedSignature, now: number): InspectedSignature {
  const { tag, ...parameters } = Object.fromEntries(input.params);
  const notes = Object.entries(TIMES).flatMap(([name, claim]) => {
    const words = timeInWords(claim, input.params.get(name), now);
    return words === undefined ? [] : [[name, words] as const];
  });
  return {
    label,
    ...(tag !== undefined && { tag: String(shown("tag", tag)) }),
    components: input.items.map(serializeItem),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, shown(name, value)])),
    notes: Object.fromEntries(notes),
  };
}

function shown(name: string, value: BareItem): string | number | boolean {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = typeof value === "string" ? value : serializeBareItem(value);
  return name === "nonce" && text.length > LONGEST_NONCE ? abbreviated(text) : shortened(text);
}

/** The content of a message; `undefined` where there is neither content nor a digest of it. */
export function inspectContent(headers: readonly HeaderLine[], body: Uint8Array): InspectedContent | undefined {
  const lines = headers.filter(([name]) => isField(name, "content-digest")).map(([, value]) => trimOws(value));
  const bytes = body.length;
  if (lines.length === 0) return bytes === 0 ? undefined : { bytes, digest: "none" };
  try {
    checkContentDigest(lines.join(", "), body);
    return { bytes, digest: "matches" };
  } catch (error) {
    if (!(error instanceof WimseError)) throw error;
    if (error.code === "content_digest_mismatch") return { bytes, digest: "does not match" };
    return { bytes, digest: error.code === "content_digest_unsupported" ? "of no known algorithm" : "malformed" };
  }
}

/** What a signature says of itself, one thing a line. */
export function signatureLines(
  { tag, components, parameters, notes }: InspectedSignature,
  style: Style,
  indent: string,
): string[] {
  const rows = Object.entries(parameters).map(([name, value]) => {
    // A parameter may be called `constructor`, and then it has no note.
    const words = Object.hasOwn(notes, name) ? notes[name] : undefined;
    if (words === undefined || typeof value !== "number") return [name, printable(String(value))];
    return [name, `${value}  ${isoTime(value) ?? "no date"}, ${words}`];
  });
  return [
    `${indent}${style.name("tag")}  ${tag === undefined ? "none" : printable(tag)}`,
    `${indent}${style.name("covers")}  ${components.length === 0 ? "nothing" : printable(components.join(" "))}`,
    `${indent}${style.name("parameters")}`,
    ...columns(rows, `${indent}  `),
  ];
}
