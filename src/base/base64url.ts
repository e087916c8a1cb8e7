import { base64url } from "jose";
import { nodeBuiltin } from "./node-builtin.js";

interface NodeBuffer {
  readonly Buffer: {
    from(text: string, encoding: "base64url"): Uint8Array;
    from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: "base64url"): string };
  };
}

const node = nodeBuiltin<NodeBuffer>("buffer");
const ALPHABET = /^[A-Za-z0-9_-]*$/;
/** Last characters whose unused low bits are zero: the only ones a canonical encoder writes. */
const LAST_OF_TWO = /[AQgw]$/;
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/;

/** Whether `text` is base64url as RFC 7515 section 2 has it: no padding, no white space, no stray bits. */
export function isBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return LAST_OF_TWO.test(text);
    case 3:
      return LAST_OF_THREE.test(text);
    default:
      return false;
  }
}

/** The bytes that `text` encodes; `undefined` when it is not strictly base64url. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (!isBase64url(text)) return undefined;
  // Buffer's decoder is by far the fastest, and lenient: the check above is what makes it strict.
  return node ? node.Buffer.from(text, "base64url") : base64url.decode(text);
}

/** base64url without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  if (node) return node.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
  return base64url.encode(bytes);
}
