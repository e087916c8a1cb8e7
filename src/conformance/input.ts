import { decodeBase64 } from "../base/base64.js";
import { configurationInvalid, refuseUnknownOptions } from "../base/errors.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import type { HeaderLine, HttpRequestView, HttpResponseView } from "../http/message.js";

/** A member that is a string. */
export function stringOf(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== "string") throw configurationInvalid(`${name}: a string is required`);
  return value;
}

/** A member that is an object; an empty one when it is left out. */
export function objectOf(object: JsonObject, name: string): JsonObject {
  const value = object[name] ?? {};
  if (!isJsonObject(value)) throw configurationInvalid(`${name}: an object is required`);
  return value;
}

/** A member that is an object with no other members than these. */
export function optionsOf(object: JsonObject, name: string, known: readonly string[]): JsonObject {
  const options = objectOf(object, name);
  refuseUnknownOptions(options, known, name);
  return options;
}

/** A time: seconds since the epoch. */
export function timeOf(object: JsonObject, name: string): number {
  const value = object[name];
  // JSON can write a number that overflows
  if (typeof value !== "number" || !Number.isFinite(value)) throw configurationInvalid(`${name}: a number of seconds`);
  return value;
}

/** A member that is true or false. */
export function booleanOf(object: JsonObject, name: string): boolean {
  const value = object[name];
  if (typeof value !== "boolean") throw configurationInvalid(`${name}: true or false is required`);
  return value;
}

/** A request as the vectors have it: the raw target, header lines in order, the content in base64. */
export function requestOf(input: JsonObject): HttpRequestView {
  const { scheme = "https" } = input;
  if (scheme !== "https" && scheme !== "http") throw configurationInvalid('scheme: "http" or "https"');
  return {
    method: stringOf(input, "method"),
    scheme,
    target: stringOf(input, "target"),
    headers: headersOf(input),
    body: contentOf(input), // an empty one is known to be empty, whatever the header lines announce
  };
}

/** A response as the vectors have it. */
export function responseOf(input: JsonObject): HttpResponseView & { readonly body: Uint8Array } {
  const { status } = input;
  if (typeof status !== "number") throw configurationInvalid("status: a number is required");
  return { status, headers: headersOf(input), body: contentOf(input) };
}

/** Header lines, in order. */
export function headersOf({ headers = [] }: JsonObject): HeaderLine[] {
  if (!Array.isArray(headers)) throw configurationInvalid("headers: an array of lines");
  return headers.map((line: unknown): HeaderLine => {
    const [name, value, ...more]: unknown[] = Array.isArray(line) ? line : [];
    if (typeof name !== "string" || typeof value !== "string" || more.length > 0) {
      throw configurationInvalid("headers: a line is a pair of strings");
    }
    return [name, value];
  });
}

/** The content: base64 with padding. An absent one and an empty one are the same. */
export function contentOf({ body }: JsonObject): Uint8Array<ArrayBuffer> {
  const bytes = typeof (body ?? "") === "string" ? decodeBase64(String(body ?? "")) : undefined;
  if (bytes === undefined) throw configurationInvalid("body: base64 with padding is required");
  return new Uint8Array(bytes);
}

/** Bytes in hexadecimal digits. */
export function hexOf(object: JsonObject, name: string): Uint8Array {
  const digits = stringOf(object, name);
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw configurationInvalid(`${name}: bytes in hex`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
