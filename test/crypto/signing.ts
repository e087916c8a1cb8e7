import { createPrivateKey, generateKeyPairSync, type KeyObject, type JsonWebKey as NodeJwk } from "node:crypto";
import { compactVerify, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { expect } from "vitest";
import type { Signer, SigningKey } from "../../src/crypto/signer.js";
import { b64 } from "./keys.js";

export const text = new TextEncoder();
export const rsaPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ecPair = generateKeyPairSync("ec", { namedCurve: "P-256" });
export const okpPair = generateKeyPairSync("ed25519");

export const jwkOf = (key: KeyObject): JWK => key.export({ format: "jwk" }) as JWK;
export const invalid = (message: RegExp) =>
  expect.objectContaining({ code: "configuration_invalid", message: expect.stringMatching(message) });

/** Whether `jose` verifies what a signer makes, with the public key that the signer shows. */
export async function joseVerifies(signer: Signer): Promise<boolean> {
  const header = b64(text.encode(JSON.stringify({ alg: signer.algorithm })));
  const signingInput = `${header}.${b64(text.encode("payload"))}`;
  const jws = `${signingInput}.${b64(await signer.sign(text.encode(signingInput)))}`;
  const { payload } = await compactVerify(jws, await importJWK(signer.publicJwk, signer.algorithm));
  return new TextDecoder().decode(payload) === "payload";
}

/** Every form that a key for an algorithm comes in. */
export async function formsOf(name: string): Promise<[string, SigningKey][]> {
  const pair = await generateKeyPair(name, { extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const sealed = await crypto.subtle.importKey("jwk", jwk as JsonWebKey, pair.privateKey.algorithm, false, ["sign"]);
  return [
    ["private JWK", jwk],
    ["private JWK with labels", { ...jwk, alg: name, kid: "k", use: "sig", key_ops: ["sign"] }],
    ["KeyObject", createPrivateKey({ key: jwk as NodeJwk, format: "jwk" })],
    ["CryptoKey", pair.privateKey],
    ["CryptoKey that cannot be extracted", sealed],
    ["CryptoKeyPair", { privateKey: sealed, publicKey: pair.publicKey }],
  ];
}
