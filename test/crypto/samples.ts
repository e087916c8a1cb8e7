import { CompactSign, exportJWK, type GenerateKeyPairResult, generateKeyPair } from "jose";
import type { PublicJwk } from "../../src/crypto/public-key.js";
import { type Backend, importVerificationKey, type VerificationKey } from "../../src/crypto/verifier.js";
import { algorithm, usable } from "./support.js";

/** A signature that `jose` made: what it covers, and its bytes. */
interface Sample {
  readonly key: GenerateKeyPairResult;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}
const samples = new Map<string, Promise<Sample>>();

async function makeSample(name: string): Promise<Sample> {
  const key = await generateKeyPair(name);
  const payload = new TextEncoder().encode("payload");
  const jws = await new CompactSign(payload).setProtectedHeader({ alg: name }).sign(key.privateKey);
  const end = jws.lastIndexOf(".");
  return { key, data: Buffer.from(jws.slice(0, end)), signature: Buffer.from(jws.slice(end + 1), "base64url") };
}

/** The one signature of this process that `jose` made with an algorithm. */
function sampleOf(name: string): Promise<Sample> {
  const made = samples.get(name) ?? makeSample(name);
  samples.set(name, made);
  return made;
}

/** That signature, and its key on a backend. */
export async function keyOf(
  name: string,
  backend?: Backend,
): Promise<{ data: Uint8Array; signature: Uint8Array; jwk: PublicJwk; key: VerificationKey }> {
  const { key, data, signature } = await sampleOf(name);
  const jwk = usable(await exportJWK(key.publicKey));
  return { data, signature, jwk, key: await importVerificationKey(jwk, algorithm(name), backend) };
}

/** Another public key for an algorithm. RSA keys take long to make, and they say nothing of their algorithm. */
export async function anotherKey(name: string): Promise<CryptoKey> {
  const isRsa = /^[RP]S/.test(name);
  return (await (isRsa ? sampleOf(name === "RS256" ? "RS384" : "RS256") : makeSample(name))).key.publicKey;
}
