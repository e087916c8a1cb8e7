import { generateKeyPairSync } from "node:crypto";

export const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
const publicJwk = (namedCurve: string) =>
  generateKeyPairSync("ec", { namedCurve }).publicKey.export({ format: "jwk" }) as { x: string; y: string };

export const p256 = { kty: "EC", crv: "P-256", ...publicJwk("P-256") };
export const p384 = { kty: "EC", crv: "P-384", ...publicJwk("P-384") };
export const p521 = { kty: "EC", crv: "P-521", ...publicJwk("P-521") };
export const okp = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });

/** A modulus of that many bits, sound as far as anyone can see without factoring it. */
export function modulus(bits: number, last = 1): string {
  const bytes = new Uint8Array(Math.ceil(bits / 8)).fill(0x5a);
  bytes[0] = 1 << ((bits - 1) % 8);
  bytes[bytes.length - 1] = last;
  return b64(bytes);
}
export const rsa = { kty: "RSA", n: modulus(2048), e: "AQAB" };
