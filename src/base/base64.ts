import { nodeBuiltin } from "./node-builtin.js";

interface NodeBuffer {
  readonly Buffer: {
    from(text: string, encoding: "base64"): Base64Buffer;
    from(buffer: ArrayBufferLike, offset: number, length: number): Base64Buffer;
  };
}

interface Base64Buffer extends Uint8Array {
  toString(encoding?: "base64"): string;
}

const node = nodeBuiltin<NodeBuffer>("buffer");
/** There is nothing in it that anybody could change. */
const NO_BYTES: Uint8Array = node ? node.Buffer.from("", "base64") : new Uint8Array();

/** Base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  if (node) return node.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes that `text` encodes; `undefined` unless it is exactly what {@link encodeBase64} writes for them. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text === "") return NO_BYTES; // of which a field may have thousands
  // Every decoder at hand forgives something (white space, the other alphabet, stray bits): writing again finds it all.
  if (node) {
    const buffer = node.Buffer.from(text, "base64");
    return buffer.toString("base64") === text ? buffer : undefined;
  }
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}
