import { nodeBuiltin } from "./node-builtin.js";

interface NodeBuffer {
  readonly Buffer: {
    from(text: string, encoding: "latin1" | "utf8"): Uint8Array;
    compare(a: Uint8Array, b: Uint8Array): number;
  };
}

const node = nodeBuiltin<NodeBuffer>("buffer");
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a string that is known to be ASCII, such as the signing input of a compact JWS. */
export const asciiBytes: (text: string) => Uint8Array = node
  ? (text) => node.Buffer.from(text, "latin1")
  : (text) => encoder.encode(text);

/** The UTF-8 bytes of a string. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; `undefined` when they are not UTF-8. A byte order mark is kept, so that JSON refuses it. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Lower-case hexadecimal digits of bytes. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
