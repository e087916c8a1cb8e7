import { encodeBase64 } from "../base/base64.js";
import { utf8Bytes, utf8Text } from "../base/bytes.js";
import { type ConfigurationError, configurationInvalid } from "../base/errors.js";

/** A token: `a`, which is not the string `"a"`. */
export interface Token {
  readonly type: "token";
  readonly value: string;
}

/** A decimal, in thousandths because these are exact: `1.5` is 1500. */
export interface Decimal {
  readonly type: "decimal";
  readonly thousandths: number;
}

/** A date, in seconds since the epoch: `@1659578233`. */
export interface StructuredDate {
  readonly type: "date";
  readonly seconds: number;
}

/** A display string, decoded: `%"f%c3%bc"` is `fü`. */
export interface DisplayString {
  readonly type: "display-string";
  readonly value: string;
}

/** One value: a `string` is a String, a `number` an Integer, bytes are a Byte Sequence. */
export type BareItem = string | number | boolean | Uint8Array | Token | Decimal | StructuredDate | DisplayString;

const KEY = /^[a-z*][a-z0-9_.*-]*$/;
const TOKEN = /^[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*$/;
const PRINTABLE = /^[ -~]*$/;
const ESCAPED = /["\\]/g;
/** Fifteen digits: of an Integer, of a Date, and of a Decimal in thousandths. */
const LARGEST = 999_999_999_999_999;

/** A value without parameters in its one canonical spelling. What has none is refused: `configuration_invalid`. */
export function serializeBareItem(value: BareItem): string {
  switch (typeof value) {
    case "string":
      if (!PRINTABLE.test(value)) throw unserializable("a string of other characters than printable ASCII");
      return `"${value.replace(ESCAPED, "\\$&")}"`;
    case "number":
      return integer(value);
    case "boolean":
      return value ? "?1" : "?0";
    default:
      if (value instanceof Uint8Array) return `:${encodeBase64(value)}:`;
  }
  switch (value?.type) {
    case "token":
      if (!TOKEN.test(value.value)) throw unserializable("a token that is none");
      return value.value;
    case "decimal":
      return decimal(value.thousandths);
    case "date":
      return `@${integer(value.seconds)}`;
    case "display-string":
      return displayString(value.value);
    default:
      throw unserializable("a value of an unknown type");
  }
}

function integer(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > LARGEST) {
    throw unserializable("a number that is no integer of at most 15 digits");
  }
  return String(value);
}

function decimal(thousandths: number): string {
  const digits = integer(Math.abs(thousandths)).padStart(4, "0");
  const fraction = digits.slice(-3).replace(/0{1,2}$/, ""); // one digit at least
  return `${thousandths < 0 ? "-" : ""}${digits.slice(0, -3)}.${fraction}`;
}

function displayString(value: string): string {
  const bytes = utf8Bytes(value);
  if (utf8Text(bytes) !== value) throw unserializable("a display string with half a character"); // a lone surrogate
  let text = "";
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x22 && byte !== 0x25;
    text += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, "0")}`;
  }
  return `%"${text}"`;
}

/** A key of a dictionary or a parameter, as it is written: as it is. */
export function serializeKey(key: string): string {
  if (typeof key !== "string" || !KEY.test(key)) throw unserializable("a key that is none");
  return key;
}

function unserializable(what: string): ConfigurationError {
  return configurationInvalid(`structured field: ${what}`);
}
