import { nodeBuiltin } from "./node-builtin.js";

interface NodeBuffer {
  readonly Buffer: {
    from(text: string, encoding: "base64"): Uint8Array;
    from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64"): string };
  };
}

const node = nodeBuiltin<NodeBuffer>("buffer");

/** Base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  if (node) return node.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes that `text` encodes; `undefined` unless it is exactly what {@link encodeBase64} writes for them. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = decodeLeniently(text);
  // Every decoder at hand forgives something (white space, the other alphabet, stray bits): writing again finds it all.
  return bytes !== undefined && encodeBase64(bytes) === text ? bytes : undefined;
}

function decodeLeniently(text: string): Uint8Array | undefined {
  if (node) return node.Buffer.from(text, "base64");
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
